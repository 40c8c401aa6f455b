"""Known damage: noise over the whole picture, and a brush."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from aestudio.pictures.damage import BRUSHES, KINDS, Damage, Stroke
from aestudio.qt.darkroom.denoising import Denoising
from aestudio.qt.drawing.view import header_button
from aestudio.qt.forms.boxes import chooser
from aestudio.qt.forms.dial import Dial
from aestudio.qt.theme import SPACE

_SETTLE_MS = 250
_RADIUS = 24


class Trying(QWidget):
    """Puts noise on the picture, so that the clean one is known; and says what the brush paints."""

    brush_changed = Signal()

    def __init__(self, tool: Denoising, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool = tool
        known = "Put known noise on a clean picture: then PSNR and SSIM can be told"
        self.kind = chooser("Noise that is added", known, self)
        self.kind.addItem("Add no noise", None)
        for kind in KINDS.values():
            self.kind.addItem(kind.label, kind)
            self.kind.setItemData(self.kind.count() - 1, kind.help, Qt.ItemDataRole.ToolTipRole)
        self.amount = Dial("Amount", 0, 1, 0, "", self)
        self.amount.hide()
        painted = "Paint damage on the picture with the mouse, and watch it go"
        self.brush = chooser("Brush", painted, self)
        self.brush.addItem("No brush", "")
        for brush in BRUSHES.values():
            self.brush.addItem(f"Brush: {brush.label}", brush.name)
            self.brush.setItemData(self.brush.count() - 1, brush.help, Qt.ItemDataRole.ToolTipRole)
        self.radius = Dial("Brush radius", 2, 200, _RADIUS, "px", self)
        self.radius.hide()
        self.undo = header_button(
            "undo", "Undo the last stroke", "Take the last stroke of the brush back (Ctrl+Z)"
        )
        self.redo = header_button("redo", "Redo the stroke", "Paint again what was taken back (Ctrl+Shift+Z)")
        self.clear = QPushButton("Clear", self)
        self.clear.setToolTip("Take all strokes of the brush back")
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._settle.timeout.connect(self._on_settled)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.amount.changed.connect(self._settle.start)
        self.brush.currentIndexChanged.connect(self._on_brush)
        self.radius.changed.connect(self._on_brush)
        self.undo.clicked.connect(tool.undo_stroke)
        self.redo.clicked.connect(tool.redo_stroke)
        self.clear.clicked.connect(tool.clear_strokes)
        tool.strokes_changed.connect(self._on_strokes_changed)
        self._on_strokes_changed()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(SPACE // 2)
        line.addWidget(self.brush, 1)
        line.addWidget(self.undo)
        line.addWidget(self.redo)
        line.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.kind)
        column.addWidget(self.amount)
        column.addLayout(line)
        column.addWidget(self.radius)

    @property
    def brush_radius(self) -> float:
        """The brush's radius in pixels of the picture; 0 where there is none."""
        return self.radius.value if self.brush.currentData() else 0.0

    def stroke(self, points: tuple[tuple[float, float], ...]) -> Stroke | None:
        """What the brush paints along these points of the picture."""
        kind = str(self.brush.currentData())
        seed = len(self._tool.strokes)
        return Stroke(points, self.radius.value, kind, seed) if kind else None

    def choose(self, kind: str) -> None:
        """Add this kind of noise from now on."""
        names = ["", *KINDS]
        self.kind.setCurrentIndex(names.index(kind))

    def undo_step(self) -> Callable[[], None] | None:
        """What takes the last stroke back; None while the brush is out of sight or has painted nothing."""
        return self._tool.undo_stroke if self.isVisible() and self._tool.can_undo else None

    def redo_step(self) -> Callable[[], None] | None:
        """What paints again what was taken back, likewise."""
        return self._tool.redo_stroke if self.isVisible() and self._tool.can_redo else None

    @Slot()
    def _on_kind(self) -> None:
        kind = self.kind.currentData()
        self.amount.setVisible(kind is not None)
        if kind is not None:
            self.amount.field.setDecimals(2 if kind.high <= 1 else 0)
            self.amount.set_range(kind.low, kind.high, kind.start, "%" if kind.unit.startswith("%") else "")
            self.amount.label.setText("Quality" if kind.unit == "quality" else "Amount")
            self.amount.setToolTip(f"{kind.label}: {kind.unit}")
        self._on_settled()

    @Slot()
    def _on_settled(self) -> None:
        kind = self.kind.currentData()
        self._tool.set_damage(Damage(kind.name, self.amount.value) if kind is not None else None)

    @Slot()
    def _on_brush(self) -> None:
        kind = str(self.brush.currentData())
        self.radius.setVisible(bool(kind))
        self.brush_changed.emit()

    @Slot()
    def _on_strokes_changed(self) -> None:
        tool = self._tool
        self.undo.setEnabled(tool.can_undo)
        self.redo.setEnabled(tool.can_redo)
        for button in (self.undo, self.redo):
            button.setVisible(tool.can_undo or tool.can_redo)
        self.clear.setVisible(bool(tool.strokes))
