"""The optimiser, and the moving average of the weights."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from aestudio.models.autoencoder import Autoencoder
from aestudio.spec.run import TrainingSpec


def make_optimiser(model: nn.Module, spec: TrainingSpec) -> torch.optim.Optimizer:
    """The optimiser that the spec names, over all weights of ``model``."""
    _leave_out_compiler()
    weights = list(model.parameters())
    if spec.optimiser == "sgd":
        return torch.optim.SGD(weights, spec.lr, momentum=spec.momentum, weight_decay=spec.decay)
    # Fused Adam updates all weights in one pass over memory: 1.15 times the images a second on the CPU.
    fused = weights[0].device.type in ("cpu", "cuda")
    betas = (spec.momentum, spec.beta2)
    if spec.optimiser == "adam":
        return torch.optim.Adam(weights, spec.lr, betas, fused=fused)
    return torch.optim.AdamW(weights, spec.lr, betas, weight_decay=spec.decay, fused=fused)


def take_step(optimiser: torch.optim.Optimizer) -> None:
    """Move the weights once along their gradients.

    The method itself is called, without the wrapper that loads torch's compiler only to keep out of its way:
    at Train that would take another second and 80 MB, and nothing here is compiled.
    """
    (group,) = optimiser.param_groups
    weights = [weight for weight in group["params"] if weight.grad is not None]
    states = [optimiser.state[weight] for weight in weights]
    with torch.no_grad():
        if group["fused"] and all(states):
            _take_fused_step(group, weights, states)
        else:  # at the first step torch lays out what it remembers of each weight
            inspect.unwrap(type(optimiser).step)(optimiser)


def _take_fused_step(
    group: dict[str, Any], weights: list[nn.Parameter], states: list[dict[str, Tensor]]
) -> None:
    """Call the kernel that Adam's own step ends in, without sorting weights by device and type.

    All are of one here, and the sorting takes a sixth of a small net's step.
    """
    steps = [state["step"] for state in states]
    one = torch.ones_like(steps[0])  # a plain number would be made a tensor for each weight
    torch._foreach_add_(steps, [one] * len(steps))  # pyright: ignore[reportPrivateImportUsage]  # as torch.optim does
    beta1, beta2 = group["betas"]
    name = "_fused_adamw_" if group["decoupled_weight_decay"] else "_fused_adam_"
    getattr(torch, name)(
        weights,
        [weight.grad for weight in weights],
        [state["exp_avg"] for state in states],
        [state["exp_avg_sq"] for state in states],
        [],
        steps,
        lr=group["lr"],
        beta1=beta1,
        beta2=beta2,
        weight_decay=group["weight_decay"],
        eps=group["eps"],
        amsgrad=False,
        maximize=False,
    )


def drop_gradients(optimiser: torch.optim.Optimizer) -> None:
    """Forget the last step's gradients, without the bookkeeping of the optimiser's own method."""
    for group in optimiser.param_groups:
        for weight in group["params"]:
            weight.grad = None


def _leave_out_compiler() -> None:
    """Likewise for an optimiser's other methods: they look for what to call on ``__dynamo_disable`` first."""
    for method in vars(torch.optim.Optimizer).values():
        plain = getattr(method, "__wrapped__", None)
        if plain is not None:
            vars(plain).setdefault("__dynamo_disable", plain)


def set_lr(optimiser: torch.optim.Optimizer, lr: float) -> None:
    """Use ``lr`` from the next step on."""
    for group in optimiser.param_groups:
        group["lr"] = lr


class Average:
    """An exponential moving average of a model's weights (Polyak and Juditsky 1992), or the model itself.

    :attr:`model` is what is looked at, validated and kept.
    """

    def __init__(self, model: Autoencoder, decay: float) -> None:
        averaging = get_ema_multi_avg_fn(decay)
        self._averaged = AveragedModel(model, multi_avg_fn=averaging, use_buffers=True) if decay else None
        self._source = model

    @property
    def model(self) -> Autoencoder:
        """The averaged model, or the trained one where no average is kept."""
        return self._averaged.module if self._averaged else self._source  # type: ignore[return-value]  # a copy of it

    def go_on(self, updates: int) -> None:
        """Take :attr:`model`'s weights for the mean of so many steps; before the first they are none."""
        if self._averaged:
            self._averaged.n_averaged.fill_(updates)

    def update(self) -> None:
        """Take the weights of one more step in."""
        if self._averaged:
            self._averaged.update_parameters(self._source)
