"""The report's page: one file, no script, light or dark as the reader's system is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np

from aestudio import __version__
from aestudio.data.dataset import Dataset
from aestudio.data.resources import resource
from aestudio.evaluation.comparison import Comparison, Row
from aestudio.evaluation.glossary import TERMS
from aestudio.evaluation.lane import first_pins
from aestudio.evaluation.revival import Column, column_of, pca_column
from aestudio.library.disk import telling, write_text
from aestudio.library.kept import KeptRun
from aestudio.report.charts import line_chart, scatter
from aestudio.report.images import ERROR_TOP, data_uri, heat, strip
from aestudio.spec.toml import dump_spec

Progress = Callable[[float, str], None]
_STYLE = "report.css"
_SIGNED = "Report by AE Studio"
_END = 1_000  # bytes at a report's end, in which it is signed


def write_report(
    path: Path, comparison: Comparison, runs: Sequence[KeptRun], data: Dataset, progress: Progress
) -> None:
    """Write the comparison of ``runs`` on ``data`` as one HTML file.

    Raises
    ------
    UserError
        the file cannot be written, or a run's weights are damaged.
    """
    pins = first_pins(data)
    columns: list[Column] = []
    for i, run in enumerate(runs):
        progress(i / len(runs), f"drawing {run.card.name}")
        columns.append(column_of(run, data, pins))
    floors = [row for row in comparison.rows if not row.run_ids and row.figures.get("test_mse")]
    sizes = sorted({int(row.figures["code_size"] or 0) for row in floors})
    columns += [pca_column(size, data, pins) for size in sizes]
    with telling(path):
        write_text(path, _page(comparison, runs, columns, data, pins))


def is_report(path: Path) -> bool:
    """Whether a file is a report of this program, of whatever version; no where it cannot be told."""
    if not path.is_file():  # a pipe would block when opened
        return False
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - _END, 0))
            return _SIGNED.encode() in file.read(_END)
    except OSError:
        return False


def _page(
    comparison: Comparison,
    runs: Sequence[KeptRun],
    columns: Sequence[Column],
    data: Dataset,
    pins: tuple[int, ...],
) -> str:
    style = resource("report", _STYLE).read_text(encoding="utf-8")
    names = ", ".join(run.card.name for run in runs)
    sections = [*_opening(comparison, runs, data), *_table(comparison, runs)]
    if len(data.shape) == 3:
        sections += _pictures(columns, data, pins)
    sections += [*_curves(runs), *_scatters(columns, data), *_configurations(runs), *_origin(runs, data)]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(names)} – AE Studio</title>'
        f"<style>{style}</style></head><body><main>{''.join(sections)}</main></body></html>\n"
    )


def _opening(comparison: Comparison, runs: Sequence[KeptRun], data: Dataset) -> Iterator[str]:
    best = next(row for row in comparison.rows if row.run_ids)
    yield f"<h1>{len(runs)} autoencoders on {escape(data.name)}</h1>"
    yield (
        f"<p class=lead>The smallest test error is that of <b>{escape(best.name)}</b>: "
        f"{comparison.cell(best, 'test_mse')} squared error per pixel, "
        f"{comparison.cell(best, 'test_psnr_db')} dB."
    )
    yield _against_pca(comparison, best)
    yield "</p>"
    if comparison.unfair:
        listed = "; ".join(comparison.unfair)
        yield f"<p class=warn><b>Not like for like:</b> {escape(listed)}.</p>"
    else:
        yield "<p class=fair>Like for like: the same data, split, seed and number of epochs.</p>"


def _against_pca(comparison: Comparison, best: Row) -> str:
    size = best.figures["code_size"]
    for row in comparison.rows:
        mse = row.figures.get("test_mse")
        if not row.run_ids and row.figures["code_size"] == size and mse:
            factor = float(mse) / float(best.figures["test_mse"] or 1)
            word = f"{factor:.1f} times less" if factor >= 1 else f"{1 / factor:.1f} times more"
            return f" That is {word} than PCA leaves with as many numbers."
    return ""


def _table(comparison: Comparison, runs: Sequence[KeptRun]) -> Iterator[str]:
    colours = _colours(runs)
    terms = [TERMS[column] for column in comparison.columns]
    heads = "".join(
        f'<th title="{escape(t.help)}">{escape(t.label)}<small>{escape(t.unit)}</small></th>' for t in terms
    )
    yield f"<h2>Figures</h2><div class=wide><table><thead><tr><th>Run</th>{heads}</tr></thead><tbody>"
    for row in comparison.rows:
        cells = "".join(f"<td>{escape(comparison.cell(row, c))}</td>" for c in comparison.columns)
        dot = f'<i class="dot {colours[row.run_ids[0]]}"></i>' if row.run_ids else "<i class=dot></i>"
        kind = "" if row.run_ids else " class=floor-row"
        yield f"<tr{kind}><th>{dot}{escape(row.name)}</th>{cells}</tr>"
    yield f"</tbody></table></div><p class=note>{escape(comparison.protocol)}.</p>"
    yield "<h2>What differs</h2><dl>"
    for row in comparison.rows:
        if row.run_ids:
            yield f"<dt>{escape(row.name)}</dt><dd>{escape(row.difference or 'nothing')}</dd>"
    yield "</dl>"


def _pictures(columns: Sequence[Column], data: Dataset, pins: tuple[int, ...]) -> Iterator[str]:
    clean = data.pixels(data.test[list(pins)]).cpu().numpy()
    yield f"<h2>The same {len(pins)} test images</h2><div class=pictures>"
    yield _picture("Clean", strip(clean), None)
    for column in columns:
        yield _picture(column.name, strip(column.images), strip(heat(clean, column.images)))
    yield f"</div><p class=note>Below each row its absolute error, from 0 to {ERROR_TOP} and more.</p>"


def _picture(name: str, row: np.ndarray, error: np.ndarray | None) -> str:
    alt = escape(name)
    below = "" if error is None else f'<img alt="error of {alt}" src="{data_uri(error)}">'
    return f'<figure><figcaption>{alt}</figcaption><img alt="{alt}" src="{data_uri(row)}">{below}</figure>'


def _curves(runs: Sequence[KeptRun]) -> Iterator[str]:
    colours = _colours(runs)
    curves = []
    for run in runs:
        steps = run.curves.steps.astype(np.float64)
        per_epoch = run.card.steps / max(run.card.epochs, 1)
        mse = run.curves.mse.astype(np.float64)
        curves.append((run.card.name, steps / max(per_epoch, 1), mse, colours[run.id]))
    floors = {f"PCA of {run.card.figures.get('code_size')}": run.floors.pca_mse for run in runs if run.floors}
    yield "<h2>While they learnt</h2>"
    yield line_chart(curves, tuple(floors.items()), "epochs", "squared error per pixel, training batches")
    keys = "".join(f'<li><i class="dot {colours[run.id]}"></i>{escape(run.card.name)}</li>' for run in runs)
    yield f"<ul class=legend>{keys}</ul>"


def _scatters(columns: Sequence[Column], data: Dataset) -> Iterator[str]:
    labels = None if data.labels is None else data.labels[data.test].cpu().numpy().astype(np.int64)
    yield "<h2>Codes of the test images</h2><div class=scatters>"
    for column in columns:
        axes = ", ".join(axis for axis in column.axes if axis)
        yield f"<figure><figcaption>{escape(column.name)}<small>{escape(axes)}</small></figcaption>"
        yield f"{scatter(column.points, labels)}</figure>"
    yield "</div>"
    if data.classes and labels is not None:
        keys = "".join(
            f'<li><i class="dot class{i % 10}"></i>{escape(c)}</li>' for i, c in enumerate(data.classes[:20])
        )
        yield f"<ul class=legend>{keys}</ul>"


def _configurations(runs: Sequence[KeptRun]) -> Iterator[str]:
    yield "<h2>Configurations</h2>"
    for run in runs:
        spec = escape(dump_spec(run.run))
        yield f"<details><summary>{escape(run.card.name)}</summary><pre>{spec}</pre></details>"


def _origin(runs: Sequence[KeptRun], data: Dataset) -> Iterator[str]:
    made = runs[0].card
    versions = ", ".join(f"{name} {version}" for name, version in made.versions.items())
    yield (
        f"<footer>Data: {escape(data.name)}, {len(data):,} examples. {escape(data.split_rule)} "
        f"Content {escape(str(made.data.get('content_hash', 'unknown')))}. "
        f"Trained with {escape(versions)} on {escape(made.device)}. "
        f"{_SIGNED} {__version__}.</footer>"
    )


def _colours(runs: Sequence[KeptRun]) -> dict[str, str]:
    """A class for each run that colours it everywhere on the page."""
    return {run.id: f"run{i % 8}" for i, run in enumerate(runs)}
