"""What is minimised: losses, penalties and corruptions, one part a file."""
