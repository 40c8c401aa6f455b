"""Reconstruction losses, one a file."""
