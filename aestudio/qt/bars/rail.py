"""The rail at the left edge: one button a page, as narrow as a hand's width of pixels allows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from aestudio.qt.theme import SPACE, Theme, icon, mixed, small_font, theme, theme_source

_WIDTH = 8 * SPACE
_ICON = 20


class Rail(QFrame):
    """Says which page is open, and opens another."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pages")
        self.setFixedWidth(_WIDTH)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, SPACE // 2, 0, SPACE)
        self._column.setSpacing(SPACE // 2)
        self._column.addStretch(1)
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())

    def add(self, name: str, glyph: str, tip: str) -> None:
        """One more page, below those there are."""
        button = QToolButton(self)
        button.setText(name)
        button.setIcon(icon(glyph))
        button.setIconSize(QSize(_ICON, _ICON))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFont(small_font())
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.setFixedSize(_WIDTH - 1, 7 * SPACE)
        self._group.addButton(button, self._column.count() - 1)
        self._column.insertWidget(self._column.count() - 1, button)

    def show_page(self, place: int) -> None:
        """Mark a page as the one that is open."""
        self._group.button(place).setChecked(True)

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        chosen = mixed(now.accent, now.window, 0.86).name()
        self.setStyleSheet(
            f"Rail {{ border: 0; border-right: 1px solid {now.line}; }}"
            f"Rail QToolButton {{ border: 0; border-left: 3px solid transparent; color: {now.muted};"
            " padding: 4px 3px 4px 0; }"
            f"Rail QToolButton:hover {{ color: {now.text}; }}"
            f"Rail QToolButton:focus {{ color: {now.text}; border-left-color: {now.line}; }}"
            f"Rail QToolButton:checked {{ color: {now.text}; background: {chosen};"
            f" border-left-color: {now.accent}; }}"
        )
