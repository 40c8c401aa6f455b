"""Python's cyclic garbage, collected on the GUI thread alone.

The automatic collector runs on whichever thread happens to allocate, and that is the trainer. There it frees
QObjects that belong to the GUI thread; a reproduction of that crashed 6 times of 6.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_PERIOD_MS = 1000


class Collector(QObject):
    """Switches automatic collection off for as long as it lives, and collects from a timer instead.

    It applies the interpreter's own thresholds, so that old objects are looked at as seldom as ever: a full
    collection takes some 100 ms once torch is loaded, a young one well under one.
    """

    def __init__(self, parent: QObject, *, period_ms: int = _PERIOD_MS) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(period_ms)

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation that is due, if any."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
                gc.collect(generation)
                return

    @Slot()
    def freeze(self) -> None:
        """Leave what is there now out of all later collections: modules and widgets that stay to the end."""
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Give collection back to the interpreter."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()
