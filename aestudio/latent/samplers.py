"""What new codes are drawn from, so that the decoder makes images of them that nobody has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from aestudio.data.remembered import remembered
from aestudio.latent.gaussian import Gaussian, fit
from aestudio.latent.space import Progress, Space
from aestudio.spec.faults import UserError

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Sampler:
    """A way to draw codes.

    Parameters
    ----------
    kind
        what the command line calls it.
    label
        what the window calls it.
    help
        what it is, and when it is the one to take.
    draw
        ``(space, count, generator, progress)`` to codes ``(count, k)``, and the class of each, -1 for none.
    """

    kind: str
    label: str
    help: str
    draw: Callable[[Space, int, torch.Generator, Progress], tuple[Floats, list[int]]]


@remembered
def gaussian_of(space: Space, label: int = -1) -> Gaussian:
    """The Gaussian of the codes that ``space`` is fitted to, or of those of one class; fitted once."""
    labels = space.fitted_labels
    return fit(space.fitted if label < 0 or labels is None else space.fitted[labels == label])


def _prior(
    space: Space, count: int, generator: torch.Generator, progress: Progress
) -> tuple[Floats, list[int]]:
    return torch.randn(count, space.size, generator=generator).numpy(), [-1] * count


def _gaussian(
    space: Space, count: int, generator: torch.Generator, progress: Progress
) -> tuple[Floats, list[int]]:
    progress(0.0, "fitting a Gaussian")
    return gaussian_of(space).draw(count, generator), [-1] * count


def _classes(
    space: Space, count: int, generator: torch.Generator, progress: Progress
) -> tuple[Floats, list[int]]:
    labels = space.fitted_labels
    if labels is None:
        raise UserError("the data have no classes to draw from; draw from one Gaussian")
    present = np.unique(labels)
    wanted = [int(present[i % len(present)]) for i in range(count)]
    codes = np.zeros((count, space.size), np.float32)
    for label in dict.fromkeys(wanted):
        progress(label / len(present), "fitting a Gaussian to each class")
        places = [i for i, one in enumerate(wanted) if one == label]
        codes[places] = gaussian_of(space, label).draw(len(places), generator)
    return codes, wanted


SAMPLERS: tuple[Sampler, ...] = (
    Sampler(
        "prior",
        "Prior",
        "Standard normal codes, which a variational autoencoder was trained to make images of "
        "(Kingma and Welling 2014). The codes of any other lie elsewhere",
        _prior,
    ),
    Sampler(
        "gaussian",
        "One Gaussian",
        "A Gaussian fitted to the codes of training images, which makes a generator of any autoencoder "
        "(Ghosh et al. 2020, section 4)",
        _gaussian,
    ),
    Sampler(
        "classes",
        "A Gaussian per class",
        "The same for each class by itself: what lies between the classes is not drawn",
        _classes,
    ),
)


def sampler(kind: str, space: Space) -> Sampler:
    """The sampler of a kind; an empty one stands for the one that suits the model.

    Raises
    ------
    UserError
        there is none of that kind.
    """
    kind = kind or ("prior" if space.variational else "gaussian")
    for one in SAMPLERS:
        if one.kind == kind:
            return one
    raise UserError(f"no sampler is called {kind!r}; there are {', '.join(s.kind for s in SAMPLERS)}")


def draw(
    space: Space,
    kind: str,
    count: int,
    temperature: float,
    seed: int,
    progress: Progress = lambda share, doing: None,
) -> tuple[Floats, list[int]]:
    """Draw ``count`` codes ``(count, k)``, and the class that each was drawn for, -1 for none.

    ``temperature`` scales how far they lie from the middle of what they were drawn from: below 1 they are
    likelier, and more alike.
    """
    one = sampler(kind, space)
    codes, labels = one.draw(space, count, torch.Generator().manual_seed(seed), progress)
    if temperature != 1 and count:
        centres = 0 if one.kind == "prior" else np.stack([gaussian_of(space, label).mean for label in labels])
        codes = (centres + temperature * (codes - centres)).astype(np.float32)
    return codes, labels
