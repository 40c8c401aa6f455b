"""What the folders of a pile say: which part a picture belongs to, and which class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aestudio.data.pile import Names

_PARTS = {"train": 0, "training": 0, "val": 0, "valid": 0, "validation": 0, "test": 1, "testing": 1}
"""0 trains, 1 tests. A validation folder joins the training part, from which ours is drawn."""


@dataclass(frozen=True, eq=False)
class Listing:
    """Pictures in order, those of the test part last.

    Parameters
    ----------
    names
        relative to the pile.
    labels
        class numbers ``(N,)``, or None where not every picture lies in a class's folder.
    classes
        the folders' names in ascending order.
    given_test
        how many at the end are the pile's own test part.
    """

    names: Names
    labels: np.ndarray | None
    classes: tuple[str, ...]
    given_test: int


def listing(names: list[str]) -> Listing:
    """Read parts and classes off ``names``: ``[wrapper/][train|test/][class/]picture``."""
    skip = _wrapper(names)
    parted = _has_parts(names, skip)
    if parted:
        names = sorted(names, key=lambda name: (_PARTS[_folder(name, skip).lower()], name))
    tests = sum(_PARTS[_folder(name, skip).lower()] for name in names) if parted else 0
    labels, classes = _classes(names, skip + parted)
    return Listing(Names(names), labels, classes, tests)


def _folder(name: str, level: int) -> str:
    """The folder at that level, or empty where the picture itself is there."""
    parts = name.split("/", level + 1)
    return parts[level] if len(parts) > level + 1 else ""


def _wrapper(names: list[str]) -> int:
    """How many folders all pictures share, since a zip often wraps them in one."""
    level = 0
    while len(tops := {_folder(name, level) for name in names}) == 1 and "" not in tops:
        level += 1
    return level


def _has_parts(names: list[str], skip: int) -> bool:
    tops = {_folder(name, skip).lower() for name in names}
    return tops <= _PARTS.keys() and {_PARTS[top] for top in tops} == {0, 1}


def _classes(names: list[str], skip: int) -> tuple[np.ndarray | None, tuple[str, ...]]:
    classes = tuple(sorted({_folder(name, skip) for name in names}))
    if len(classes) < 2 or "" in classes:
        return None, ()
    number = {name: i for i, name in enumerate(classes)}
    dtype = np.uint8 if len(classes) <= 256 else np.int64
    return np.fromiter((number[_folder(name, skip)] for name in names), dtype, len(names)), classes
