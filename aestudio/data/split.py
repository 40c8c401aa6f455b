"""Which examples train, validate and test. The same spec gives the same split on every machine.

The random keys are the raw output of PCG64, which NumPy promises never to change (NEP 19); the methods of
its Generator carry no such promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from aestudio.spec.run import DataSpec

_TEST, _VALIDATION, _LIMIT = 1, 2, 3  # one stream of random numbers a purpose


@dataclass(frozen=True, eq=False)
class Split:
    """Ascending int64 indices of each part, and one sentence on how they came about."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    rule: str


def split(count: int, labels: np.ndarray | None, given_test: int, spec: DataSpec) -> Split:
    """Split ``count`` examples by class where labelled.

    A test part that the source gives (its last ``given_test`` examples) is kept; else a share is cut first.
    Validation is drawn from the rest, so that it stays the same whatever ``train_limit`` is.

    Raises
    ------
    UserError
        There are too few examples.
    """
    if given_test:
        test, rest = np.arange(count - given_test, count), np.arange(count - given_test)
    else:
        test, rest = _cut(np.arange(count), labels, _some(spec.test, count), _stream(spec.seed, _TEST))
    wanted = _some(spec.validation, len(rest))
    validation, train = _cut(rest, labels, wanted, _stream(spec.seed, _VALIDATION))
    if not len(train):
        raise UserError(
            f"{spec.source} holds too few examples ({count:,}) to train, validate and test; "
            "give it at least 3, better hundreds"
        )
    left = len(train)
    if 0 < spec.train_limit < left:
        train, _ = _cut(train, labels, spec.train_limit, _stream(spec.seed, _LIMIT))
    how = f"drawn with seed {spec.seed}" + ("" if labels is None else ", each class in its share")
    rule = _rule((len(train), len(validation), len(test)), left, bool(given_test), how)
    return Split(train, validation, test, rule)


def _some(share: float, count: int) -> int:
    """That share of ``count``, rounded, and at least 1 unless none is wanted."""
    return max(1, round(share * count)) if share > 0 else 0


def _stream(seed: int, purpose: int) -> np.random.PCG64:
    return np.random.PCG64(np.random.SeedSequence([seed, purpose]))


def _cut(
    pool: np.ndarray, labels: np.ndarray | None, wanted: int, stream: np.random.PCG64
) -> tuple[np.ndarray, np.ndarray]:
    """``wanted`` random members of ``pool``, and the others, both ascending."""
    order = np.argsort(stream.random_raw(len(pool)), kind="stable")
    if labels is not None:
        order = _interleaved(order, labels[pool])
    return pool[np.sort(order[:wanted])], pool[np.sort(order[wanted:])]


def _interleaved(order: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The random ``order`` rearranged so that any prefix holds each class in its share, give or take one.

    Example j of the n in its class goes to place (j + 1/2) / n of the whole; prefixes are nested.
    """
    shuffled = labels[order]
    by_class = np.argsort(shuffled, kind="stable")
    sizes = np.bincount(shuffled)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = np.empty(len(order))
    place[by_class] = (rank + 0.5) / np.repeat(sizes, sizes)
    return order[np.argsort(place, kind="stable")]


def _rule(parts: tuple[int, int, int], left: int, given: bool, how: str) -> str:
    train, validation, test = parts
    trained = f"{train:,} train" if train == left else f"{train:,} of {left:,} train"
    if given:
        return (
            f"{left + validation:,} training examples of the source: {trained} and {validation:,} validate, "
            f"{how}; its {test:,} test examples test"
        )
    return (
        f"{left + validation + test:,} examples without a split of their own: {trained}, "
        f"{validation:,} validate and {test:,} test, {how}"
    )
