"""The line between the code and the decoder, with the link that makes the decoder follow."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from aestudio.qt.forms.manners import tooltip
from aestudio.qt.theme import ICON, SPACE, icon, small_font


class DecoderCaption(QWidget):
    """Says whether the decoder mirrors the encoder, and lets the link be opened and closed."""

    toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel(self)
        self._words.setFont(small_font())
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.button = QToolButton(self)
        self.button.setAutoRaise(True)
        self.button.setCheckable(True)
        self.button.setIconSize(QSize(ICON, ICON))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.toggled)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE - 2, 0, SPACE // 2, 0)
        line.addWidget(self._words, 1)
        line.addWidget(self.button)
        self.show_linked(linked=True)

    def show_linked(self, *, linked: bool) -> None:
        """Show whether the decoder follows the encoder."""
        self._words.setText("Decoder, mirrors the encoder" if linked else "Decoder, on its own")
        self.button.setChecked(linked)
        self.button.setIcon(icon("link" if linked else "unlink", "accent" if linked else "muted"))
        name = "Unlink the decoder" if linked else "Mirror the encoder again"
        self.button.setAccessibleName(name)
        why = (
            "its layers can then be edited one by one"
            if linked
            else "its own layers are dropped; undo has them"
        )
        self.button.setToolTip(tooltip(f"{name}: {why}"))
