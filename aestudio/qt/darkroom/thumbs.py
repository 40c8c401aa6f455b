"""A glance at each picture on the roll, in the background, when its row comes into sight."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakSet

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from aestudio.pictures.picture import glance
from aestudio.qt.darkroom.intake import CODED
from aestudio.qt.darkroom.opening import THUMB
from aestudio.qt.darkroom.roll import Entry, State, size_told
from aestudio.qt.drawing.pictures import to_image
from aestudio.qt.running.background import Background, Progress
from aestudio.spec.faults import UserError

_BATCH, _WAITING = 4, 40


class Thumbs(QObject):
    """Thumbnails, and sizes or faults, the row asked for last first; nothing is looked at twice."""

    arrived = Signal(object)  # Entry

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: list[Entry] = []
        self._asked: WeakSet[Entry] = WeakSet()
        self._soon = QTimer(self, singleShot=True, interval=0)  # all rows of one painting in one batch
        self._soon.timeout.connect(self._start)
        self._background = Background(self)
        self._background.done.connect(self._on_done)

    @Slot(object)
    def want(self, entry: Entry) -> None:
        """A row without a thumbnail is painted."""
        if entry not in self._asked:
            self._asked.add(entry)
            wanted = [*self._wanted, entry]
            self._asked.difference_update(wanted[:-_WAITING])  # they ask again when they are painted again
            self._wanted = wanted[-_WAITING:]
            self._soon.start()

    def close(self) -> None:
        """Stop, and wait."""
        self._soon.stop()
        self._wanted = []
        self._background.close()

    @Slot()
    def _start(self) -> None:
        if self._wanted and not self._background.is_busy:
            batch, self._wanted = self._wanted[-_BATCH:], self._wanted[:-_BATCH]
            self._background.start(lambda progress: _read(batch, progress))

    @Slot(object)
    def _on_done(self, seen: list[_Seen]) -> None:
        for each in seen:
            entry = each.entry
            entry.thumbnail = entry.thumbnail or each.image
            if entry.state is State.WAITING and not entry.note:
                entry.state, entry.note = State.FAILED if each.broken else State.WAITING, each.note
            self.arrived.emit(entry)
        self._start()


@dataclass(frozen=True)
class _Seen:
    """What a glance at a picture has told."""

    entry: Entry
    note: str
    image: QImage | None = None
    broken: bool = False


def _read(batch: list[Entry], progress: Progress) -> list[_Seen]:
    seen: list[_Seen] = []
    for entry in batch:
        progress(0.0, "thumbnails")
        if entry.name.lower().endswith(CODED):
            continue
        try:
            pixels, size, pages = glance(entry.source, 2 * THUMB)
        except UserError as error:
            seen.append(_Seen(entry, str(error), broken=True))
        else:
            seen.append(_Seen(entry, size_told(*size, pages), to_image(pixels)))
    return seen
