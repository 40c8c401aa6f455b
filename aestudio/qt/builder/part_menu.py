"""The menu of all kinds of layers, with a line on what each does."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from aestudio.qt.forms.manners import tooltip
from aestudio.spec.parts import Part
from aestudio.spec.registry import Family


class PartMenu(QMenu):
    """All kinds of one family; it remembers what it was opened for.

    Args:
        family: the kinds to choose from.
        parent: owner.
    """

    picked = Signal(object, object)  # type[Part], what was given to ask()

    def __init__(self, family: Family[Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._family = family
        self._purpose: object = None
        self.setToolTipsVisible(True)
        self.triggered.connect(self._on_triggered)

    def ask(self, where: QPoint, purpose: object = None) -> None:
        """Open at a global position; ``purpose`` comes back with the choice."""
        self._purpose = purpose
        if self.isEmpty():
            for cls in self._family:
                action = self.addAction(f"{cls.label}\t{in_short(cls)}")
                action.setToolTip(tooltip(cls.summary()))
                action.setData(cls.kind)
        self.popup(where)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.picked.emit(self._family.get(action.data()), self._purpose)


def in_short(cls: type[Part]) -> str:
    """The first clause of a part's summary, for one line of a menu."""
    clause = re.split(r"[:;,.] |[.]$| \(| ``", cls.summary(), maxsplit=1)[0]
    return clause.rstrip(".")
