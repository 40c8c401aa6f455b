"""Runs side by side: a row a run, PCA of each code size always among them, figures with their protocol."""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aestudio.data.dataset import Dataset
from aestudio.evaluation import metrics
from aestudio.evaluation.glossary import TERMS, value_text
from aestudio.evaluation.lane import refuse_other_data
from aestudio.evaluation.pca import pca_of, pca_test_mse
from aestudio.evaluation.probe import PROTOCOL as PROBE_PROTOCOL
from aestudio.evaluation.probe import pca_probe, pixel_probe, probe_of
from aestudio.evaluation.revival import revived
from aestudio.evaluation.ssim import ssim
from aestudio.library.folder import seal, unseal, write_metrics
from aestudio.library.kept import KeptRun, open_run, variants
from aestudio.library.lock import held
from aestudio.spec.faults import UserError
from aestudio.training.events import Measured
from aestudio.training.watch import looking

Figure = float | int | str | None

LAZY = ("test_ssim", "probe_accuracy")
"""Figures that a comparison adds to a run's own the first time it is compared."""

COLUMNS = (
    *("test_mse", "test_psnr_db", "test_ssim", "code_size", "bytes_per_code", "parameters", "seconds"),
    *("images_per_second", "denoised_psnr_db", "active_fraction", "mean_jacobian_norm", "kl_nats"),
    "probe_accuracy",
)
"""What is compared, in this order; a column in which no row has a figure is left out."""


@dataclass(frozen=True)
class Row:
    """One line of the comparison.

    Parameters
    ----------
    name
        the run's, or for example ``PCA of 32``.
    run_ids
        the runs behind it: one, several where seeds were repeated, none for PCA.
    figures
        by name, None where one does not apply; the mean over repeats.
    spread
        sample standard deviation over repeats, by name; empty for one run.
    difference
        what of its configuration is not the same in all runs, in words.
    """

    name: str
    run_ids: tuple[str, ...]
    figures: Mapping[str, Figure]
    spread: Mapping[str, float]
    difference: str


@dataclass(frozen=True)
class Comparison:
    """The rows by rising test error, the columns that hold anything, and what must be said with them."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    unfair: tuple[str, ...]
    protocol: str

    def cell(self, row: Row, column: str) -> str:
        """A figure as text, with its spread where there is one."""
        value = row.figures.get(column)
        if value is None:
            return "–"
        spread = row.spread.get(column)
        return value_text(value) + (f" ± {spread:.2g}" if spread is not None else "")


def compare(
    runs: Sequence[KeptRun],
    data: Dataset,
    *,
    progress: Callable[[float, str], None] = lambda share, doing: None,
) -> Comparison:
    """Compare kept runs on the data that they were trained on; what a run lacks is measured and kept with it.

    Ranked by squared error per pixel on the test images: losses of different kinds are never ranked together.

    Raises
    ------
    UserError
        a run was trained on other data, or has no weights yet.
    """
    whole = []
    for i, run in enumerate(runs):
        progress(i / len(runs), f"measuring {run.card.name}")
        whole.append(_completed(run, data))
    rows = [_row(alike, words) for words, alike in variants(whole)]
    sizes = sorted({int(run.card.figures["code_size"] or 0) for run in whole})
    rows += [_pca_row(size, data) for size in sizes if size <= math.prod(data.shape)]
    rows += _pixel_row(data)
    rows.sort(key=lambda row: float(row.figures.get("test_mse") or math.inf))
    columns = tuple(c for c in COLUMNS if any(row.figures.get(c) is not None for row in rows))
    return Comparison(tuple(rows), columns, unfair(whole), f"{metrics.PROTOCOL}; {PROBE_PROTOCOL}")


def unfair(runs: Sequence[KeptRun]) -> tuple[str, ...]:
    """A sentence for each thing, besides the variants themselves, in which the runs are unlike."""
    cards = [run.card for run in runs]
    told = {
        "their data differ": {card.data.get("content_hash") for card in cards},
        "their splits differ": {
            (run.run.data.seed, run.run.data.validation, run.run.data.train_limit) for run in runs
        },
        "they trained for different numbers of epochs": {card.epochs_done for card in cards},
        "their seeds differ": {run.run.training.seed for run in runs} if not _repeats(runs) else set(),
    }
    return tuple(sentence for sentence, values in told.items() if len(values) > 1)


def _repeats(runs: Sequence[KeptRun]) -> bool:
    """Whether every variant was run with the same set of seeds."""
    seeds: dict[str, set[int]] = {}
    for run in runs:
        seeds.setdefault(run.card.group or run.id, set()).add(run.run.training.seed)
    return len({frozenset(one) for one in seeds.values()}) == 1


def _completed(run: KeptRun, data: Dataset) -> KeptRun:
    """The run with every figure that a comparison shows, measured now where it was not before."""
    refuse_other_data(run.card, data)
    if run.measured and all(name in run.measured.metrics for name in LAZY):
        return run
    model = revived(run, data)
    if run.measured is None:
        raise UserError(f"{run.card.name} has no figures yet; train it to its end, or stop it first")
    with looking(model):
        like = metrics.split_ssim(model, data, data.test)
    more: dict[str, Figure] = {"test_ssim": like, "probe_accuracy": probe_of(model, data)}
    measured = dataclasses.replace(run.measured, metrics={**run.measured.metrics, **more})
    return _kept(run, measured)


def _kept(run: KeptRun, measured: Measured) -> KeptRun:
    card = dataclasses.replace(run.card, figures=dict(measured.metrics))
    try:
        with held(run.folder, "measuring"):
            unseal(run.folder)
            write_metrics(run.folder, measured)
            card.write(run.folder)
            seal(run.folder)
        return open_run(run.folder)
    except (UserError, OSError):  # a read-only workspace can be looked at, too
        return dataclasses.replace(run, card=card, measured=measured)


def _row(runs: list[KeptRun], words: str) -> Row:
    figures: dict[str, Figure] = {}
    spread: dict[str, float] = {}
    for name in COLUMNS:
        values = [run.card.figures.get(name) for run in runs]
        numbers = [float(v) for v in values if isinstance(v, (int, float))]
        whole = all(isinstance(v, int) for v in values)
        figures[name] = None if len(numbers) < len(values) else statistics.fmean(numbers)
        if whole and len(set(numbers)) == 1:
            figures[name] = values[0]
        elif len(numbers) > 1 and figures[name] is not None:
            spread[name] = statistics.stdev(numbers)
    name = runs[0].card.name + (f" × {len(runs)}" if len(runs) > 1 else "")
    return Row(name, tuple(run.id for run in runs), figures, spread, words)


def _pca_row(size: int, data: Dataset) -> Row:
    pca = pca_of(data)
    mse = pca_test_mse(data, size)
    like = None
    if len(data.shape) == 3:
        each = (ssim(pca.reconstruct(x, size).clamp(0, 1), x).sum() for x in metrics.batches_of(data))
        like = sum(map(float, each)) / len(data.test)
    figures: dict[str, Figure] = {
        "test_mse": mse,
        "test_psnr_db": metrics.psnr_db(mse),
        "test_ssim": like,
        "code_size": size,
        "bytes_per_code": 4 * size,
        "parameters": (size + 1) * math.prod(data.shape),
        "probe_accuracy": pca_probe(data, size),
    }
    return Row(f"PCA of {size}", (), figures, {}, "a linear code, fitted in closed form")


def _pixel_row(data: Dataset) -> list[Row]:
    """What the probe is held against: the same on the pixels themselves, with no code at all."""
    accuracy = pixel_probe(data)
    if accuracy is None:
        return []
    figures: dict[str, Figure] = {"code_size": math.prod(data.shape), "probe_accuracy": accuracy}
    return [Row("Raw pixels", (), figures, {}, "")]


def text_of(comparison: Comparison) -> str:
    """The comparison as a table for a terminal."""
    head = ["", *(f"{TERMS[c].label}, {TERMS[c].unit}".removesuffix(", ") for c in comparison.columns)]
    lines = [[row.name, *(comparison.cell(row, c) for c in comparison.columns)] for row in comparison.rows]
    # One figure a line: a dozen columns do not fit beside each other on a terminal.
    turned = list(zip(*[head, *lines], strict=True))
    widths = [max(len(cell) for cell in column) for column in zip(*turned, strict=True)]
    table = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in turned]
    notes = [f"{row.name}: {row.difference}" for row in comparison.rows if row.difference]
    fair = [f"Mind that {sentence}." for sentence in comparison.unfair]
    return "\n".join([*table, "", *notes, *fair, "", comparison.protocol])
