"""The Latent page below its surface: where one is in the space, and what is computed on the way."""
