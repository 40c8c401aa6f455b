"""Figures that change faster than they can be read are shown a few times a second."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_EVERY_MS = 250


class Seldom(QObject):
    """Passes on the first of many values at once, then the latest four times a second."""

    passed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._latest: object = None
        self._rest = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._rest.timeout.connect(self._on_rested)

    def take(self, value: object, *, at_once: bool = False) -> None:
        """A new value; ``at_once`` where nothing else will come soon."""
        self._latest = value
        if at_once or not self._rest.isActive():
            self._on_rested()

    def forget(self) -> None:
        """What was taken and not yet passed on is out of date."""
        self._latest = None

    @Slot()
    def _on_rested(self) -> None:
        value, self._latest = self._latest, None
        if value is not None:
            self._rest.start()
            self.passed.emit(value)
