"""What a comparison needs from models, computed in the background: images, errors, codes and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aestudio.library.kept import KeptRun
from aestudio.qt.drawing.figure_table import FigureRow
from aestudio.qt.drawing.sides import PCA, Mapped, Shown, Side, pca_side
from aestudio.qt.running.background import Progress, Work

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset
    from aestudio.models.autoencoder import Autoencoder


@dataclass(frozen=True, eq=False)
class Bench:
    """The runs that are compared, on their data; models are revived once, on the background thread."""

    runs: Mapping[str, KeptRun]
    data: Dataset
    models: dict[str, Autoencoder] = field(default_factory=dict[str, "Autoencoder"], repr=False)

    def model(self, key: str) -> Autoencoder:
        """A run's model. Raises UserError where its data are others, or its weights are damaged."""
        from aestudio.evaluation.revival import revived

        if key not in self.models:
            self.models[key] = revived(self.runs[key], self.data)
        return self.models[key]


@dataclass(frozen=True, eq=False)
class Looked:
    """What the sides make of all test images, by key: squared errors ``(n,)``, and codes in the plane."""

    shown: Shown
    errors: Mapping[str, NDArray[np.float32]]
    mapped: Mapping[str, Mapped]


@dataclass(frozen=True, eq=False)
class Figured:
    """The table's rows, and what must be minded with them."""

    rows: tuple[FigureRow, ...]
    note: str


def looking(bench: Bench, sides: Sequence[Side], chosen: Sequence[int]) -> Work:
    """Work that looks at all test images through each side, and at the chosen ones."""

    def work(progress: Progress) -> Looked:
        from aestudio.evaluation.revival import column_of, pca_column

        given: dict[str, NDArray[Any]] = {}
        errors: dict[str, NDArray[np.float32]] = {}
        mapped: dict[str, Mapped] = {}
        for number, side in enumerate(sides):
            progress(number / len(sides), f"looking through {side.name}")
            if side.place == PCA:
                found = pca_column(side.code, bench.data, tuple(chosen))
            else:
                found = column_of(bench.runs[side.key], bench.data, tuple(chosen))
            given[side.key], errors[side.key] = found.images, found.errors
            mapped[side.key] = Mapped(found.points, found.axes)
        return Looked(Shown(np.asarray(chosen), _clean(bench.data, chosen), given), errors, mapped)

    return work


def imaging(bench: Bench, sides: Sequence[Side], chosen: Sequence[int]) -> Work:
    """Work that looks at other chosen images only."""

    def work(progress: Progress) -> Shown:
        from aestudio.evaluation.revival import images_of, pca_images

        given: dict[str, NDArray[Any]] = {}
        for number, side in enumerate(sides):
            progress(number / len(sides), f"looking through {side.name}")
            if side.place == PCA:
                given[side.key] = pca_images(side.code, bench.data, chosen)
            else:
                given[side.key] = images_of(bench.model(side.key), bench.data, chosen)
        return Shown(np.asarray(chosen), _clean(bench.data, chosen), given)

    return work


def figuring(bench: Bench, sides: Sequence[Side]) -> Work:
    """Work that measures what the runs lack, and lays out the table."""

    def work(progress: Progress) -> Figured:
        from aestudio.evaluation.comparison import compare

        found = compare(tuple(bench.runs.values()), bench.data, progress=progress)
        by_key = {side.key: side for side in sides}
        rows: list[FigureRow] = []
        for row in found.rows:
            kept = [bench.runs[key].card.figures for key in row.run_ids[:1]]
            size = int(row.figures.get("code_size") or 0)
            side = by_key[row.run_ids[0]] if row.run_ids else pca_side(size)
            if not row.run_ids and row.name != side.name:
                side = Side(row.name, row.name, PCA, size)
            figures = {**(kept[0] if kept else {}), **row.figures}
            rows.append(FigureRow(side, figures, row.spread, row.difference))
        unlike = "; ".join(found.unfair)
        return Figured(tuple(rows), f"Mind that {unlike}" if unlike else "")

    return work


def _clean(data: Dataset, chosen: Sequence[int]) -> NDArray[Any]:
    return data.pixels(data.test[list(chosen)]).cpu().numpy()
