"""The objective of a run: what its corruptions, loss and penalties come to on one batch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from aestudio.models.autoencoder import Autoencoder
from aestudio.spec.parts import Pass
from aestudio.spec.run import RunSpec


def corrupt(x: Tensor, run: RunSpec, generator: torch.Generator) -> Tensor:
    """``x`` after each of the run's corruptions in turn; ``x`` itself where there is none."""
    for corruption in run.corruptions:
        x = corruption(x, generator)
    return x


def forward(model: Autoencoder, x: Tensor, run: RunSpec, generator: torch.Generator) -> Pass:
    """One pass over clean images: corrupted, encoded (a variational code is sampled) and decoded."""
    return model(x, corrupt(x, run, generator), generator)


def loss_terms(p: Pass, run: RunSpec, weights: Mapping[str, float] | None = None) -> dict[str, Tensor]:
    """Each term per image, weighted: the reconstruction loss first, then the penalties by kind.

    ``weights`` replace those of the spec, by kind.
    """
    terms = {run.loss.kind: run.loss(p)}
    for penalty in run.penalties:
        weight = (weights or {}).get(penalty.kind, penalty.weight)
        terms[f"penalty {penalty.kind}"] = weight * penalty(p)
    return terms


def total(terms: Mapping[str, Tensor]) -> Tensor:
    """The sum of all terms, which is what is minimised."""
    first, *others = terms.values()
    return sum(others, first)


def mse_per_pixel(p: Pass, terms: Mapping[str, Tensor]) -> Tensor:
    """The common metric of all variants: mean squared error on [0, 1] against the clean images, a scalar.

    Where it is among the loss ``terms`` already, it is taken from there.
    """
    if "mse" in terms:
        return terms["mse"].detach() / p.x[0].numel()
    return F.mse_loss(p.x_hat.detach(), p.x)


def term_units(run: RunSpec) -> dict[str, str]:
    """The unit of each term that :func:`loss_terms` names."""
    return {run.loss.kind: run.loss.unit} | {f"penalty {part.kind}": part.unit for part in run.penalties}
