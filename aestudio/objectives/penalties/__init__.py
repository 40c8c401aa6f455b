"""Terms added to the loss, one a file."""
