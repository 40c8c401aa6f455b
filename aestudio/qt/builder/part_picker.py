"""A popup with all kinds of a family, and a line on what each does."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from aestudio.qt.builder.two_lines import LINE, TwoLines
from aestudio.qt.forms.manners import tooltip
from aestudio.spec.parts import Part
from aestudio.spec.registry import Family

_WIDTH = 400
_KIND = Qt.ItemDataRole.UserRole


class PartPicker(QFrame):
    """Opens where it is asked to, and remembers what for. Arrows, letters, Enter and a click choose.

    Args:
        family: the kinds to choose from.
        parent: owner.
    """

    picked = Signal(object, object)  # type[Part], what was given to ask()

    def __init__(self, family: Family[Any], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.Box)
        self._family = family
        self._purpose: object = None
        self.list = QListWidget(self)
        self.list.setAccessibleName(f"Kind of {family.noun}")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(TwoLines(_WIDTH, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.itemEntered.connect(self.list.setCurrentItem)
        self.list.itemClicked.connect(self._on_item_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.list)

    def ask(self, where: QPoint, purpose: object = None) -> None:
        """Open at a global position; ``purpose`` comes back with the choice."""
        self._purpose = purpose
        if not self.list.count():
            self._fill()
        height = self.list.sizeHintForRow(0) * self.list.count() + 2 * (self.frameWidth() + 1)
        room = self.screen().availableGeometry()
        self.resize(min(_WIDTH, room.width()), min(height, room.height()))
        left = max(room.left(), min(where.x(), room.right() + 1 - self.width()))
        top = max(room.top(), min(where.y(), room.bottom() + 1 - self.height()))
        self.move(left, top)
        self.list.setCurrentRow(0)
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self.list.currentItem())
        else:
            super().keyPressEvent(event)  # Escape closes a popup

    @Slot(QListWidgetItem)
    def _on_item_clicked(self, item: QListWidgetItem) -> None:
        self._pick(item)

    def _pick(self, item: QListWidgetItem | None) -> None:
        self.close()
        if item is not None:
            self.picked.emit(self._family.get(item.data(_KIND)), self._purpose)

    def _fill(self) -> None:
        for cls in self._family:
            item = QListWidgetItem(cls.label, self.list)
            item.setData(_KIND, cls.kind)
            item.setData(LINE, first_clause(cls))
            item.setToolTip(tooltip(cls.summary()))


def first_clause(cls: type[Part]) -> str:
    """The first clause of a part's summary: what fits on one line."""
    return re.split(r"[:;.] |[.]$| \(", cls.summary().replace("``", ""), maxsplit=1)[0]
