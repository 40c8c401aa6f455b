"""The layers of encoders and decoders, one a file."""
