"""Strips of the window: transport, status, banner."""
