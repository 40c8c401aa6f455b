"""How fields behave inside a scrolled panel with undo of its own."""

from __future__ import annotations

import html
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QScrollBar, QWidget


class Stillness(QObject):
    """Watches fields: the wheel scrolls the panel, and turns a field only where that has the focus.

    Args:
        parent: owner; the fields it watches live no longer than it does.
    """

    def watch(self, field: QWidget) -> None:
        """Teach one field."""
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # and not WheelFocus
        field.installEventFilter(self)

    def watch_all(self, panel: QWidget) -> None:
        """Teach every field there is in a panel that a wheel would turn."""
        for kind in (QAbstractSpinBox, QAbstractSlider, QComboBox):
            for field in panel.findChildren(kind):
                if not isinstance(field, QScrollBar):
                    self.watch(field)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class Manners(Stillness):
    """Besides, undo is the document's, and an edit ends where its field is left."""

    left = Signal()  # a field lost the focus: what was typed belongs to a finished edit

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._undo = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # A text field would claim undo for its own letters; the value they made is applied already,
            # unless they are no number yet: those it may have.
            undoes = any(event.matches(key) for key in self._undo)
            is_no_number = isinstance(watched, QAbstractSpinBox) and not watched.hasAcceptableInput()
            event.setAccepted(undoes and is_no_number)
            return undoes
        if kind == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)


def tab_through(before: QWidget, *grounds: QWidget) -> None:
    """Let Tab go from ``before`` through ``grounds``: by itself what is made late comes behind all else."""
    for ground in grounds:
        for stop in list(_stops(ground)):
            QWidget.setTabOrder(before, stop)
            before = stop


def _stops(ground: QWidget) -> Iterator[QWidget]:
    """What can have the focus within ``ground``, in the present order."""
    widget: QWidget | None = ground
    while widget is not None:
        own = widget is ground or ground.isAncestorOf(widget)
        if own and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None:
            yield widget
        widget = widget.nextInFocusChain()
        if widget is ground:
            return


def tooltip(*sentences: str) -> str:
    """Sentences as a tooltip that wraps; Qt draws plain text on one long line."""
    return "<qt>" + "<br>".join(html.escape(sentence) for sentence in sentences if sentence) + "</qt>"
