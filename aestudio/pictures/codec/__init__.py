"""The photo codec: its net, its exact arithmetic, the range coder, the container and the archive."""
