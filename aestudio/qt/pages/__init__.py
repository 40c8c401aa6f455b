"""The pages that the window places, one a file."""
