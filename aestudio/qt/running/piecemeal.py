"""Work for the GUI thread that is done a piece at a time, so that presses are answered in between."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot


class Piecemeal(QObject):
    """Goes through an iterator; each of its steps is a piece.

    Args:
        pieces: does the work as it is gone through.
    """

    ended = Signal()

    def __init__(self, pieces: Iterator[None], parent: QObject) -> None:
        super().__init__(parent)
        self._pieces = pieces
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._on_next)

    def begin(self) -> None:
        """Do a piece whenever nothing else is to be done, and tell when it :attr:`ended`."""
        self._next.start()

    def do_all(self) -> None:
        """The same at once."""
        for _ in self._pieces:
            pass

    def stop(self) -> None:
        """Leave the rest undone."""
        self._next.stop()

    @Slot()
    def _on_next(self) -> None:
        for _ in self._pieces:
            return
        self._next.stop()
        self.ended.emit()
