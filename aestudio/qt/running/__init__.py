"""What goes on off the GUI thread, and the session that joins it to the window."""
