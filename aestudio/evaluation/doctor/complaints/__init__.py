"""What may ail a run, one complaint a file."""
