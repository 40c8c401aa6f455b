"""A data set: one tensor, and indices that say which of it trains, validates and tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from aestudio.spec.parts import Shape


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What was done to the data on the way in.

    Parameters
    ----------
    notes
        sentences about what was resized, converted or scaled.
    skipped
        the first files that were left out, with the reason; at most :data:`SKIPPED_KEPT`.
    skipped_count
        how many files were left out in all.
    """

    notes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    skipped_count: int = 0

    def lines(self) -> tuple[str, ...]:
        """The report as lines for a person, empty where there is nothing to tell."""
        told = [f"left out {s.name}: {s.reason}" for s in self.skipped]
        if unsaid := self.skipped_count - len(self.skipped):
            told.append(f"left out {unsaid:,} more")
        return (*self.notes, *told)


SKIPPED_KEPT = 200
"""A folder of a million broken files must not fill memory with a million sentences."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images or vectors with their split. There is no copy per split: the indices select.

    Parameters
    ----------
    name
        what the data are called, for example ``MNIST``.
    images
        uint8 ``(N, C, H, W)`` in 0..255, or for vectors float32 ``(N, D)`` in [0, 1].
    labels
        class numbers ``(N,)``, uint8 (int64 above 256 classes), or None.
    classes
        the names of the classes, empty without labels.
    train
        int64 indices into ``images``, ascending.
    validation
        likewise; drawn from what the source gives for training. Empty if none was wanted.
    test
        likewise; never used to choose anything.
    split_rule
        one sentence that says how the three came about.
    report
        what was resized, skipped and why.
    """

    name: str
    images: Tensor = field(repr=False)
    labels: Tensor | None = field(repr=False)
    classes: tuple[str, ...]
    train: Tensor = field(repr=False)
    validation: Tensor = field(repr=False)
    test: Tensor = field(repr=False)
    split_rule: str
    report: Report

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> Shape:
        """The shape of one example: ``(C, H, W)`` or ``(D,)``."""
        return tuple(self.images.shape[1:])

    @property
    def device(self) -> torch.device:
        """Where the images are."""
        return self.images.device

    def to(self, device: torch.device | str) -> Dataset:
        """The same data on a device; this very value where they are there already."""
        import torch

        if self.images.device == torch.device(device):
            return self
        return replace(
            self,
            images=self.images.to(device),
            labels=None if self.labels is None else self.labels.to(device),
            train=self.train.to(device),
            validation=self.validation.to(device),
            test=self.test.to(device),
        )

    def pixels(self, indices: Tensor) -> Tensor:
        """The examples at int64 ``indices`` ``(n,)`` as float32 ``(n, *shape)`` in [0, 1]."""
        chosen = self.images.index_select(0, indices.to(self.images.device))
        return chosen if chosen.is_floating_point() else chosen.float().div_(255)
