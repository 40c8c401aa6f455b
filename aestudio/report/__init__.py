"""A comparison as one HTML file that needs nothing else: to hand in, to mail, to open in ten years."""
