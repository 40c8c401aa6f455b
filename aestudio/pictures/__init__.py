"""Any picture in, picture out: denoising and compression, and the training of the nets that ship for them."""
