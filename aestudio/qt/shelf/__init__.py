"""The workspace's runs as the window lists them: read in the background, changed in the background."""
