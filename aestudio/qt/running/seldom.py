"""Figures that change faster than they can be read are shown a few times a second."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_EVERY_MS = 250


class Seldom(QObject):
    """Passes on the first of many values at once, then one four times a second, and the last of all.

    As long as values come, one is passed on when it comes, so that what it changes is painted together with
    what else has changed.
    """

    passed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._latest: object = None
        self._last = QTimer(self, singleShot=True, interval=2 * _EVERY_MS)
        self._last.timeout.connect(self._pass_on)

    def take(self, value: object, *, at_once: bool = False) -> None:
        """A new value; ``at_once`` where nothing else will come soon."""
        self._latest = value
        # −1 where none was passed on of late.
        if at_once or self._last.remainingTime() <= _EVERY_MS:
            self._pass_on()

    def forget(self) -> None:
        """What was taken and not yet passed on is out of date."""
        self._latest = None

    @Slot()
    def _pass_on(self) -> None:
        value, self._latest = self._latest, None
        if value is not None:
            self._last.start()
            self.passed.emit(value)
