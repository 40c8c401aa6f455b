"""A trained model's latent space: its codes, ways through it, and what can be drawn from it."""
