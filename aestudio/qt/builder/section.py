"""A card that folds: its heading tells the current state, so that most of the time it need not be opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from aestudio.qt.builder.fault_label import FaultLabel
from aestudio.qt.forms.manners import tab_through, tooltip
from aestudio.qt.theme import ICON, SPACE, heading_font, icon, small_font, theme
from aestudio.spec.faults import Fault
from aestudio.spec.run import RunSpec


class Section(QFrame):
    """Title and state on one line, and a body made when it is first opened.

    A section fills in :meth:`make_body`, :meth:`state` and :meth:`show_spec`; ``path`` is its part of a run.
    """

    title = ""
    help = ""
    path = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = SectionHeader(self.title, self.help, self)
        self.faults = FaultLabel(self)
        self.body: QWidget | None = None
        self._spec: RunSpec | None = None
        self._found: Sequence[Fault] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)
        self._column.addWidget(self.faults)
        self.header.toggled.connect(self._on_toggled)

    def make_body(self) -> QWidget:
        """What the section holds, made once."""
        raise NotImplementedError

    def state(self, spec: RunSpec) -> str:
        """The section's part of the run in a few words."""
        raise NotImplementedError

    def show_spec(self, spec: RunSpec, faults: Sequence[Fault]) -> Sequence[Fault]:
        """Show the run in the body; give back the faults that the body does not tell itself."""
        raise NotImplementedError

    def refresh(self, spec: RunSpec, faults: Sequence[Fault]) -> None:
        """Show another state of the run."""
        self._spec = spec
        self._found = [f for f in faults if f.where == self.path or f.where.startswith(f"{self.path}.")]
        self.header.set_state(self.state(spec))
        told = self._found
        if self.body is not None and self.header.isChecked():
            told = self.show_spec(spec, self._found)
        self.faults.show_faults(told)

    @Slot(bool)
    def _on_toggled(self, open: bool) -> None:
        if self.body is None:
            self.body = self.make_body()
            self._column.addWidget(self.body)
            tab_through(self.header, self.body)
        self.body.setVisible(open)
        if self._spec is not None:
            self.refresh(self._spec, self._found)


class SectionHeader(QAbstractButton):
    """A line that opens and closes the section."""

    def __init__(self, title: str, help: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(tooltip(help))
        self._state = ""

    def set_state(self, state: str) -> None:
        """Tell the current state, at the right."""
        if state != self._state:
            self._state = state
            self.setAccessibleName(f"{self.text()}: {state}")
            self.update()

    @property
    def state_text(self) -> str:
        """What the heading tells."""
        return self._state

    def sizeHint(self) -> QSize:
        return QSize(200, QFontMetrics(heading_font()).height() + 2 * SPACE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, now = QPainter(self), theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(now.line), 1))
        painter.drawLine(0, 0, self.width(), 0)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(now.accent), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(now.panel))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 2, -1, -1), 4, 4)
        room = self.rect().adjusted(SPACE // 2, 0, -SPACE, 0)
        arrow = icon("down" if self.isChecked() else "right", "muted")
        arrow.paint(painter, room.left(), (self.height() - ICON) // 2, ICON, ICON)
        room.setLeft(room.left() + ICON + SPACE // 2)
        painter.setFont(heading_font())
        painter.setPen(QColor(now.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, self.text())
        room.setLeft(room.left() + QFontMetrics(heading_font()).horizontalAdvance(self.text()) + SPACE)
        metrics = QFontMetrics(small_font())
        painter.setFont(small_font())
        painter.setPen(QColor(now.muted))
        state = metrics.elidedText(self._state, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, state)
