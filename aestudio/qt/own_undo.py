"""Undo and redo by key on a page that has something of its own to undo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

Step = Callable[[], Callable[[], None] | None]
"""Gives what to do now, or None where there is nothing to undo or redo here."""


class OwnUndo(QObject):
    """Lets undo and redo be a page's own while it has a step to take; else they are the document's.

    Args:
        page: hears the keys that nothing in it has taken.
        undo: gives the step back.
        redo: gives the step forth.
    """

    def __init__(self, page: QWidget, undo: Step, redo: Step = lambda: None) -> None:
        super().__init__(page)
        keys = QKeySequence.StandardKey
        self._steps = ((keys.Undo, undo), (keys.Redo, redo))
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        asked, pressed = QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress
        if not isinstance(event, QKeyEvent) or event.type() not in (asked, pressed):
            return False
        step = next((step() for key, step in self._steps if event.matches(key)), None)
        if step is None:
            return False
        if event.type() == asked:
            event.accept()  # it comes again, as a key that no shortcut has taken
        else:
            step()
        return True
