"""The bar below the stage: how far the work is, and what can be done with its result."""

from __future__ import annotations

import time

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDrag, QEnterEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from aestudio.qt.bars.progress_bar import ProgressBar
from aestudio.qt.labels import ElidedLabel
from aestudio.qt.theme import SPACE, Theme, icon, theme, theme_source
from aestudio.spec.words import time_text

_SLOW = 1.0  # seconds after which the time left is told


class Foot(QFrame):
    """Progress with time left and a way to cancel; Save, Copy, and a handle to drag the result out by."""

    cancelled = Signal()
    again_wanted = Signal()

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foot")
        self.bar, self.words = ProgressBar(self), ElidedLabel(self)
        self.bar.setFixedSize(8 * SPACE, 12)  # the words beside it say more than a longer one would
        self.bar.setAccessibleName("Progress")
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setToolTip("Stop the work; what is done stays (Esc)")
        self.cancel.clicked.connect(self.cancelled)
        self.again = QPushButton("Start Again", self)
        self.again.setToolTip("Do the work that was stopped from its beginning")
        self.again.clicked.connect(self.again_wanted)
        self.handle = Handle(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACE, SPACE // 2, SPACE, SPACE // 2)
        row.setSpacing(SPACE)
        for widget in (self.bar, self.cancel, self.again):
            row.addWidget(widget)
            widget.hide()
        row.addWidget(self.words, 1)
        row.addWidget(self.handle)
        for action in actions:
            button = QPushButton(action.icon(), action.text().replace("&", ""), self)
            button.setToolTip(action.toolTip())
            button.setEnabled(action.isEnabled())
            button.clicked.connect(action.trigger)
            action.enabledChanged.connect(button.setEnabled)
            row.addWidget(button)
        self._began = 0.0
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())

    @Slot(float, str)
    def show_progress(self, share: float, doing: str) -> None:
        """Show how far the work is."""
        now = time.monotonic()
        if self.bar.isHidden():
            self._began = now
            self.bar.show()
            self.cancel.show()
            self.again.hide()
        gone = now - self._began
        self.bar.show_share(share if share > 0 else None)
        left = f" · {time_text(gone / share - gone)} left" if 0 < share < 1 and gone > _SLOW else ""
        self.words.say(f"{doing[:1].upper()}{doing[1:]}{left}")

    @Slot(str)
    def say(self, sentence: str, *, again: bool = False) -> None:
        """The work has ended; say how, and offer to begin it anew where ``again``."""
        self.bar.hide()
        self.cancel.hide()
        self.again.setVisible(again)
        self.words.say(sentence)

    @Slot()
    def stop(self) -> None:
        """The work was stopped by the person, who may think again."""
        self.say("Stopped", again=True)

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        self.setStyleSheet(f"#foot {{ background: {now.panel}; border-top: 1px solid {now.line}; }}")


class Handle(QToolButton):
    """The result as something to take hold of: dragged onto a folder or another program it is a file."""

    wanted = Signal()  # the pointer has come near: the file should be made

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIcon(icon("image"))
        self.setText("Drag out")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAutoRaise(True)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag the result from here to a folder or another program")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.file = ""
        self._pressed = QPoint()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if self.isEnabled() and not self.file:
            self.wanted.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = (event.position().toPoint() - self._pressed).manhattanLength()
        if event.buttons() & Qt.MouseButton.LeftButton and moved >= QApplication.startDragDistance():
            self._drag()

    def _drag(self) -> None:
        if self.file:
            drag, mime = QDrag(self), QMimeData()
            mime.setUrls([QUrl.fromLocalFile(self.file)])
            drag.setMimeData(mime)
            drag.setPixmap(icon("image").pixmap(4 * SPACE))
            drag.exec(Qt.DropAction.CopyAction)
            self.setDown(False)
