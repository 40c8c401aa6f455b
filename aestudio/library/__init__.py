"""What lies on disk: presets, and the folders that runs are kept in."""
