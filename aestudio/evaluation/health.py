"""What a net's inside tells of its health: units that never move, and outputs where they should not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn

from aestudio.data.dataset import Dataset
from aestudio.models.autoencoder import Autoencoder
from aestudio.spec.outline import Row, lay_out
from aestudio.spec.parts import Activation, Code
from aestudio.training.watch import looking

_IMAGES = 2_000  # a unit that none of them moves is of no use, and they cost one pass
_BATCH = 200
STILL = 0.01
"""A unit is dead when its values over all images lie within this share of its layer's widest."""
FLAT = 0.01
"""An output is stuck where its activation's slope is below this share of its steepest."""

_SLOPES: dict[Activation, Callable[[Tensor, Tensor], Tensor]] = {
    "sigmoid": lambda _, out: 4 * out * (1 - out),
    "tanh": lambda _, out: 1 - out.square(),
    "softplus": lambda logits, _: logits.sigmoid(),
    "relu": lambda logits, _: (logits > 0).float(),
}
"""Slope over the steepest, by the value before and after; the other activations are never flat for long."""


def health(model: Autoencoder, data: Dataset) -> dict[str, tuple[float, ...]]:
    """Figures of the first 2,000 clean test images.

    ``dead_share_per_layer`` has a value a row of :func:`aestudio.spec.outline.lay_out`, 0 where there is
    no activation. ``stuck_error_share`` is the share of the squared error in outputs whose activation is
    flat, so that a loss on the outputs cannot mend it; ``clipped_error_share`` the share that clipping the
    outputs to [0, 1] takes away. Both have one value.
    """
    rows = lay_out(model.spec, model.data_shape).rows
    extents = [_Extent() for _ in rows]
    sums = torch.zeros(3, dtype=torch.float64)
    with looking(model), _listening(model, extents):
        for chunk in data.test[:_IMAGES].split(_BATCH):
            sums += _errors(model, data.pixels(chunk))
    whole, stuck, clipped = sums.tolist()
    return {
        "dead_share_per_layer": tuple(map(_dead_share, rows, extents)),
        "stuck_error_share": (stuck / max(whole, 1e-12),),
        "clipped_error_share": (1 - clipped / max(whole, 1e-12),),
    }


def _errors(model: Autoencoder, x: Tensor) -> Tensor:
    """Squared error of a batch: all of it, that in stuck outputs, and what clipping leaves; ``(3,)``."""
    p = model(x)
    errors = (p.x_hat - x).square()
    slope = _SLOPES.get(model.spec.output)
    out = 2 * p.x_hat - 1 if model.signed else p.x_hat
    stuck = errors[slope(p.logits, out) < FLAT].sum() if slope else errors.new_zeros(())
    clipped = (p.x_hat.clamp(0, 1) - x).square().sum()
    return torch.stack([errors.sum(), stuck, clipped]).double().cpu()


class _Extent:
    """The smallest and largest value that each unit of a layer, or each channel of a map, has given."""

    def __init__(self) -> None:
        self.low: Tensor | None = None
        self.high: Tensor | None = None

    def note(self, out: Tensor) -> None:
        units = out.float().transpose(0, 1).flatten(1)
        low, high = units.amin(dim=1), units.amax(dim=1)
        self.low = low if self.low is None else torch.minimum(self.low, low)
        self.high = high if self.high is None else torch.maximum(self.high, high)


def _dead_share(row: Row, extent: _Extent) -> float:
    counts = row.role == "code" or getattr(row.part, "activation", "linear") != "linear"
    if not counts or extent.low is None or extent.high is None:
        return 0.0
    width = extent.high - extent.low
    return float((width <= STILL * width.max()).float().mean())


@contextmanager
def _listening(model: Autoencoder, extents: list[_Extent]) -> Iterator[None]:
    """Every row's output is noted while this lasts."""
    modules = (*model.encoder, model.bottleneck, *model.decoder)
    hooks = [
        module.register_forward_hook(partial(_note, extent))
        for module, extent in zip(modules, extents, strict=True)
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _note(extent: _Extent, module: nn.Module, given: tuple[Tensor, ...], out: Tensor | Code) -> None:
    extent.note(out.mean if isinstance(out, Code) else out)
