"""Data from any source as one tensor with a split, a report and a card. Nothing here imports Qt."""
