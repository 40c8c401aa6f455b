"""Live views, one a file: each draws snapshots, holds no model and imports neither torch nor another view."""
