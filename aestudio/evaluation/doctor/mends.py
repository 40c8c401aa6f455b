"""Changes of a spec that mend a run. Each says where it wants to arrive, so that doing it twice is once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from aestudio.evaluation.doctor.evidence import Mend
from aestudio.spec.edit import with_value
from aestudio.spec.parts import CORRUPTIONS, LOSSES
from aestudio.spec.run import RunSpec

ADAMS_RATE = 1e-3
"""The rate that Kingma and Ba (2015, algorithm 1) call good for the problems they tried."""


def set_to(*values: tuple[str, Any]) -> Mend:
    """Each ``(path, value)`` set."""
    return partial(_set, values)


def _set(values: tuple[tuple[str, Any], ...], run: RunSpec) -> RunSpec:
    for path, value in values:
        run = with_value(run, path, value)
    return run


def add_noise(sigma: float, run: RunSpec) -> RunSpec:
    """The run with Gaussian noise of at least ``sigma`` on its images."""
    noise = next((c for c in run.corruptions if c.kind == "gaussian"), None)
    if noise is None:
        return replace(run, corruptions=(*run.corruptions, CORRUPTIONS.make("gaussian", sigma=sigma)))
    return with_value(run, "corruptions.gaussian.sigma", max(sigma, getattr(noise, "sigma", 0.0)))


def use_loss(kind: str, run: RunSpec) -> RunSpec:
    """The run with another reconstruction loss."""
    return run if run.loss.kind == kind else replace(run, loss=LOSSES.make(kind))


def leak(run: RunSpec) -> RunSpec:
    """The run with leaky ReLU wherever a ReLU stands before the output."""
    model = run.model
    decoder = None if model.decoder is None else tuple(map(_leaking, model.decoder))
    bottleneck: Any = _leaking(model.bottleneck)
    changed = replace(
        model, encoder=tuple(map(_leaking, model.encoder)), bottleneck=bottleneck, decoder=decoder
    )
    return replace(run, model=changed)


def _leaking(part: Any) -> Any:
    if getattr(part, "activation", None) != "relu":
        return part
    return replace(part, activation="leaky_relu")


def rectifies(run: RunSpec) -> bool:
    """Whether :func:`leak` changes anything."""
    return leak(run) != run


def usual_rate(run: RunSpec) -> float:
    """Adam's, or that of plain gradient descent with momentum (He et al. 2016, section 3.4)."""
    return 0.1 if run.training.optimiser == "sgd" else ADAMS_RATE


def lower_rate(run: RunSpec) -> float:
    """The rate to try when the run's is too high: a tenth, and no more than the usual one."""
    return max(1e-7, min(rounded(run.training.lr / 10), usual_rate(run)))


def rounded(rate: float) -> float:
    """A rate with one digit."""
    return float(f"{rate:.0e}")


def rate_text(rate: float) -> str:
    """A rate as a person writes it: ``0.001``."""
    return f"{rate:.7f}".rstrip("0").rstrip(".") if rate < 1 else f"{rate:g}"


def narrower(size: int, run: RunSpec) -> RunSpec:
    """The run with a code of so many numbers."""
    return with_value(run, "model.bottleneck.size", size)
