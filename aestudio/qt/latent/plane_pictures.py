"""Pictures of the part of the plane in sight, made in the background while one zooms and goes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from aestudio.qt.latent.explorer import Explorer
from aestudio.qt.latent.map import LatentMap, Part
from aestudio.qt.latent.works import mapping
from aestudio.qt.running.background import Background

if TYPE_CHECKING:
    from aestudio.latent.space import Space


class PlanePictures(QObject):
    """Gives the map its pictures. The plane of a longer code goes through where one is, so it follows that.

    Args:
        explorer: whose space is decoded.
        map_: asks for pictures, and shows them.
    """

    trouble = Signal(str)

    def __init__(self, explorer: Explorer, map_: LatentMap, parent: QObject) -> None:
        super().__init__(parent)
        self._explorer, self._map = explorer, map_
        self._background = Background(self)
        self._background.done.connect(self._on_made)
        self._background.failed.connect(self.trouble)
        map_.pictures_wanted.connect(self._on_wanted)
        explorer.moved.connect(self._on_moved)
        explorer.opening.connect(self._background.cancel)

    @property
    def is_busy(self) -> bool:
        """Whether some are made now."""
        return self._background.is_busy

    def close(self) -> None:
        """Stop, and wait."""
        self._background.close()

    @Slot()
    def _on_moved(self) -> None:
        if self._explorer.space is not None and self._explorer.space.size > 2:
            self._on_wanted()

    @Slot()
    def _on_wanted(self) -> None:
        space = self._explorer.space
        if space is None or not self._map.pictures.isChecked():
            return
        size, part = self._map.grid, self._map.plot.ranges()
        work = mapping(space, *part, size, self._explorer.code)
        self._background.start(lambda progress: (space, work(progress), size, part))

    @Slot(object)
    def _on_made(self, made: tuple[Space, NDArray[np.float32], tuple[int, int], Part]) -> None:
        space, pictures, size, part = made
        if space is self._explorer.space:
            self._map.show_pictures(pictures, size, part)
