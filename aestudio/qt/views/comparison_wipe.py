"""One image as two models give it, a slider between them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSlider, QVBoxLayout, QWidget

from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.pictures import as_rgb, part_drawer, psnr, to_image
from aestudio.qt.drawing.sides import Shown, Side, Window
from aestudio.qt.drawing.view import View
from aestudio.qt.theme import SPACE, theme
from aestudio.training.events import Snapshot

_THOUSANDTHS = 1000
_ZOOM = 1.25
_CLEAN = "Clean"


class Wipe(QWidget):
    """Two pictures over each other: the left one up to the line, the right one from there."""

    dragged = Signal(float)  # share from the left
    window_changed = Signal(object)  # Window

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left, self.right = QImage(), QImage()
        self.share = 0.5
        self.window_shown = Window()
        self.empty = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    def target(self) -> QRectF:
        """Where the picture is."""
        size = self.left.size() if not self.left.isNull() else QSize(1, 1)
        scale = min((self.width() - 2 * SPACE) / size.width(), (self.height() - SPACE) / size.height())
        rect = QRectF(0, 0, size.width() * scale, size.height() * scale)
        rect.moveCenter(QRectF(self.rect()).center())
        return rect

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.left.isNull() or self.right.isNull():
            painter.setPen(QColor(theme().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(2 * SPACE, 0, -2 * SPACE, 0), flags, self.empty)
            return
        target = self.target()
        source = QRectF(*self.window_shown.part(self.left.width(), self.left.height()))
        draw = part_drawer(painter)
        draw(target, self.left, source)
        x = target.left() + self.share * target.width()
        painter.save()
        painter.setClipRect(QRectF(x, target.top(), target.right() - x, target.height()))
        draw(target, self.right, source)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().accent), 2))
        painter.drawLine(QLineF(x, target.top(), x, target.bottom()))
        painter.setBrush(QColor(theme().accent))
        painter.drawEllipse(QPointF(x, target.center().y()), 5, 5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        target = self.target()
        if event.buttons() & Qt.MouseButton.LeftButton and target.width():
            self.dragged.emit(min(1.0, max(0.0, (event.position().x() - target.left()) / target.width())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        target, place = self.target(), event.position()
        x = (place.x() - target.left()) / target.width()
        y = (place.y() - target.top()) / target.height()
        window = self.window_shown.zoomed(_ZOOM ** (event.angleDelta().y() / 120), x, y)
        self.window_changed.emit(window)
        event.accept()


class ComparisonWipe(View):
    """Any two columns of the comparison; zoom and pan are those of the grid."""

    title = "Wipe"
    help = "Two models on one image: drag the line, or use the slider. The wheel zooms here and in the grid."

    def __init__(self, parent: QWidget | None = None) -> None:
        self.wipe = Wipe()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        body = QWidget()
        super().__init__(body, parent)
        column = QVBoxLayout(body)
        column.setContentsMargins(SPACE, 0, SPACE, SPACE // 2)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.wipe, 1)
        column.addWidget(self.slider)
        self.wipe.empty = "Choose two models above: one image as both give it."
        self.slider.setRange(0, _THOUSANDTHS)
        self.slider.setValue(_THOUSANDTHS // 2)
        self.slider.setAccessibleName("Where the left model ends")
        self.slider.setToolTip("Left of the line is the first model, right of it the second")
        self._sides: Sequence[Side] = ()
        self._shown: Shown | None = None
        self._row = 0
        self.first, self.second = QComboBox(), QComboBox()
        for box, which in ((self.first, "Left"), (self.second, "Right")):
            box.setAccessibleName(f"{which} of the line")
            box.setToolTip(f"Which model is {which.lower()} of the line")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(7)
            box.currentIndexChanged.connect(self._compose)
            self.add_control(box)
        self.slider.valueChanged.connect(self._on_slid)
        self.wipe.dragged.connect(self._on_dragged)

    def show_sides(self, sides: Sequence[Side], shown: Shown | None) -> None:
        """Offer these sides."""
        if [side.key for side in sides] != [side.key for side in self._sides]:
            self._offer(sides)
        self._sides, self._shown = sides, shown
        self._compose()

    def _offer(self, sides: Sequence[Side]) -> None:
        for place, box in enumerate((self.first, self.second)):
            box.blockSignals(True)
            box.clear()
            box.addItem(_CLEAN, "")
            for side in sides:
                box.addItem(side.name, side.key)
            box.setCurrentIndex(min(place + 1, len(sides)))
            box.blockSignals(False)

    @Slot(int)
    def show_row(self, row: int) -> None:
        """Show this image."""
        self._row = row
        self._compose()

    @Slot(object)
    def show_window(self, window: Window) -> None:
        """Show this part of the image."""
        self.wipe.window_shown = window
        self.wipe.update()

    def draw(self, snapshot: Snapshot) -> None:
        """Nothing: what lanes tell comes together in :meth:`show_sides`."""

    def clear(self) -> None:
        self.show_sides((), None)

    def table(self) -> Table:
        """PSNR of the two on the image."""
        rows = [(box.currentText(), self._decibels(box.currentData())) for box in (self.first, self.second)]
        return ("model", "psnr_db"), rows

    def _decibels(self, key: str) -> float | str:
        shown, row = self._shown, self._row
        if shown is None or not key or key not in shown.given or row >= len(shown.positions):
            return ""
        part = slice(row, row + 1)
        return float(psnr(shown.clean[part], shown.given[key][part])[0])

    def _picture(self, key: str | None) -> QImage:
        shown = self._shown
        if shown is None or key is None or self._row >= len(shown.positions):
            return QImage()
        batch = shown.given.get(key) if key else shown.clean
        return QImage() if batch is None else to_image(as_rgb(batch[self._row : self._row + 1])[0])

    @Slot()
    def _compose(self) -> None:
        self.wipe.left = self._picture(self.first.currentData())
        self.wipe.right = self._picture(self.second.currentData())
        self.wipe.update()
        shown = self._shown
        known = shown is not None and self._row < len(shown.positions)
        self.status.say(f"test image {int(shown.positions[self._row]):,}" if known and shown else "")

    @Slot(int)
    def _on_slid(self, value: int) -> None:
        self.wipe.share = value / _THOUSANDTHS
        self.wipe.update()

    @Slot(float)
    def _on_dragged(self, share: float) -> None:
        self.slider.setValue(round(share * _THOUSANDTHS))
