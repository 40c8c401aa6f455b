"""The whole test set's codes in the plane: each image a point, each class a colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QWidget

from aestudio.qt.drawing.cloud import Cloud
from aestudio.qt.drawing.easing import EasedRange
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.gallery import Gallery
from aestudio.qt.drawing.legend import Entry, Legend
from aestudio.qt.drawing.plot import Plot
from aestudio.qt.drawing.raster import nearest, order_of
from aestudio.qt.drawing.thumbnail import Thumbnail
from aestudio.qt.drawing.view import View, header_button
from aestudio.qt.theme import theme
from aestudio.training.events import Scatter, Snapshot, Started

_REACH = 10.0  # pixels from the pointer within which a point is meant
_EMPTY = "Press Train: each test image becomes a point here.\nImages that the model finds alike lie together."


class LatentScatter(View):
    """Hover shows the image behind a point, a click pins it; the legend switches classes."""

    picked = Signal(int)
    unpicked = Signal(tuple)  # that was no pick: the pins as they were before it

    title = "Latent space"
    help = (
        "Each point is a test image's code, coloured by its class; the model was never told the classes. "
        "A code of two numbers is shown as it is, a longer one by its two principal components.\n"
        "Wheel: zoom. Drag: move. Double click or Ctrl+0: show all. Click a point: pin its image. "
        "Left and right: from point to point; Enter pins."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plot = Plot()
        super().__init__(self.plot, parent)
        self._scatter: Scatter | None = None
        self._run, self._code = "", 0
        self._gallery = Gallery()
        self._shown: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._points: NDArray[np.float32] = np.zeros((0, 2), dtype=np.float32)
        self._known: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._order: NDArray[np.int64] = order_of(0)
        self._hovered = -1
        self._pins: tuple[int, ...] = ()
        self._pick: tuple[tuple[int, ...], tuple[int, ...]] = (), ()  # pins before the last click, and by it
        self._follows = True
        self._x, self._y = EasedRange(), EasedRange()
        self.cloud = Cloud()
        self.plot.add(self.cloud)
        self.plot.setAccessibleName("Latent space: test images as points")
        self.plot.setAccessibleDescription(self.help)
        self.card = Thumbnail(self.plot)
        self.legend = Legend("Classes")
        self.add_above(self.legend)
        self.fit = header_button("fit", "Show all points", "Show all points, and follow them again (Ctrl+0)")
        self.add_control(self.fit)
        self.fit.clicked.connect(self.show_all)
        self.plot.fit_wanted.connect(self.show_all)
        self.plot.zoomed.connect(self._on_zoomed)
        self.plot.pointed.connect(self._on_pointed)
        self.plot.clicked.connect(self._on_clicked)
        self.plot.unclicked.connect(self._on_unclicked)
        self.legend.changed.connect(self._select)
        self.clear()

    def set_test_images(
        self, images: NDArray[Any], labels: NDArray[Any] | None, classes: Sequence[str]
    ) -> None:
        """The test split, ``(n, C, H, W)`` bytes or ``(n, D)`` floats, its labels and their names."""
        self._gallery = Gallery(images, labels, classes)
        self.clear()

    @Slot(tuple)
    def show_pins(self, pins: tuple[int, ...]) -> None:
        """Ring these test images' points from now on."""
        self._pins = pins
        self._show_hovered(self._hovered)

    def start(self, started: Started) -> None:
        self._code = int(np.prod(started.code_shape))

    def draw(self, snapshot: Snapshot) -> None:
        if snapshot.scatter is None:
            return
        if snapshot.run_id != self._run:
            self._run = snapshot.run_id
            self._follow_anew()
        self._scatter = snapshot.scatter
        # Column by column: over the short axis NumPy takes five times as long.
        self._known = np.isfinite(self._scatter.points[:, 0]) & np.isfinite(self._scatter.points[:, 1])
        self.plot.hint = ""
        self.plot.name_axis("bottom", snapshot.scatter.axes[0])
        self.plot.name_axis("left", snapshot.scatter.axes[1])
        self._name_classes()
        self._select()
        self._move_axes()
        self._say()
        self._show_hovered(self._hovered)

    def clear(self) -> None:
        self._scatter = None
        self._run = ""
        self._follow_anew()
        self.plot.hint = _EMPTY
        self.plot.name_axis("bottom", "")
        self.plot.name_axis("left", "")
        self._name_classes()
        self._select()
        self._say()
        self._show_hovered(-1)

    def table(self) -> Table:
        header = ("test_position", "class", "x", "y")
        scatter = self._scatter
        if scatter is None:
            return header, []
        known = np.flatnonzero(self._known)
        points = scatter.points[known].tolist()
        return header, [(int(i), self._class_name(int(i)), *at) for i, at in zip(known, points, strict=True)]

    def restyle(self) -> None:
        self.plot.restyle()
        self._name_classes()
        self._select()
        self._ring()

    @Slot()
    def show_all(self) -> None:
        """Fit every point, and follow them from now on."""
        self._follow_anew()
        self._move_axes()

    # ---------------------------------------------------------------------------------------- points

    def _follow_anew(self) -> None:
        self._follows = True
        self._x.reset()
        self._y.reset()

    def _name_classes(self) -> None:
        labels = self._gallery.labels if self._scatter is None else self._scatter.labels
        count = 0 if labels is None or not len(labels) else int(labels.max()) + 1
        colours = map(theme().class_colour, range(count))
        self.legend.set_entries([Entry(self._gallery.name_of(i), c) for i, c in enumerate(colours)])

    @Slot()
    def _select(self) -> None:
        """Hand the points that are encoded and switched on to the cloud, in their fixed order."""
        scatter = self._scatter
        if scatter is None:
            self._shown = np.zeros(0, dtype=np.int64)
            self._points = np.zeros((0, 2), dtype=np.float32)
            self.cloud.show_points(self._points, self._shown, np.zeros((1, 3), dtype=np.uint8))
            return
        if len(self._order) != len(scatter.points):
            self._order = order_of(len(scatter.points))
        wanted = self._known
        kinds = np.zeros(len(wanted), dtype=np.uint16)
        colours = [theme().accent]
        if scatter.labels is not None:
            kinds = scatter.labels.astype(np.uint16)
            wanted = wanted & np.asarray(self.legend.shown())[kinds]
            colours = [swatch.entry.colour for swatch in self.legend.swatches]
        self._shown = self._order[wanted[self._order]]
        self._points = np.take(scatter.points, self._shown, axis=0)
        rgb = np.array([_rgb(c) for c in colours], dtype=np.uint8)
        self.cloud.show_points(self._points, kinds[self._shown], rgb)

    def shown_positions(self) -> NDArray[np.int64]:
        """The test images whose points are drawn."""
        return self._shown

    def _move_axes(self) -> None:
        if self._scatter is None or not self._follows:
            return
        if self._known.any():
            across, up = (self._scatter.points[:, i][self._known] for i in (0, 1))
            x = self._x.follow(float(across.min()), float(across.max()))
            y = self._y.follow(float(up.min()), float(up.max()))
            self.plot.show_range(x, y)

    def _say(self) -> None:
        scatter = self._scatter
        if scatter is None:
            self.status.say("")
            return
        total, known = len(scatter.points), int(self._known.sum())
        numbers = f" of {self._code:,} numbers" if self._code else ""
        what = (
            "the code itself"
            if scatter.explained is None
            else f"PCA{numbers} · {100 * scatter.explained:.0f} % of the variance"
        )
        images = f"{total:,} test images" if known == total else f"{known:,} of {total:,} test images"
        self.status.say(f"{what} · {images}")

    def _class_name(self, position: int) -> str:
        labels = None if self._scatter is None else self._scatter.labels
        return "" if labels is None else self._gallery.name_of(int(labels[position]))

    # ----------------------------------------------------------------------------------------- input

    def nearest(self, place: QPointF) -> int:
        """The test image whose point is under the pointer at ``place``, in the axes' units, or -1."""
        width, height = self.plot.pixel()
        found = nearest(self._points, (place.x(), place.y()), (_REACH * width, _REACH * height))
        return int(self._shown[found]) if found >= 0 else -1

    @Slot(object)
    def _on_pointed(self, place: QPointF | None) -> None:
        self._show_hovered(-1 if place is None else self.nearest(place))

    @Slot(object, object)
    def _on_clicked(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        position, before = self.nearest(place), self._pins
        if position >= 0:
            self.picked.emit(position)
        self._pick = before, self._pins

    @Slot()
    def _on_unclicked(self) -> None:
        before, after = self._pick
        if before != after == self._pins:
            self.unpicked.emit(before)

    @Slot()
    def _on_zoomed(self) -> None:
        self._follows = False
        self._show_hovered(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and len(self._shown):
            step = 1 if key == Qt.Key.Key_Right else -1
            self._show_hovered(_neighbour(self._shown, self._hovered, step))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hovered >= 0:
            self.picked.emit(self._hovered)
        else:
            super().keyPressEvent(event)

    def _show_hovered(self, position: int) -> None:
        self._hovered = position
        self._ring()
        scatter = self._scatter
        if position < 0 or scatter is None or not np.isfinite(scatter.points[position]).all():
            self._hovered = -1
            self.card.hide()
            return
        x, y = map(float, scatter.points[position])
        name = self._class_name(position)
        lines = [f"class {name}" if name else "", f"test image {position:,}", f"({x:.3g}, {y:.3g})"]
        if position in self._pins:
            lines.append("pinned")
        place = self.plot.to_widget(QPointF(x, y))
        self.card.show_beside(place, self._gallery.picture(position), [line for line in lines if line])

    def _ring(self) -> None:
        """A thin ring around each pinned point, a strong one around the one under the pointer."""
        scatter = self._scatter
        if scatter is None:
            self.cloud.show_rings(())
            return
        marked = [(p, QColor(theme().text), 9.0) for p in self._pins]
        marked += [(self._hovered, QColor(theme().accent), 13.0)] * (self._hovered >= 0)
        on_plot = [(scatter.points[p], colour, size) for p, colour, size in marked if p < len(scatter.points)]
        self.cloud.show_rings(
            [(QPointF(*map(float, at)), c, size) for at, c, size in on_plot if np.isfinite(at).all()]
        )


def _neighbour(positions: NDArray[np.int64], hovered: int, step: int) -> int:
    """The test image before or after the one under the pointer, by number."""
    shown = np.sort(positions)
    side = "right" if step > 0 else "left"
    at = int(np.searchsorted(shown, hovered, side=side)) - (step < 0)
    return int(shown[at % len(shown)])


def _rgb(colour: str) -> tuple[int, int, int]:
    parsed = QColor(colour)
    return parsed.red(), parsed.green(), parsed.blue()
