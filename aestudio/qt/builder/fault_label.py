"""Faults told in words beside what is at fault."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from aestudio.qt.theme import ICON, SPACE, icon, theme, theme_source
from aestudio.spec.faults import Fault


class FaultLabel(QWidget):
    """An icon and a sentence for each fault, red, or amber for advice; hidden while all is well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[str, bool], ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(SPACE // 2, 2, SPACE // 2, SPACE // 2)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self.setVisible(False)
        theme_source().changed.connect(self._on_theme_changed)

    @property
    def text(self) -> str:
        """Every sentence, a line each."""
        return "\n".join(text for text, _ in self._shown)

    def show_faults(self, faults: Sequence[Fault], name: str = "") -> None:
        """Tell ``faults``; those of something not called ``name`` begin with whose they are."""
        told = tuple((_sentence(fault, name), fault.advice) for fault in faults)
        if told != self._shown:
            self._shown = told
            self._fill()
        self.setVisible(bool(told))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._fill()

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row, (text, advice) in enumerate(self._shown):
            sign = QLabel(self)
            sign.setPixmap(
                icon("info" if advice else "warning", "warn" if advice else "bad").pixmap(ICON, ICON)
            )
            words = QLabel(text, self)
            words.setWordWrap(True)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            palette = words.palette()
            palette.setColor(QPalette.ColorRole.WindowText, QColor(theme().warn if advice else theme().bad))
            words.setPalette(palette)
            self._grid.addWidget(sign, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, row, 1)
        self.setAccessibleName(self.text)


def _sentence(fault: Fault, name: str) -> str:
    text = f"{fault.what}; {fault.fix}"
    text = text if not name or fault.name.lower() == name.lower() else f"{fault.name}: {text}"
    return text[:1].upper() + text[1:]
