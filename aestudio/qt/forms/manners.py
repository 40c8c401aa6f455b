"""How fields behave inside a scrolled panel with undo of its own."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
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


class Patience(QObject):
    """Has a box take others into its list once that is closed: under the pointer it stays as it is.

    Args:
        box: whose list it is.
        take: given the last that came.
    """

    def __init__(self, box: QComboBox, take: Callable[[Any], object]) -> None:
        super().__init__(box)
        self._box, self._take = box, take
        self._late: tuple[Any] | None = None
        # The list is hidden first, and what was chosen in it is told by its place after.
        self._closed = QTimer(self, singleShot=True, interval=0)
        self._closed.timeout.connect(self._on_closed)

    @Slot(object)
    def offer(self, others: Any) -> None:
        """Have the box take these now, or as soon as its list is closed, by whatever."""
        self._late = None
        if self._box.view().isVisible():
            self._late = (others,)
            self._box.view().installEventFilter(self)
        else:
            self._take(others)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            watched.removeEventFilter(self)
            self._closed.start()
        return False

    @Slot()
    def _on_closed(self) -> None:
        if self._late is not None:
            self.offer(*self._late)


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
