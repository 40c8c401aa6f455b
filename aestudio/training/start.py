"""Where the weights start from, as far as the data decide it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from aestudio.data.dataset import Dataset
from aestudio.models.autoencoder import Autoencoder

_SAMPLE = 10_000
_OUTPUT_SCALE = 0.1
_NEAR = 0.02  # how close to the ends of its range an output starts: sigmoid and tanh have no inverse there


def start_at_mean(model: Autoencoder, data: Dataset) -> None:
    """Let the decoder's last layer answer with the mean training image, whatever the code.

    Most MNIST pixels are 0. A convolutional net with ReLU first learns to give 0 everywhere and then has no
    gradient left to leave it; started at the mean it lived in every trial, and other nets save the steps of
    finding the mean. The last layer's weights start at a tenth, so that the start is near that mean.
    """
    last = _last_weighted(model.decoder)
    if last is None or last.bias is None:
        return
    mean = _inverse_output(model, _mean_pixels(data))
    with torch.no_grad():
        last.weight.mul_(_OUTPUT_SCALE)
        last.bias.copy_(
            mean.flatten() if last.bias.numel() == mean.numel() else _channel_means(mean, last.bias)
        )


def _last_weighted(decoder: nn.Sequential) -> nn.Linear | nn.Conv2d | nn.ConvTranspose2d | None:
    weighted = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    return next(
        (module for module in reversed(list(decoder.modules())) if isinstance(module, weighted)), None
    )


def _mean_pixels(data: Dataset) -> Tensor:
    some = data.train[:: max(1, len(data.train) // _SAMPLE)]
    return data.pixels(some).mean(dim=0)


def _channel_means(mean: Tensor, bias: Tensor) -> Tensor:
    """One value a channel where the last layer is convolutional; its bias cannot tell pixels apart."""
    return mean.flatten(1).mean(dim=1) if len(mean.shape) == 3 and len(bias) == len(mean) else mean.mean()


def _inverse_output(model: Autoencoder, mean: Tensor) -> Tensor:
    """What the last layer must give for the model to answer with pixels ``mean``."""
    wanted = 2 * mean - 1 if model.signed else mean
    if model.spec.output == "sigmoid":
        return torch.logit(wanted, eps=_NEAR)
    if model.spec.output == "tanh":
        return torch.atanh(wanted.clamp(_NEAR - 1, 1 - _NEAR))
    return wanted
