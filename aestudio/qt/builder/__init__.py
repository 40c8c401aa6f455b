"""The model builder: one run under edit, drawn as an hourglass whose layers are edited in place."""
