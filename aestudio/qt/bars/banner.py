"""A quiet line across the page for what went wrong; the work goes on below it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from aestudio.qt.theme import ICON, SPACE, Theme, icon, theme, theme_source


class Banner(QFrame):
    """One sentence, until it is closed or the next comes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAccessibleName("Trouble")
        sign = QLabel(self)
        sign.setPixmap(icon("warning", "bad").pixmap(QSize(ICON, ICON)))
        self._sign = sign
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        close = QToolButton(self)
        close.setIcon(icon("close"))
        close.setAutoRaise(True)
        close.setToolTip("Close (Escape)")
        close.setAccessibleName("Close this message")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        row.setSpacing(SPACE)
        row.addWidget(sign)
        row.addWidget(self.sentence, 1)
        row.addWidget(close)
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())
        self.hide()

    @Slot(str)
    def show_trouble(self, sentence: str) -> None:
        """Show a sentence, beginning with a capital."""
        self.sentence.setText(sentence[:1].upper() + sentence[1:])
        self.setAccessibleDescription(sentence)
        self.show()

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        self._sign.setPixmap(icon("warning", "bad").pixmap(QSize(ICON, ICON)))
        self.setStyleSheet(
            f"#banner {{ background: {now.panel}; border: 0; border-left: 4px solid {now.bad};"
            f" border-bottom: 1px solid {now.line}; }}"
        )
