"""A quiet line across a page that offers something: a sentence, and buttons that take it up."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from aestudio.qt.theme import SPACE, Theme, icon, theme, theme_source


class Offer(QFrame):
    """One sentence with actions beside it, until it is taken up, closed or replaced.

    Args:
        name: what a screen reader calls it.
        actions: what can be done, each a button; the first is the one to take.
        parent: owner.
        closable: whether it has a cross of its own.
    """

    def __init__(
        self, name: str, actions: list[QAction], parent: QWidget | None = None, *, closable: bool = True
    ) -> None:
        super().__init__(parent)
        self.setObjectName("offer")
        self.setAccessibleName(name)
        self.sentence = QLabel(self)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2 * SPACE, SPACE // 2, SPACE, SPACE // 2)
        self._row.setSpacing(SPACE)
        self._row.addWidget(self.sentence, 1)
        self.buttons = [self._button(action) for action in actions]
        if closable:
            self._add_close()
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())
        self.hide()

    @Slot(str)
    def offer(self, sentence: str) -> None:
        """Show a sentence."""
        self.sentence.setText(sentence)
        self.setAccessibleDescription(sentence)
        self.show()

    def _button(self, action: QAction) -> QPushButton:
        button = QPushButton(action.text().replace("&", ""), self)
        button.setToolTip(action.toolTip())
        button.clicked.connect(action.trigger)
        self._row.addWidget(button)
        return button

    def _add_close(self) -> None:
        close = QToolButton(self)
        close.setIcon(icon("close"))
        close.setAutoRaise(True)
        close.setToolTip("Close")
        close.setAccessibleName("Close this message")
        close.clicked.connect(self.hide)
        self._row.addWidget(close)

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        self.setStyleSheet(
            f"#offer {{ background: {now.panel}; border: 0; border-left: 4px solid {now.accent};"
            f" border-bottom: 1px solid {now.line}; }}"
        )
