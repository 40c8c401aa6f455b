"""The complaints that the doctor knows: each registers beside its function, and one file is all it takes."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from aestudio.evaluation.doctor.evidence import Evidence, Finding

Look = Callable[[Evidence], Finding | None]
_HOME = "aestudio.evaluation.doctor.complaints"


@dataclass(frozen=True)
class Complaint:
    """One thing that may ail a run.

    Parameters
    ----------
    kind
        its name.
    rank
        its place: what causes other complaints comes before them.
    look
        finds it in the evidence, or not.
    """

    kind: str
    rank: int
    look: Look


_known: dict[str, Complaint] = {}


def complaint(kind: str, rank: int) -> Callable[[Look], Look]:
    """Make a function known as a complaint; a second one of that name is refused."""

    def register(look: Look) -> Look:
        if kind in _known:
            raise TypeError(f"two complaints call themselves {kind!r}")
        _known[kind] = Complaint(kind, rank, look)
        return look

    return register


@functools.cache
def complaints() -> tuple[Complaint, ...]:
    """All of them, the gravest first."""
    package = importlib.import_module(_HOME)
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{_HOME}.{module.name}")
    return tuple(sorted(_known.values(), key=lambda c: (c.rank, c.kind)))
