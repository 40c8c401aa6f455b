"""Runs side by side: figures as an independent computation gives them, PCA among them, all in words."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from aestudio.cli import main
from aestudio.data import door
from aestudio.evaluation.comparison import compare, text_of
from aestudio.evaluation.lane import new_lane
from aestudio.evaluation.race import race
from aestudio.evaluation.revival import column_of, pca_column
from aestudio.evaluation.ssim import ssim
from aestudio.library.disk import write_whole
from aestudio.library.folder import METRICS
from aestudio.library.kept import KeptRun, open_run
from aestudio.report.page import is_report
from aestudio.spec.differences import differences
from aestudio.spec.edit import with_value
from aestudio.spec.faults import UserError
from aestudio.spec.parts import CORRUPTIONS, PENALTIES
from aestudio.training.train import nothing_wanted
from tests.library.kept_runs import CPU
from tests.small import dataset, small_mnist, small_run

PLAIN = replace(small_run(), name="plain")
SPARSE = replace(small_run(penalties=(PENALTIES.make("l1", weight=0.5),)), name="sparse")
WIDE = replace(small_run(("model.bottleneck.size", 16)), name="wide")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[KeptRun]:
    work = tmp_path_factory.mktemp("work")
    lanes = [new_lane(run, work / run.name, small_mnist()) for run in (PLAIN, SPARSE, WIDE)]
    list(race(lanes, small_mnist(), device=CPU, asks=[nothing_wanted] * 3))
    return [open_run(work / run.name) for run in (PLAIN, SPARSE, WIDE)]


def _reference_ssim(x: np.ndarray, y: np.ndarray) -> float:
    """Written anew from the paper, window by window, in double precision."""
    side = min(11, *x.shape)
    place = np.arange(side) - (side - 1) / 2
    weights = np.exp(-(place[:, None] ** 2 + place[None, :] ** 2) / (2 * 1.5**2))
    weights /= weights.sum()
    values = []
    for i in range(x.shape[0] - side + 1):
        for j in range(x.shape[1] - side + 1):
            a, b = x[i : i + side, j : j + side], y[i : i + side, j : j + side]
            ma, mb = (weights * a).sum(), (weights * b).sum()
            va, vb = (weights * (a - ma) ** 2).sum(), (weights * (b - mb) ** 2).sum()
            cov = (weights * (a - ma) * (b - mb)).sum()
            top = (2 * ma * mb + 1e-4) * (2 * cov + 9e-4)
            values.append(top / ((ma**2 + mb**2 + 1e-4) * (va + vb + 9e-4)))
    return float(np.mean(values))


@pytest.mark.parametrize("side", [28, 14, 7])
def test_ssim_is_the_papers(side: int) -> None:
    data = small_mnist()
    x = data.pixels(data.test[:3])[..., :side, :side].double()
    y = (x + 0.2 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
    wanted = [_reference_ssim(a[0].numpy(), b[0].numpy()) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(ssim(x, y).numpy(), wanted, rtol=1e-6)
    assert float(ssim(x, x).min()) == pytest.approx(1)


def test_rows_are_ranked_by_the_common_metric_with_pca_among_them(runs: list[KeptRun]) -> None:
    comparison = compare(runs, small_mnist())
    assert {row.name for row in comparison.rows} == {
        *("plain", "sparse", "wide", "PCA of 8", "PCA of 16", "Raw pixels")
    }
    errors = [float(row.figures["test_mse"] or 0) for row in comparison.rows[:-1]]
    assert errors == sorted(errors)
    assert comparison.rows[-1].name == "Raw pixels", "it has no error of its own"
    assert comparison.unfair == ()


def test_pcas_figures_are_scikit_learns(runs: list[KeptRun]) -> None:
    data = small_mnist()
    train, test = (data.pixels(i).flatten(1).numpy() for i in (data.train, data.test))
    labels = data.labels.numpy() if data.labels is not None else None
    assert labels is not None
    pca = PCA(8).fit(train)
    mse = float(((pca.inverse_transform(pca.transform(test)) - test) ** 2).mean())
    row = next(row for row in compare(runs, data).rows if row.name == "PCA of 8")
    assert row.figures["test_mse"] == pytest.approx(mse, rel=1e-3)
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    probe.fit(pca.transform(train), labels[data.train.numpy()])
    accuracy = probe.score(pca.transform(test), labels[data.test.numpy()])
    assert row.figures["probe_accuracy"] == pytest.approx(accuracy, abs=0.02)


def test_what_was_measured_is_kept_with_the_run(runs: list[KeptRun]) -> None:
    compare(runs, small_mnist())
    again = open_run(runs[0].folder)
    assert again.problems == ()
    told = json.loads((again.folder / METRICS).read_text(encoding="utf-8"))["metrics"]
    assert told["probe_accuracy"] == again.card.figures["probe_accuracy"]
    assert told["probe_accuracy"] > 0.3
    assert 0 < told["test_ssim"] < 1


def test_differences_are_told_in_words(runs: list[KeptRun]) -> None:
    plain, sparse, wide = differences([run.run for run in runs])
    assert plain == {"bottleneck": "Plain code 8", "penalties": "none"}
    assert sparse == {"bottleneck": "Plain code 8", "penalties": "L1 sparsity weight 0.5"}
    assert wide["bottleneck"] == "Plain code 16"
    assert differences([PLAIN, PLAIN]) == ({}, {})


def test_repeats_become_mean_and_spread(tmp_path: Path) -> None:
    seeded = [with_value(PLAIN, "training.seed", seed) for seed in range(3)]
    lanes = [new_lane(r, tmp_path / str(i), small_mnist(), group="g") for i, r in enumerate(seeded)]
    list(race(lanes, small_mnist(), device=CPU, asks=[nothing_wanted] * 3))
    kept = [open_run(tmp_path / str(i)) for i in range(3)]
    row = next(row for row in compare(kept, small_mnist()).rows if row.run_ids)
    errors = [float(run.card.figures["test_mse"] or 0) for run in kept]
    assert row.name == "plain × 3"
    assert row.figures["test_mse"] == pytest.approx(np.mean(errors))
    assert row.spread["test_mse"] == pytest.approx(np.std(errors, ddof=1))
    assert row.figures["code_size"] == 8
    assert "code_size" not in row.spread


def test_what_is_not_like_for_like_is_said(runs: list[KeptRun], tmp_path: Path) -> None:
    longer = with_value(with_value(WIDE, "training.epochs", 1), "training.seed", 4)
    list(
        race(
            [new_lane(longer, tmp_path / "b", small_mnist())],
            small_mnist(),
            device=CPU,
            asks=[nothing_wanted],
        )
    )
    told = compare([runs[0], open_run(tmp_path / "b")], small_mnist())
    assert set(told.unfair) == {"they trained for different numbers of epochs", "their seeds differ"}
    assert "Mind that their seeds differ." in text_of(told)
    assert "\nTest PSNR, dB " in text_of(told)


def test_other_data_are_refused(runs: list[KeptRun]) -> None:
    with pytest.raises(UserError, match="not on the open made up; open those"):
        column_of(runs[0], dataset(torch.zeros(20, 1, 28, 28, dtype=torch.uint8)), (0,))


def test_other_data_are_refused_where_all_is_measured_before(runs: list[KeptRun]) -> None:
    compare(runs, small_mnist())
    measured = [open_run(run.folder) for run in runs]
    with pytest.raises(UserError, match="not on the open made up; open those"):
        compare(measured, dataset(torch.zeros(20, 1, 28, 28, dtype=torch.uint8)))


def test_columns_hold_what_the_model_gives(runs: list[KeptRun]) -> None:
    column = column_of(runs[0], small_mnist(), (3, 1))
    assert runs[0].measured
    assert column.errors.mean() == pytest.approx(runs[0].measured.metrics["test_mse"], rel=1e-4)
    assert column.images.shape == (2, 1, 28, 28)
    clean = small_mnist().pixels(small_mnist().test[[3, 1]]).numpy()
    per_image = ((column.images - clean) ** 2).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(per_image, column.errors[[3, 1]], rtol=0.05)
    assert pca_column(8, small_mnist(), (0,)).points.shape == (300, 2)


def test_denoisers_can_be_shown_at_their_work(tmp_path: Path) -> None:
    noisy = small_run(corruptions=(CORRUPTIONS.make("gaussian"),))
    list(
        race(
            [new_lane(noisy, tmp_path / "n", small_mnist())], small_mnist(), device=CPU, asks=[nothing_wanted]
        )
    )
    kept = open_run(tmp_path / "n")
    clean, given = (column_of(kept, small_mnist(), (0,), noisy=n) for n in (False, True))
    assert not np.array_equal(clean.errors, given.errors)


# ------------------------------------------------------------------------------------ the command line


@pytest.fixture
def _small_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "open_data", lambda *_, **__: small_mnist())


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("img", "meta"):
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.usefixtures("_small_data")
def test_the_report_is_one_file_that_needs_no_other(
    runs: list[KeptRun], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    assert main(["compare", *(str(run.folder) for run in runs), "--html", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    reader = _Reader()
    reader.feed(text.replace("<p class=lead>", "<p>"))
    assert reader.open == []
    assert all(link.startswith("data:image/png;base64,") for link in reader.links)
    assert len(reader.links) == 1 + 2 * 5  # clean, then three runs and two of PCA, each with its error
    assert not re.search(r"https?://|<script|url\(", text)
    assert "Like for like" in text
    assert text.count("<details>") == 3
    assert capsys.readouterr().out.strip() == str(out)


@pytest.mark.usefixtures("_small_data")
def test_a_report_takes_the_place_of_nothing_else(
    runs: list[KeptRun], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture, folder = tmp_path / "mine.png", str(runs[0].folder)
    picture.write_bytes(b"mine")
    assert main(["compare", folder, "--html", str(picture)]) == 2
    assert "is there already, and no report; give another name" in capsys.readouterr().err
    assert picture.read_bytes() == b"mine"
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>Mine</title>" + "I use AE Studio. " * 100, encoding="utf-8")
    before = page.read_bytes()
    assert main(["compare", folder, "--html", str(page)]) == 2
    assert "is there already, and no report; give another name" in capsys.readouterr().err
    assert page.read_bytes() == before
    fifo = tmp_path / "pipe.html"
    os.mkfifo(fifo)
    assert main(["compare", folder, "--html", str(fifo)]) == 2
    assert "is there already, and no report; give another name" in capsys.readouterr().err
    with pytest.raises(UserError, match="is no file"):
        write_whole(fifo, b"")
    assert fifo.is_fifo()


@pytest.mark.usefixtures("_small_data")
def test_a_report_takes_the_place_of_a_report(runs: list[KeptRun], tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    for run in runs[:2]:
        assert main(["compare", str(run.folder), "--html", str(out)]) == 0
        assert is_report(out)
        assert run.card.name in out.read_text(encoding="utf-8")


@pytest.mark.usefixtures("_small_data")
def test_csv_tells_what_is_not_like_for_like_beside_it(
    runs: list[KeptRun], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seeded = new_lane(with_value(PLAIN, "training.seed", 4), tmp_path / "b", small_mnist())
    list(race([seeded], small_mnist(), device=CPU, asks=[nothing_wanted]))
    assert main(["compare", str(runs[0].folder), str(tmp_path / "b"), "--csv"]) == 0
    told = capsys.readouterr()
    assert "aestudio: mind that their seeds differ\n" in told.err
    assert "mind that" not in told.out


@pytest.mark.usefixtures("_small_data")
def test_a_run_named_twice_is_compared_once(runs: list[KeptRun], capsys: pytest.CaptureFixture[str]) -> None:
    name = str(runs[0].folder)
    assert main(["compare", name, name, "--json"]) == 0
    assert "×" not in "".join(row["name"] for row in json.loads(capsys.readouterr().out)["rows"])


@pytest.mark.usefixtures("_small_data")
def test_the_table_comes_as_text_csv_and_json(
    runs: list[KeptRun], capsys: pytest.CaptureFixture[str]
) -> None:
    names = [str(run.folder) for run in runs]
    assert main(["compare", *names]) == 0
    assert "Structural similarity" in capsys.readouterr().out
    assert main(["compare", *names, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["name"] for row in rows} >= {"plain", "PCA of 16"}
    assert main(["compare", *names, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in told["rows"]] == [row["name"] for row in rows]
    assert float(rows[0]["test_mse"]) == told["rows"][0]["figures"]["test_mse"]
