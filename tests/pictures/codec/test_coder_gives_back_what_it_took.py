"""The range coder and its tables: what is written is read, at the size that the tables promise."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest

from aestudio.pictures.codec.coder import MOST, SURE, Damaged, Models, Reader, Writer
from aestudio.pictures.codec.exact import SCALES
from aestudio.pictures.codec.tables import (
    TOTAL,
    fitted_tables,
    frequencies,
    gaussian_tables,
    packed,
    reach,
    std_of,
    unpacked,
)


def _residuals(count: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    scales = generator.integers(0, SCALES, count).astype(np.uint8)
    std = np.array([std_of(scale) for scale in range(SCALES)])
    return scales, np.round(generator.normal(size=count) * std[scales]).astype(np.int64)


def test_what_is_written_is_read() -> None:
    models = Models(gaussian_tables())
    scales, wanted = _residuals(20_000)
    wanted[:6] = (0, 40_000, -40_000, 5000, -5000, 2)
    scales[:6] = (3, 3, 40, 9, 71, SURE)
    writer = Writer(models)
    written = writer.residuals(scales, wanted)
    assert written[:6].tolist() == [0, MOST, -MOST, 5000, -5000, 0]
    sure = scales == SURE
    assert (written[sure] == 0).all()
    assert (written[6:][~sure[6:]] == wanted[6:][~sure[6:]]).all()
    assert (Reader(models, writer.bytes()).residuals(scales, None) == written).all()


def test_the_size_is_what_the_tables_promise() -> None:
    tables = gaussian_tables()
    scales, wanted = _residuals(20_000)
    scales, wanted = scales[scales < 50], wanted[scales < 50]  # the widest would escape now and then
    writer = Writer(Models(tables))
    writer.residuals(scales, wanted)
    bits = sum(
        -math.log2(tables[s][r + reach(s)] / TOTAL)
        for s, r in zip(scales.tolist(), wanted.tolist(), strict=True)
        if s != SURE and abs(r) <= reach(s)
    )
    assert abs(8 * len(writer.bytes()) / bits - 1) < 0.005


@pytest.mark.parametrize("length", [0, 1, 3, 4, 50, 3000])
def test_no_bytes_harm_the_reader(length: int) -> None:
    """Nonsense is either read as some residuals or told, and takes no longer than sense."""
    scales, _ = _residuals(5000)
    reader = Reader(Models(gaussian_tables()), np.random.default_rng(length).bytes(length))
    with contextlib.suppress(Damaged):
        assert np.abs(reader.residuals(scales, None)).max() <= MOST


@pytest.mark.parametrize("shares", [np.ones(7), np.array([1e-12, 1.0, 0.0]), np.arange(1.0, 900.0)])
def test_frequencies_sum_to_the_total(shares: np.ndarray) -> None:
    found = frequencies(shares)
    assert found.sum() == TOTAL
    assert found.min() >= 1


def test_tables_follow_what_was_counted() -> None:
    """Residuals twice as wide as the scale says are written shorter by the table that was counted on them."""
    scale = 20
    counts = [np.zeros(2 * reach(s) + 2) for s in range(SCALES)]
    wide = np.random.default_rng(0).normal(size=100_000) * 2 * std_of(scale)
    places = np.clip(np.round(wide), -reach(scale), reach(scale)).astype(np.int64) + reach(scale)
    counts[scale] += np.bincount(places, minlength=len(counts[scale]))
    costs = [-np.log2(t[scale] / TOTAL)[places].mean() for t in (gaussian_tables(), fitted_tables(counts))]
    assert costs[1] < costs[0] - 0.2


def test_packed_tables_come_back_or_are_refused() -> None:
    tables = gaussian_tables()
    flat = packed(tables)
    assert all((a == b).all() for a, b in zip(tables, unpacked(flat), strict=True))
    flat[100] += 1
    with pytest.raises(ValueError, match="damaged"):
        unpacked(flat)
