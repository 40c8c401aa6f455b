"""The latent spaces of all runs beside each other; one image is marked in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from aestudio.qt.drawing.cloud import Cloud
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.gallery import Gallery
from aestudio.qt.drawing.legend import Entry, Legend
from aestudio.qt.drawing.plot import Plot
from aestudio.qt.drawing.raster import nearest, order_of
from aestudio.qt.drawing.sides import Mapped, Side
from aestudio.qt.drawing.thumbnail import Thumbnail
from aestudio.qt.drawing.view import View
from aestudio.qt.theme import SPACE, small_font, theme
from aestudio.training.events import Snapshot

_REACH = 10.0  # pixels from the pointer within which a point is meant
_PAD = 0.05
_ACROSS = 4


class Plane(QWidget):
    """One side's codes in the plane, under its name."""

    pointed = Signal(int)  # position, -1 for none
    picked = Signal(int)

    def __init__(self, side: Side, parent: QWidget) -> None:
        super().__init__(parent)
        self.side = side
        self.plot, self.cloud = Plot(self), Cloud()
        self.plot.add(self.cloud)
        self.plot.setMinimumSize(120, 96)
        self.plot.setAccessibleName(f"Latent space of {side.name}")
        self.card = Thumbnail(self.plot)
        self.name = QLabel(side.name, self)
        self.name.setFont(small_font())
        self._mapped: Mapped | None = None
        self._positions: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        column = QGridLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.name, 0, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.plot, 1, 0)
        column.setRowStretch(1, 1)
        self.plot.pointed.connect(self._on_pointed)
        self.plot.clicked.connect(self._on_clicked)
        self.plot.fit_wanted.connect(self.show_all)

    def show_points(self, mapped: Mapped, labels: NDArray[Any] | None, on: Sequence[bool]) -> None:
        """Draw the points whose class is on."""
        fresh = self._mapped is None
        self._mapped = mapped
        known = _known(mapped.points)
        kinds = np.zeros(len(known), np.uint16)
        colours = [theme().accent]
        if labels is not None and len(labels) == len(known):
            kinds, colours = labels.astype(np.uint16), [theme().class_colour(i) for i in range(len(on))]
            switched: NDArray[np.bool_] = np.asarray(on, dtype=np.bool_)
            known = known & switched[kinds]
        order = order_of(len(known))
        self._positions = order[known[order]]
        shades = [QColor(c) for c in colours]
        rgb = np.array([(c.red(), c.green(), c.blue()) for c in shades], dtype=np.uint8)
        self.cloud.show_points(mapped.points[self._positions], kinds[self._positions], rgb)
        self.plot.name_axis("bottom", mapped.axes[0])
        self.plot.name_axis("left", mapped.axes[1])
        if fresh:
            self.show_all()

    @Slot()
    def show_all(self) -> None:
        """Fit every point."""
        if self._mapped is None:
            return
        points = self._mapped.points[_known(self._mapped.points)]
        if len(points):
            low, high = np.min(points, axis=0), np.max(points, axis=0)
            room = _PAD * np.maximum(high - low, 1e-6)
            ends = [(float(a), float(b)) for a, b in zip(low - room, high + room, strict=True)]
            self.plot.show_range(ends[0], ends[1])

    def place_of(self, position: int) -> QPointF | None:
        """Where an image's code is, None where it is not known."""
        points = self._mapped.points if self._mapped else np.zeros((0, 2))
        if not 0 <= position < len(points) or not np.isfinite(points[position]).all():
            return None
        return QPointF(*map(float, points[position]))

    def mark(self, chosen: int, pointed: int) -> None:
        """A ring around the chosen image, and one around that under the pointer in any plane."""
        marks = ((chosen, theme().text, 11.0), (pointed, theme().accent, 13.0))
        places = [(self.place_of(position), QColor(c), size) for position, c, size in marks]
        self.cloud.show_rings([(at, c, size) for at, c, size in places if at is not None])

    def nearest(self, place: QPointF) -> int:
        """The image whose point is under the pointer, or -1."""
        if self._mapped is None:
            return -1
        width, height = self.plot.pixel()
        points = self._mapped.points[self._positions]
        found = nearest(points, (place.x(), place.y()), (_REACH * width, _REACH * height))
        return int(self._positions[found]) if found >= 0 else -1

    @Slot(object)
    def _on_pointed(self, place: QPointF | None) -> None:
        self.pointed.emit(-1 if place is None else self.nearest(place))

    @Slot(object, object)
    def _on_clicked(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        position = self.nearest(place)
        if position >= 0:
            self.picked.emit(position)


def _known(points: NDArray[np.float32]) -> NDArray[np.bool_]:
    # Column by column: over the short axis NumPy takes five times as long.
    return np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])


class ComparisonScatter(View):
    """A plane a side. Pointing marks the same image in all planes; a click chooses it everywhere."""

    picked = Signal(int)

    title = "Latent spaces"
    help = (
        "The test images' codes in each model, and in PCA. Point or click: the same image is marked in all.\n"
        "Wheel: zoom. Drag: move. Double click or Ctrl+0: show all."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        body = QWidget()
        super().__init__(body, parent)
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(SPACE, 0, SPACE, 0)
        self._grid.setSpacing(SPACE)
        self._gallery = Gallery()
        self._mapped: Mapping[str, Mapped] = {}
        self.planes: dict[str, Plane] = {}
        self.chosen = -1
        self.legend = Legend("Classes")
        self.add_above(self.legend)
        self.legend.changed.connect(self._draw_points)
        self.empty = QLabel("The runs' latent spaces stand here, side by side.", body)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._grid.addWidget(self.empty, 0, 0)

    def set_test_images(
        self, images: NDArray[Any], labels: NDArray[Any] | None, classes: Sequence[str] = ()
    ) -> None:
        """The test split, its labels and their names."""
        self._gallery = Gallery(images, labels, classes)
        self._name_classes()

    def show_sides(self, sides: Sequence[Side], mapped: Mapping[str, Mapped]) -> None:
        """Draw these sides' codes, by key."""
        if [side.key for side in sides] != list(self.planes):
            self._place(sides)
        self._mapped = mapped
        self._draw_points()

    def _place(self, sides: Sequence[Side]) -> None:
        for plane in self.planes.values():
            plane.hide()
            plane.deleteLater()
        self.planes = {side.key: Plane(side, self.body) for side in sides}
        self.empty.setVisible(not self.planes)
        for i, plane in enumerate(self.planes.values()):
            plane.pointed.connect(self._on_pointed)
            plane.picked.connect(self.picked)
            self._grid.addWidget(plane, i // _ACROSS, i % _ACROSS)

    @Slot()
    def _draw_points(self) -> None:
        for key, plane in self.planes.items():
            if key in self._mapped:
                plane.show_points(self._mapped[key], self._gallery.labels, self.legend.shown())
        self._mark(-1)

    @Slot(int)
    def choose(self, position: int) -> None:
        """Mark this test image in all planes."""
        self.chosen = position
        name = self._gallery.class_of(position) if position >= 0 else ""
        self.status.say(
            f"test image {position:,}" + (f", class {name}" if name else "") if position >= 0 else ""
        )
        self._mark(-1)

    @Slot(int)
    def _on_pointed(self, position: int) -> None:
        self._mark(position)
        sender = self.sender()
        for plane in self.planes.values():
            place = plane.place_of(position)
            if plane is not sender or place is None:
                plane.card.hide()
                continue
            name = self._gallery.class_of(position)
            lines = [f"class {name}" if name else "", f"test image {position:,}"]
            picture = self._gallery.picture(position)
            plane.card.show_beside(plane.plot.to_widget(place), picture, [line for line in lines if line])

    def _mark(self, pointed: int) -> None:
        for plane in self.planes.values():
            plane.mark(self.chosen, pointed)

    def _name_classes(self) -> None:
        labels = self._gallery.labels
        count = 0 if labels is None or not len(labels) else int(labels.max()) + 1
        entries = [Entry(self._gallery.name_of(i), theme().class_colour(i)) for i in range(count)]
        self.legend.set_entries(entries)

    def draw(self, snapshot: Snapshot) -> None:
        """Nothing: what lanes tell comes together in :meth:`show_sides`."""

    def clear(self) -> None:
        self.chosen = -1
        self.show_sides((), {})

    def table(self) -> Table:
        return ("model", "test_position", "class", "x", "y"), self._rows()

    def _rows(self) -> Iterator[Sequence[object]]:
        for key, plane in self.planes.items():
            points = self._mapped[key].points if key in self._mapped else np.zeros((0, 2))
            for i, (x, y) in enumerate(points.tolist()):
                yield plane.side.name, i, self._gallery.class_of(i), x, y

    def restyle(self) -> None:
        self._name_classes()
        for plane in self.planes.values():
            plane.plot.restyle()
        self._draw_points()
