"""The code layers, one a file."""
