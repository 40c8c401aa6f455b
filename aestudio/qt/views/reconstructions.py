"""Pinned test images as the model sees and gives them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.gallery import Gallery
from aestudio.qt.drawing.pictures import Bytes, as_rgb, error_heat, picture_size, psnr
from aestudio.qt.drawing.tiles import Sheet, Tiles
from aestudio.qt.drawing.view import View, header_button, header_switch
from aestudio.training.events import Pictures, Snapshot

PINS = 12
MOST_PINS = 48


class Reconstructions(View):
    """Rows: clean, corrupted where something is, reconstructed, error, and samples of a variational model.

    Columns: pinned test images; the samples are of no image, but of the same codes at all times.
    """

    pins_changed = Signal(tuple)

    title = "Reconstructions"
    help = (
        "Test images, never trained on: as they are, as the encoder is given them, as the model gives them "
        "back, and where the two differ. A variational model also dreams: Sampled are images of codes drawn "
        "from the prior, the same ones at all times. Click a column to unpin it."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        self.tiles = Tiles()
        super().__init__(self.tiles, parent)
        self.pins: tuple[int, ...] = ()
        self._gallery = Gallery()
        self._pictures: Pictures | None = None
        self._trained = False
        self._when = ""
        self.tiles.setAccessibleName("Pinned test images")
        self.tiles.setAccessibleDescription("Left and right choose an image, Delete unpins it")
        self.tiles.empty = "Open a data set: some of its test images are shown here."
        self.tiles.clicked.connect(self._on_column_clicked)
        self.tiles.fitted.connect(self.tell_figures)
        self.decibels = header_switch(
            "dB", "PSNR under each image: how near the reconstruction is to the clean image, in decibels"
        )
        self.decibels.setChecked(True)
        self.decibels.toggled.connect(self.tell_figures)
        self.add_control(self.decibels)
        self.plus = header_button("plus", "Pin another image", "Pin one more test image, chosen at random")
        self.plus.clicked.connect(self._on_plus)
        self.add_control(self.plus)
        self.shuffle = header_button("shuffle", "Shuffle", "Pin as many other test images, chosen at random")
        self.shuffle.clicked.connect(self._on_shuffle)
        self.add_control(self.shuffle)
        self._refresh()

    def set_test_images(
        self, images: NDArray[Any], labels: NDArray[Any] | None, classes: Sequence[str] = ()
    ) -> None:
        """The test split, ``(n, C, H, W)`` bytes or ``(n, D)`` floats; pins one of each class first."""
        self._gallery = Gallery(images, labels, classes)
        self._pictures = None
        self._trained = False
        firsts: list[int] = []
        if labels is not None:
            _, first = np.unique(labels, return_index=True)
            firsts = [int(i) for i in first[:PINS]]
        others = self._unpinned(tuple(firsts), min(PINS, len(images)) - len(firsts))
        self.set_pins((*firsts, *others))

    def pin(self, position: int) -> None:
        """Pin a test image, first of all, so that it is seen."""
        if position not in self.pins:
            self.set_pins((position, *self.pins)[:MOST_PINS])

    def preview(self, pictures: Pictures) -> None:
        """Show what the corruption does, before any training."""
        if self._belongs(pictures):
            self._take(pictures, trained=False)
            self.tell_figures()

    def draw(self, snapshot: Snapshot, *, figures: bool = True) -> None:
        """Show its pictures; without ``figures`` what is read stays until :meth:`tell_figures`."""
        if snapshot.pictures is not None and self._belongs(snapshot.pictures):
            self._when = f"epoch {snapshot.epoch:.2f}"
            self._take(snapshot.pictures, trained=True)
            if figures:
                self.tell_figures()

    def _take(self, pictures: Pictures, *, trained: bool) -> None:
        before, self._pictures, self._trained = self._pictures, pictures, trained
        # While a model learns, only what it gives is new: the pins and their noise stay.
        same_input = (
            before is not None and before.clean is pictures.clean and before.corrupted is pictures.corrupted
        )
        self._compose(same_input=same_input)

    def _belongs(self, pictures: Pictures) -> bool:
        """Not so for pictures that were on their way while other data were opened."""
        images = self._gallery.images
        return images is None or images.shape[1:] == pictures.clean.shape[1:]

    def clear(self) -> None:
        self._trained = False
        self._refresh()

    def table(self) -> Table:
        header = ("test_position", "class", "psnr_db", "input_psnr_db")
        pictures = self._pictures
        if pictures is None:
            return header, []
        given, seen = _decibels(pictures), _input_decibels(pictures)
        rows = [
            (int(p), self._gallery.class_of(int(p)), float(given[i]), "" if seen is None else float(seen[i]))
            for i, p in enumerate(pictures.pins)
        ]
        return header, rows

    def restyle(self) -> None:
        self.tiles.update()

    # ------------------------------------------------------------------------------------------ pins

    @functools.cached_property
    def _random(self) -> np.random.Generator:
        return np.random.default_rng(0)  # its import takes 5 ms, which the first window need not wait for

    @Slot(tuple)
    def set_pins(self, pins: tuple[int, ...]) -> None:
        """Show these test images, in this order."""
        self.pins = pins
        self._refresh()
        self.pins_changed.emit(pins)

    def _unpinned(self, pins: tuple[int, ...], count: int) -> list[int]:
        free = np.setdiff1d(np.arange(len(self._gallery)), np.asarray(pins, dtype=np.int64))
        return [int(i) for i in self._random.choice(free, max(0, min(count, len(free))), replace=False)]

    @Slot(int)
    def _on_column_clicked(self, column: int) -> None:
        pins = self._shown_pins()
        self.set_pins(tuple(p for i, p in enumerate(pins) if i != column))

    @Slot()
    def _on_plus(self) -> None:
        for position in self._unpinned(self.pins, 1):
            self.pin(position)

    @Slot()
    def _on_shuffle(self) -> None:
        self.set_pins(tuple(self._unpinned((), max(1, len(self.pins)))))

    # -------------------------------------------------------------------------------------- composing

    def _shown_pins(self) -> tuple[int, ...]:
        if len(self._gallery) or self._pictures is None:
            return self.pins
        return tuple(int(p) for p in self._pictures.pins)

    def _refresh(self) -> None:
        self._compose()
        self.tell_figures()

    def _compose(self, *, same_input: bool = False) -> None:
        """Write the rows into the atlas, those of the same input once.

        A pin that has not been sent yet shows its clean image only.
        """
        pins = self._shown_pins()
        if not pins:
            self.tiles.empty = (
                "Open a data set: some of its test images are shown here."
                if not len(self._gallery)
                else "Press + to pin a test image, or click a point of the latent space."
            )
            self.tiles.show_sheet(Sheet((), (1, 1), 0))
            return
        sent = self._sent()
        known = [i for i, p in enumerate(pins) if p in sent]
        chosen = [sent[pins[i]] for i in known]
        rows = self._rows(pins, known, chosen)
        labels = tuple(rows)
        size = picture_size(self._clean_images().shape[1:])
        resized = self.tiles.atlas.resize(len(labels), len(pins), *size)
        still = labels.index("Reconstructed") if same_input and self._trained and not resized else 0
        for row, make in list(enumerate(rows.values()))[still:]:
            self.tiles.atlas.put(row, make())
        self.tiles.show_sheet(
            Sheet(
                labels=labels,
                size=size,
                count=len(pins),
                heat=labels.index("Error") if "Error" in labels else -1,
                captions=self.tiles.sheet.captions if still else self._captions(),
                tip=lambda column: self._tip(pins[column], sent.get(pins[column])),
                waiting=frozenset(range(len(pins))) - frozenset(known),
                hint="" if self._trained else "Press Train: what the model makes of these appears here.",
                still=still,
            )
        )

    def _sent(self) -> dict[int, int]:
        """Where the pictures of each test image are that were sent."""
        return {} if self._pictures is None else {int(p): i for i, p in enumerate(self._pictures.pins)}

    def _captions(self) -> tuple[str, ...]:
        """How near each reconstruction is, where that is to be said."""
        if not self._trained or self._pictures is None or not self.decibels.isChecked():
            return ()
        given, sent = _decibels(self._pictures), self._sent()
        return tuple(f"{given[sent[p]]:.1f} dB" if p in sent else "…" for p in self._shown_pins())

    def _rows(
        self, pins: tuple[int, ...], known: list[int], chosen: list[int]
    ) -> dict[str, Callable[[], Bytes]]:
        """What makes each row: the columns that are ``known`` show the pictures that are ``chosen``."""
        images, pictures = self._clean_images(), self._pictures
        places = chosen if self._gallery.images is None else list(pins)
        rows: dict[str, Callable[[], Bytes]] = {"Clean": lambda: as_rgb(images[places])}
        if pictures is None:
            return rows
        clean, given = pictures.clean, pictures.reconstructed
        spread = functools.partial(_spread, known=known, count=len(pins))
        if (seen := pictures.corrupted) is not None:
            rows["Corrupted"] = lambda: spread(as_rgb(seen[chosen]))
        if self._trained:
            rows["Reconstructed"] = lambda: spread(as_rgb(given[chosen]))
            rows["Error"] = lambda: spread(error_heat(clean[chosen], given[chosen]))
            if (samples := pictures.samples) is not None:
                rows["Sampled"] = lambda: spread(as_rgb(samples[chosen]))
        return rows

    def _clean_images(self) -> NDArray[Any]:
        """The whole test split, or where that is not at hand, of the pictures that were sent."""
        if self._gallery.images is not None:
            return self._gallery.images
        assert self._pictures is not None
        return self._pictures.clean

    @Slot()
    def tell_figures(self) -> None:
        """Decibels below the columns and, on average, beside the title."""
        pins, pictures = self._shown_pins(), self._pictures
        self.tiles.show_captions(self._captions())
        shown = self.tiles.tiling.shown
        words = (
            f"{len(pins)} test images" if shown >= len(pins) else f"{shown} of {len(pins)} pinned test images"
        )
        if pictures is not None and self._trained and len(pictures.pins):
            mean = float(np.mean(_decibels(pictures)))
            words += f" · PSNR {mean:.1f} dB on average · {self._when}"
        self.status.say(words if pins else "")

    def _tip(self, position: int, column: int | None) -> str:
        name = self._gallery.class_of(position)
        lines = [f"Test image {position:,}" + (f", class {name}" if name else "")]
        if column is not None and self._trained and self._pictures is not None:
            lines.append(f"Reconstruction {_decibels(self._pictures)[column]:.1f} dB")
            if (seen := _input_decibels(self._pictures)) is not None:
                lines.append(f"Corrupted input {seen[column]:.1f} dB")
        return "\n".join([*lines, "Click to unpin"])


def _decibels(pictures: Pictures) -> NDArray[np.float64]:
    """How near each reconstruction is to the clean image."""
    return psnr(pictures.clean, pictures.reconstructed)


def _input_decibels(pictures: Pictures) -> NDArray[np.float64] | None:
    """How near to it is what the encoder was given."""
    return None if pictures.corrupted is None else psnr(pictures.clean, pictures.corrupted)


def _spread(pictures: Bytes, known: list[int], count: int) -> Bytes:
    """The known columns' pictures at their places among ``count``."""
    if len(known) == count:
        return pictures
    spread = np.zeros((count, *pictures.shape[1:]), dtype=np.uint8)
    spread[known] = pictures
    return spread
