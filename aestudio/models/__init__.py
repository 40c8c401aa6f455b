"""Layers, bottlenecks and the autoencoder they make: ``build(model_spec, data_shape, seed)``."""
