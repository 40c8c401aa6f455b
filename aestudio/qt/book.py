"""The pages and the rail that opens them. A page is made when it is first opened, so that start-up is not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from aestudio.qt.bars.rail import Rail


class Book(QWidget):
    """A stack of pages beside a rail."""

    turned = Signal(int)  # to the page at this place

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rail = Rail(self)
        self._stack = QStackedWidget(self)
        self._made: dict[int, QWidget] = {}
        self._makers: list[Callable[[], QWidget]] = []
        self._column = QVBoxLayout()
        self._column.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(self._column, 1)
        self.rail.chosen.connect(self.turn_to)

    def add(self, name: str, glyph: str, tip: str, make: Callable[[], QWidget]) -> int:
        """One more page, made by ``make`` when it is first opened; gives its place."""
        self.rail.add(name, glyph, tip)
        self._makers.append(make)
        return len(self._makers) - 1

    def add_above(self, widget: QWidget) -> None:
        """Put something above every page, such as an offer to bring back what was lost."""
        self._column.insertWidget(0, widget)

    def page(self, place: int) -> QWidget:
        """The page at a place, made now if it was not yet."""
        if place not in self._made:
            self._made[place] = self._makers[place]()
            self._stack.addWidget(self._made[place])
        return self._made[place]

    @property
    def place(self) -> int:
        """Which page is open."""
        current = self._stack.currentWidget()
        return next((place for place, page in self._made.items() if page is current), 0)

    @Slot(int)
    def turn_to(self, place: int) -> None:
        """Open a page."""
        self._stack.setCurrentWidget(self.page(place))
        self.rail.show_page(place)
        self.turned.emit(place)
