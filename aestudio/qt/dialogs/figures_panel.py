"""The figures of a finished run: what was measured on which images, and how."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from aestudio.evaluation.glossary import COLLAPSED, told
from aestudio.qt.labels import heading
from aestudio.qt.theme import SPACE, small_font, theme
from aestudio.training.events import Measured

_BARS_HEIGHT = 96


class FiguresPanel(QDialog):
    """A table of every figure that applies to a run, with the protocol they were taken by."""

    def __init__(self, measured: Measured, parent: QWidget) -> None:
        super().__init__(parent)
        self._measured = measured
        self.setWindowTitle(f"Figures: {measured.metrics.get('preset', 'run')}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addLayout(_table(measured))
        if per_dimension := measured.details.get("kl_nats_per_dimension"):
            column.addWidget(heading("KL of each code dimension"))
            column.addWidget(DimensionBars(per_dimension, self))
        column.addWidget(_protocol(measured.protocol))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton("Copy as Table", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setToolTip("Figure, value and unit, parted by tabs: paste them into a spreadsheet")
        copy.clicked.connect(self._on_copy)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def text(self) -> str:
        """The table with tabs between its columns, the protocol last."""
        rows = [f"{term.label}\t{value}\t{term.unit}" for term, value in told(self._measured.metrics)]
        return "\n".join([*rows, self._measured.protocol])

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())


def _table(measured: Measured) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * SPACE)
    grid.setVerticalSpacing(SPACE // 2)
    grid.setColumnStretch(2, 1)
    for row, (term, value) in enumerate(told(measured.metrics)):
        for place, (text, side) in enumerate(((term.label, "Left"), (value, "Right"), (term.unit, "Left"))):
            label = QLabel(text)
            label.setToolTip(term.help)
            label.setAlignment(Qt.AlignmentFlag[f"Align{side}"] | Qt.AlignmentFlag.AlignBaseline)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, row, place)
    return grid


def _protocol(text: str) -> QLabel:
    label = QLabel(text[:1].upper() + text[1:] + ".")
    label.setFont(small_font())
    label.setWordWrap(True)
    label.setMinimumWidth(420)
    return label


class DimensionBars(QWidget):
    """One bar a code dimension, the most telling first; those that tell nothing are called collapsed."""

    def __init__(self, nats: tuple[float, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._nats = sorted(nats, reverse=True)
        collapsed = sum(value < COLLAPSED for value in nats)
        self.caption = f"{max(nats):.2f} nats at most" + (f", {collapsed} collapsed" if collapsed else "")
        self.setToolTip("\n".join(f"{i + 1}. {value:.3f} nats" for i, value in enumerate(self._nats[:40])))
        self.setAccessibleName(f"KL of {len(nats)} code dimensions, {self.caption}")

    def sizeHint(self) -> QSize:
        return QSize(420, _BARS_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _BARS_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars from the left, the caption above the low ones at the right."""
        look, painter = theme(), QPainter(self)
        base = self.height() - 1
        step = self.width() / len(self._nats)
        scale = (base - 2 * SPACE) / max(self._nats[0], 1e-9)
        for place, value in enumerate(self._nats):
            colour = look.warn if value < COLLAPSED else look.accent
            height = max(2.0, value * scale)
            bar = QRectF(place * step + 1, base - height, max(step - 2, 1), height)
            painter.fillRect(bar, QColor(colour))
        painter.setFont(small_font())
        painter.setPen(QColor(look.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, self.caption)
