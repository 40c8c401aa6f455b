"""What is done to images before the encoder sees them, one a file."""
