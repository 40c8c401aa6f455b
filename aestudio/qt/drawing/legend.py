"""Legends: a row of swatches that wraps, each a switch for what it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QSizePolicy, QWidget

from aestudio.qt.theme import SPACE, small_font, theme

Kind = Literal["disc", "line", "dash", "faint"]
_LINES = 4  # more are scrolled to


@dataclass(frozen=True)
class Entry:
    """One thing named by a legend.

    Args:
        name: what it is called.
        colour: ``#rrggbb``.
        kind: how its sample is drawn.
        tip: what it means; how to switch it is added.
        value: whether room is kept for a number behind the name.
    """

    name: str
    colour: str
    kind: Kind = "disc"
    tip: str = ""
    value: bool = False


class Swatch(QAbstractButton):
    """A sample and a name; down while what it names is shown."""

    only = Signal()

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.value = ""
        self.setText(entry.name)
        self.setCheckable(True)
        self.setChecked(True)
        self.setFont(small_font())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        how = "Click: on or off. Double click, Alt+click or Enter: only this one."
        self.setToolTip(f"{entry.tip}\n{how}" if entry.tip else how)
        self.setAccessibleName(f"Show {entry.name}")

    def say(self, value: str) -> None:
        """Put a number behind the name."""
        if value != self.value:
            self.value = value
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = 20 + metrics.horizontalAdvance(self.text()) + SPACE
        if self.entry.value:
            width += metrics.horizontalAdvance(" 0.00000")  # kept free, so that nothing jumps
        return QSize(width, metrics.height() + 6)

    def paintEvent(self, e: QPaintEvent) -> None:
        t = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(t.accent if self.hasFocus() else t.line), 1))
            painter.setBrush(QColor(t.panel))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 3, 3)
        self._paint_sample(painter, QColor(self.entry.colour if self.isChecked() else t.line))
        painter.setPen(QColor(t.text if self.isChecked() else t.muted))
        words = self.rect().adjusted(18, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.value and self.isChecked():
            painter.setPen(QColor(t.muted))
            words.setLeft(words.left() + self.fontMetrics().horizontalAdvance(self.text() + " "))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.value)

    def _paint_sample(self, painter: QPainter, colour: QColor) -> None:
        middle = self.height() / 2
        if self.entry.kind == "disc":
            painter.setPen(QPen(colour, 1.4))
            painter.setBrush(colour if self.isChecked() else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(9, middle), 4.3, 4.3)
            return
        pen = QPen(colour, 1.0 if self.entry.kind == "faint" else 2.0)
        if self.entry.kind == "dash":
            pen.setDashPattern([2, 1.4])
        painter.setPen(pen)
        painter.drawLine(QPointF(3, middle), QPointF(15, middle))

    def mousePressEvent(self, e: QMouseEvent) -> None:
        if e.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.only.emit()
        else:
            super().mousePressEvent(e)

    def mouseDoubleClickEvent(self, e: QMouseEvent) -> None:
        self.only.emit()

    def keyPressEvent(self, e: QKeyEvent) -> None:
        if e.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.only.emit()
        else:
            super().keyPressEvent(e)


class Legend(QScrollArea):
    """Swatches in lines, as many as are needed; more than four lines are scrolled."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        self.swatches: list[Swatch] = []
        self._inner = QWidget()
        self.setWidget(self._inner)
        self._entries: tuple[Entry, ...] = ()
        self.set_entries(())

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Name these from now on; what is off stays off while the names are the same."""
        if tuple(entries) == self._entries and self.swatches:
            return
        off = {s.text() for s in self.swatches if not s.isChecked()}
        for old in self.swatches:
            old.hide()
            old.deleteLater()
        self._entries = tuple(entries)
        self.swatches = [Swatch(entry, self._inner) for entry in entries]
        for swatch in self.swatches:
            swatch.setChecked(swatch.text() not in off)
            swatch.toggled.connect(self._on_toggled)
            swatch.only.connect(self._on_only)
            swatch.show()
        self._arrange()

    def shown(self) -> tuple[bool, ...]:
        """Which entries are on."""
        return tuple(s.isChecked() for s in self.swatches)

    def resizeEvent(self, e: QResizeEvent) -> None:
        super().resizeEvent(e)
        self._arrange()

    def _arrange(self) -> None:
        """Place the swatches line by line, and take as much height as they need."""
        width = self.viewport().width()
        x, y, line = SPACE // 2, 2, 0
        for swatch in self.swatches:
            size = swatch.sizeHint()
            if x > SPACE // 2 and x + size.width() > width:
                x, y = SPACE // 2, y + line
            swatch.setGeometry(QRect(x, y, min(size.width(), max(1, width - x)), size.height()))
            x += size.width()
            line = size.height()
        self._inner.resize(width, y + line)
        self.setFixedHeight(min(y + line, _LINES * line + 2) if self.swatches else 0)

    @Slot()
    def _on_toggled(self) -> None:
        self.changed.emit()

    @Slot()
    def _on_only(self) -> None:
        """Only the sender; if it is alone already, all."""
        chosen = self.sender()
        alone = all(s.isChecked() == (s is chosen) for s in self.swatches)
        for swatch in self.swatches:
            swatch.blockSignals(True)
            swatch.setChecked(alone or swatch is chosen)
            swatch.blockSignals(False)
            swatch.update()
        self.changed.emit()
