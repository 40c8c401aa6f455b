"""A run that was kept, as it lies on disk: read as far as it can be, each thing wrong with it named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from numpy.typing import NDArray

from aestudio.library.card import Card, read_card
from aestudio.library.curves import read_curves
from aestudio.library.disk import read_tensors
from aestudio.library.film import frame_steps, moment_steps
from aestudio.library.folder import BEST, LAST, SPEC, broken_seals, read_history, read_metrics, read_state
from aestudio.spec.differences import differences, in_words
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec
from aestudio.spec.toml import load_spec
from aestudio.training.events import Curves, EpochEnded, FloorsKnown, Measured, no_curves

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run's folder, opened. Weights and frames are read when they are asked for.

    Parameters
    ----------
    folder
        where it lies.
    card
        what it is called and how far it is.
    run
        its spec.
    curves
        losses by step, averaged where there were many.
    epochs
        what each epoch ended with.
    measured
        its figures on the test images, or None.
    frames
        steps that the timeline has frames of (:func:`aestudio.library.film.read_frame`).
    moments
        steps whose weights are kept (:func:`aestudio.library.film.read_moment`).
    problems
        a sentence for each file that is missing, damaged or altered.
    """

    folder: Path
    card: Card
    run: RunSpec = field(repr=False)
    curves: Curves = field(repr=False)
    epochs: tuple[EpochEnded, ...] = field(repr=False)
    measured: Measured | None = field(repr=False)
    frames: tuple[int, ...] = field(repr=False)
    moments: tuple[int, ...] = field(repr=False)
    problems: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The run's own id, whatever its folder is called."""
        return self.card.id

    @property
    def floors(self) -> FloorsKnown | None:
        """What it is held against, None before that was known."""
        known: Mapping[str, Any] = self.card.floors
        return FloorsKnown(self.id, **known) if known else None

    def weights(self, which: str = "best") -> dict[str, NDArray[Any]]:
        """The ``best`` or the ``last`` weights by name.

        From the run's state where it has not ended yet.

        Raises
        ------
        UserError
            there are none yet, or their file is damaged.
        """
        path = self.folder / {"best": BEST, "last": LAST}[which]
        if path.exists():
            return read_tensors(path)[0]
        state = read_state(self.folder)
        return state.last if which == "last" else state.under("best") or state.last


def open_run(folder: Path) -> KeptRun:
    """The run in ``folder``. What is damaged is named in ``problems``; the rest opens.

    Raises
    ------
    UserError
        the folder is no run, one of a newer program, or its spec cannot be read.
    """
    card = read_card(folder)
    problems: list[str] = list(broken_seals(folder))

    def tried(read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except UserError as error:
            problems.append(str(error))
            return otherwise

    return KeptRun(
        folder=folder,
        card=card,
        run=load_spec(folder / SPEC),
        curves=tried(lambda: read_curves(folder), no_curves()),
        epochs=tried(lambda: read_history(folder, card.id), ()),
        measured=tried(lambda: read_metrics(folder, card.id), None),
        frames=frame_steps(folder),
        moments=moment_steps(folder),
        problems=tuple(problems),
    )


def variants(runs: Sequence[KeptRun]) -> list[tuple[str, list[KeptRun]]]:
    """What sets each variant apart, in words, and its runs: those of one group, alike but for their seeds."""
    found: dict[tuple[str, str], list[KeptRun]] = {}
    for run, unlike in zip(runs, differences([run.run for run in runs]), strict=True):
        without_seed = {name: value for name, value in unlike.items() if name != "seed"}
        found.setdefault((run.card.group or run.id, in_words(without_seed)), []).append(run)
    return [(words, alike) for (_, words), alike in found.items()]
