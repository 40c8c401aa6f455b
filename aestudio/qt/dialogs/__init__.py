"""Windows of their own: the palette, the data card, the figures, about."""
