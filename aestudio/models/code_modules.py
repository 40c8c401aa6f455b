"""The modules that bottlenecks build: features to a Code, and a code to what the decoder receives."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from aestudio.models.linear import Linear, linear
from aestudio.spec.parts import Code, Shape


class CodeModule(nn.Module):
    """The contract of what bottlenecks build: codes are float32, whatever the layers before them run in."""

    def forward(self, h: Tensor, generator: torch.Generator | None = None) -> Code:
        """The code of features ``h``; a posterior is sampled where a generator is given."""
        raise NotImplementedError

    def expand(self, z: Tensor) -> Tensor:
        """What the decoder receives for codes ``z``."""
        return z


class PlainCode(CodeModule):
    """A code that is simply the output of ``layer``; the decoder receives it as it is."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, h: Tensor, generator: torch.Generator | None = None) -> Code:
        """The code of features ``h``; ``generator`` is not needed here."""
        return Code(self.layer(h).float())


class TiedCode(CodeModule):
    """``z = W h + b`` on the way in, ``Wᵀ z + c`` on the way out, with one ``W`` of (size, features)."""

    def __init__(self, shape: Shape, size: int) -> None:
        super().__init__()
        self.shape = shape
        self.linear = Linear(math.prod(shape), size)
        self.back_bias = nn.Parameter(torch.zeros(math.prod(shape)))

    def forward(self, h: Tensor, generator: torch.Generator | None = None) -> Code:
        """The code of features ``h``; ``generator`` is not needed here."""
        return Code(self.linear(h.flatten(1)).float())

    def expand(self, z: Tensor) -> Tensor:
        """The features that the transposed matrix makes of ``z``, in their own shape."""
        return linear(z, self.linear.weight.T, self.back_bias).unflatten(1, self.shape)


class GaussianCode(CodeModule):
    """A Gaussian posterior with a mean and a log variance for each dimension (Kingma and Welling 2014)."""

    def __init__(self, features: int, size: int) -> None:
        super().__init__()
        self.mu = Linear(features, size)
        self.log_var = Linear(features, size)

    def forward(self, h: Tensor, generator: torch.Generator | None = None) -> Code:
        """Mean and log variance; ``z`` is a sample where a generator is given, else the mean."""
        h = h.flatten(1)
        # In bfloat16 exp() and the KL would lose digits that the bound needs.
        mu, log_var = self.mu(h).float(), self.log_var(h).float().clamp(-20.0, 20.0)
        if generator is None:
            return Code(mu, mu, log_var)
        noise = torch.empty_like(mu).normal_(generator=generator)
        return Code(mu + (0.5 * log_var).exp() * noise, mu, log_var)
