"""What the Compare page shows of kept runs, gathered off the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aestudio.library.kept import KeptRun
from aestudio.qt.running.background import Progress, Work
from aestudio.training.events import frozen

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset
    from aestudio.evaluation.comparison import Comparison
    from aestudio.evaluation.revival import Column

SHOWN = 24
"""Images of each order: more than a screen holds."""

PINNED, WORST, BEST, DIVIDING = "First of each class", "Worst first", "Best first", "Most different first"
ORDERS = (PINNED, WORST, BEST, DIVIDING)


@dataclass(frozen=True, eq=False)
class Gathered:
    """Everything that the page draws.

    Parameters
    ----------
    runs
        the runs compared, in the order of their columns.
    comparison
        the table.
    columns
        a column a run, then one of PCA for each code size.
    positions
        the test images that there are pictures of, ``(k,)``.
    clean
        those images, ``(k, *data_shape)`` in [0, 1].
    pictures
        the same after each column's model, ``(columns, k, *data_shape)``.
    orders
        which of ``positions`` to show under each name, as places in it.
    labels
        class of each test image, or None.
    """

    runs: tuple[KeptRun, ...]
    comparison: Comparison
    columns: tuple[Column, ...]
    positions: NDArray[np.int64] = field(repr=False)
    clean: NDArray[np.float32] = field(repr=False)
    pictures: NDArray[np.float32] = field(repr=False)
    orders: dict[str, NDArray[np.int64]] = field(repr=False)
    labels: NDArray[np.int64] | None = field(repr=False)


def gathering(runs: Sequence[KeptRun], data: Dataset) -> Work:
    """Work that compares the runs on the open data."""

    def work(progress: Progress) -> Gathered:
        import torch

        from aestudio.evaluation.comparison import compare
        from aestudio.evaluation.lane import first_pins
        from aestudio.evaluation.revival import column_of, images_of, pca_column, pca_images

        comparison = compare(runs, data, progress=progress)
        floors = [row for row in comparison.rows if not row.run_ids and row.figures.get("test_mse")]
        sizes = sorted({int(row.figures["code_size"] or 0) for row in floors})
        progress(0.5, "encoding the test images")
        columns = [*(column_of(run, data, ()) for run in runs), *(pca_column(k, data, ()) for k in sizes)]
        errors = np.stack([column.errors for column in columns[: len(runs)]])
        chosen = _chosen(errors, first_pins(data))
        positions = np.unique(np.concatenate(list(chosen.values())))
        places = tuple(map(int, positions))
        progress(0.8, "drawing")
        pictures = [
            *(images_of(run, data, places) for run in runs),
            *(pca_images(k, data, places) for k in sizes),
        ]
        clean = data.pixels(data.test[torch.from_numpy(positions).to(data.device)]).cpu().numpy()
        labels = None if data.labels is None else data.labels[data.test].cpu().numpy().astype(np.int64)
        return Gathered(
            tuple(runs),
            comparison,
            tuple(columns),
            frozen(positions),
            frozen(clean),
            frozen(np.stack(pictures)),
            {name: np.searchsorted(positions, order) for name, order in chosen.items()},
            None if labels is None else frozen(labels),
        )

    return work


def _chosen(errors: NDArray[np.float32], pins: tuple[int, ...]) -> dict[str, NDArray[np.int64]]:
    """Which test images each order begins with, from the errors ``(runs, n)``."""
    mean, spread = errors.mean(axis=0), np.ptp(errors, axis=0)
    return {
        PINNED: np.array(pins, np.int64),
        WORST: np.argsort(-mean)[:SHOWN],
        BEST: np.argsort(mean)[:SHOWN],
        DIVIDING: np.argsort(-spread)[:SHOWN],
    }
