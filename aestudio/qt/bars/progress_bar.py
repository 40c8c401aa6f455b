"""How far something is, in thousandths."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

_WHOLE = 1000


class ProgressBar(QProgressBar):
    """A bar without words. It is painted with all else: Qt's own paints at once, at each value anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, _WHOLE)
        self.setTextVisible(False)

    def show_share(self, share: float | None) -> None:
        """From 0 to 1; None runs to and fro, where it is not known yet."""
        value, whole = (0, 0) if share is None else (round(_WHOLE * share), _WHOLE)
        if (value, whole) == (self.value(), self.maximum()):
            return
        self.setUpdatesEnabled(False)
        self.setRange(0, whole)
        self.setValue(value)
        self.setUpdatesEnabled(True)
