"""Small pieces that the panels are made of: a note, and a table of figures."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from aestudio.qt.theme import SPACE, Tint, small_font, theme, theme_source


class Note(QLabel):
    """A small sentence that takes no room while there is nothing to say.

    Args:
        parent: owner.
        tint: which of the theme's colours it has.
    """

    def __init__(self, parent: QWidget | None = None, *, tint: Tint = "muted") -> None:
        super().__init__(parent)
        self._tint: Tint = tint
        self.setFont(small_font())
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def say(self, text: str) -> None:
        """Show a sentence, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setStyleSheet(f"color: {getattr(theme(), self._tint)};")


def grid_in(parent: QWidget, gap: int) -> QGridLayout:
    """A small table of figures, its columns ``gap`` pixels apart; the first takes what room there is."""
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(gap)
    grid.setVerticalSpacing(SPACE // 4)
    grid.setColumnStretch(0, 1)
    return grid


def cell(grid: QGridLayout, row: int, column: int) -> QLabel:
    """A cell of such a table: names to the left, figures to the right."""
    label = QLabel(grid.parentWidget())
    label.setTextFormat(Qt.TextFormat.PlainText)
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    grid.addWidget(label, row, column, side | Qt.AlignmentFlag.AlignVCenter)
    return label
