"""A run's state as named arrays, and back: what it takes to go on bit for bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from aestudio.spec.faults import UserError

Arrays = Mapping[str, NDArray[Any]]


def optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """What the optimiser remembers of each weight, as ``number.name``; empty before its first step."""
    return {
        f"{number}.{name}": value
        for number, weight in enumerate(_weights(optimiser))
        for name, value in optimiser.state.get(weight, {}).items()
        if isinstance(value, Tensor)
    }


def restore_optimiser(optimiser: torch.optim.Optimizer, arrays: Arrays) -> None:
    """Give the optimiser back what it remembered.

    Each array lies in memory as its weight does: fused Adam walks both as flat memory, so that a
    ``channels_last`` weight with contiguous moments would be updated by those of other weights.
    """
    for number, weight in enumerate(_weights(optimiser)):
        head = f"{number}."
        kept = {name.removeprefix(head): a for name, a in arrays.items() if name.startswith(head)}
        if kept:
            optimiser.state[weight] = {
                name: _count(weight, array) if name == "step" else _like(weight, array)
                for name, array in kept.items()
            }


def _weights(optimiser: torch.optim.Optimizer) -> Iterator[Tensor]:
    return (weight for group in optimiser.param_groups for weight in group["params"])


def _count(weight: Tensor, array: NDArray[Any]) -> Tensor:
    return torch.from_numpy(array.copy()).reshape(()).to(weight.device)


def _like(weight: Tensor, array: NDArray[Any]) -> Tensor:
    return torch.empty_like(weight).copy_(torch.from_numpy(array.copy()))


def restore_weights(model: nn.Module, arrays: Arrays) -> None:
    """Load weights by name, in place.

    Raises
    ------
    UserError
        they are those of another model.
    """
    have = {name: tuple(w.shape) or (1,) for name, w in model.state_dict().items()}
    if have != {name: array.shape for name, array in arrays.items()}:
        raise UserError("the kept weights are not of this model; train it anew, or restore its spec.toml")
    with torch.no_grad():
        for name, weight in model.state_dict().items():
            weight.copy_(torch.from_numpy(arrays[name].copy()).view(weight.shape))


def under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors, each name below ``prefix``."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}
