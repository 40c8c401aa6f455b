"""Recipes of the nets that ship, one a file."""
