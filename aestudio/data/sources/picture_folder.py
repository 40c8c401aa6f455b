"""A folder or zip of pictures of any size and kind, with a class per sub-folder where there is one."""

from __future__ import annotations

import os
import statistics
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from aestudio.data.dataset import SKIPPED_KEPT, Report, Skipped
from aestudio.data.folders import Listing, listing
from aestudio.data.picture import SUFFIXES, Picture, Refused, bombs_refused, read_picture, size_of
from aestudio.data.pile import Pile, open_pile
from aestudio.data.room import room_for
from aestudio.data.source import FileSource, Progress, Raw, register
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aestudio.spec.run import DataSpec

_SIDES = (28, 32, 64)
_SAMPLE = 48  # pictures looked at to choose size and channels
_TINTED = 12  # of 255: JPEG alone tints grey pictures by a few
_BATCH = 64


@register
class PictureFolder(FileSource):
    """Asked last, since any folder may hold pictures."""

    kind = "pictures"
    label = "a folder or zip of pictures"
    help = "Pictures of any size, brought to one; a sub-folder is a class, train and test folders are kept"
    rank = 90

    def takes(self, path: Path) -> bool:
        return path.is_dir() or path.suffix.lower() in SUFFIXES or zipfile.is_zipfile(path)

    def load(self, path: Path, spec: DataSpec, progress: Progress) -> Raw:
        if path.suffix.lower() in SUFFIXES and path.is_file():
            raise UserError(f"{path} is one picture; open the folder that holds it and its like")
        pile = open_pile(path)
        try:
            with bombs_refused():
                return _load(pile, spec, progress)
        finally:
            pile.close()


def _load(pile: Pile, spec: DataSpec, progress: Progress) -> Raw:
    progress(0.0, f"listing {pile.path.name}")
    names, others = pile.names()
    if not names:
        held = f"{others:,} files but no picture" if others else "no files"
        raise UserError(f"{pile.path} holds {held}; choose one with pictures such as .png or .jpg")
    found = listing(names)
    del names  # a million strings would stay beside the images
    side, channels = _format(pile, found, spec)
    intake = _Intake(found, room_for((len(found.names), channels, side, side), np.uint8))
    for i, outcome in _pictures(pile, found, side, channels):
        intake.take(i, outcome)
        if i % _BATCH == 0:
            progress(i / len(found.names), f"reading {pile.path.name}")
    return intake.raw(pile, others)


def _format(pile: Pile, found: Listing, spec: DataSpec) -> tuple[int, int]:
    """Side and channels as wished, or chosen by pictures sampled evenly over the pile."""
    places = np.linspace(0, len(found.names) - 1, _SAMPLE).astype(int).tolist()
    sample = [found.names[i] for i in dict.fromkeys(places)]
    side = spec.size or _side([size for name in sample if (size := _size(pile, name))])
    if spec.channels != "auto":
        return side, 3 if spec.channels == "colour" else 1
    return side, 3 if any(_is_coloured(_outcome(pile, name, side, 3)) for name in sample) else 1


def _side(sizes: list[tuple[int, int]]) -> int:
    """The largest of the usual sides that at least half the pictures have."""
    middle = statistics.median_low([min(size) for size in sizes]) if sizes else max(_SIDES)
    return max((side for side in _SIDES if side <= middle), default=min(_SIDES))


def _size(pile: Pile, name: str) -> tuple[int, int] | None:
    try:
        with pile.open(name) as stream:
            return size_of(stream)
    except Refused:
        return None


def _is_coloured(outcome: Picture | Refused) -> bool:
    return isinstance(outcome, Picture) and int(np.ptp(outcome.pixels, axis=0).max()) > _TINTED


def _pictures(
    pile: Pile, found: Listing, side: int, channels: int
) -> Iterator[tuple[int, Picture | Refused]]:
    """Every picture or why it was refused, in order. Pillow lets other threads run while it decodes."""
    names = found.names
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as threads:
        for start in range(0, len(names), _BATCH):
            batch = [names[i] for i in range(start, min(start + _BATCH, len(names)))]
            outcomes = threads.map(lambda name: _outcome(pile, name, side, channels), batch)
            yield from enumerate(outcomes, start)


def _outcome(pile: Pile, name: str, side: int, channels: int) -> Picture | Refused:
    try:
        with pile.open(name) as stream:
            return read_picture(stream, side, channels)
    except Refused as refusal:
        return refusal


class _Intake:
    """Pictures put into their places one after another; what is refused leaves no gap."""

    def __init__(self, found: Listing, room: np.ndarray) -> None:
        self._found, self._room = found, room
        self._kept = np.zeros(len(room), bool)
        self._count = 0
        self._skipped: list[Skipped] = []
        self._deeds: Counter[str] = Counter()

    def take(self, i: int, outcome: Picture | Refused) -> None:
        """The outcome of picture ``i``; they come in order."""
        if isinstance(outcome, Refused):
            if len(self._skipped) < SKIPPED_KEPT:
                self._skipped.append(Skipped(self._found.names[i], str(outcome)))
            return
        self._room[self._count] = outcome.pixels
        self._kept[i] = True
        self._count += 1
        self._deeds.update(outcome.deeds)

    def raw(self, pile: Pile, others: int) -> Raw:
        """What came in. Raises UserError where nothing did."""
        if not self._count:
            first = self._skipped[0]
            raise UserError(
                f"none of the {len(self._kept):,} pictures in {pile.path} can be read "
                f"({first.name}: {first.reason}); choose another folder"
            )
        labels, tests = self._found.labels, self._found.given_test
        return Raw(
            pile.path.resolve().stem if pile.path.is_file() else pile.path.resolve().name,
            self._room[: self._count],
            None if labels is None else labels[self._kept],
            self._found.classes,
            given_test=int(self._kept[len(self._kept) - tests :].sum()) if tests else 0,
            report=self._report(others),
        )

    def _report(self, others: int) -> Report:
        notes = [f"{count:,} of {self._count:,} pictures {deed}" for deed, count in self._deeds.most_common()]
        if others:
            what = "file that is no picture was" if others == 1 else "files that are no pictures were"
            notes.append(f"{others:,} {what} left alone")
        return Report(tuple(notes), tuple(self._skipped), len(self._kept) - self._count)
