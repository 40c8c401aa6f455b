"""What the live views are drawn with: plots, tiles, legends, and taking them along as files."""
