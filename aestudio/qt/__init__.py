"""The window. The only package that imports Qt; it draws specs and snapshots and trains nothing itself."""
