"""The split is seeded, by class, nested, and equal on every machine."""

from __future__ import annotations

import numpy as np
import pytest

from aestudio.data.split import split
from aestudio.spec.faults import UserError
from aestudio.spec.run import DataSpec

LABELS = np.repeat(np.arange(4, dtype=np.uint8), [400, 300, 200, 100])


def test_it_is_the_split_written_down_here() -> None:
    # Numbers found once: they must never change, or runs stop being comparable.
    found = split(40, None, 0, DataSpec(test=0.1, validation=0.1))
    assert found.test.tolist() == [7, 10, 18, 35]
    assert found.validation.tolist() == [16, 26, 30, 39]


def test_parts_are_disjoint_and_whole() -> None:
    found = split(1000, LABELS, 0, DataSpec())
    parts = np.concatenate([found.train, found.validation, found.test])
    assert np.array_equal(np.sort(parts), np.arange(1000))


def test_the_source_s_own_test_part_is_kept() -> None:
    found = split(1000, LABELS, 250, DataSpec(seed=7))
    assert np.array_equal(found.test, np.arange(750, 1000))
    assert found.validation.max() < 750


def test_each_class_has_its_share_in_each_part() -> None:
    found = split(1000, LABELS, 0, DataSpec(test=0.2, validation=0.25, train_limit=60))
    for part, count in ((found.test, 200), (found.validation, 200), (found.train, 60)):
        shares = np.bincount(LABELS[part]) / count
        np.testing.assert_allclose(shares, [0.4, 0.3, 0.2, 0.1], atol=1.5 / count)


def test_a_smaller_limit_takes_part_of_a_larger_and_leaves_validation_alone() -> None:
    few = split(1000, LABELS, 0, DataSpec(train_limit=50))
    more = split(1000, LABELS, 0, DataSpec(train_limit=300))
    assert set(few.train) < set(more.train)
    assert np.array_equal(few.validation, more.validation)
    assert "50 of " in few.rule


@pytest.mark.parametrize("given", [0, 250])
def test_seeds_differ_and_repeat(given: int) -> None:
    one, again, other = (split(1000, LABELS, given, DataSpec(seed=s)).validation for s in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_validation_may_be_empty() -> None:
    assert len(split(100, None, 10, DataSpec(validation=0.0)).validation) == 0


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_are_refused(count: int) -> None:
    with pytest.raises(UserError, match="holds too few examples"):
        split(count, None, 0, DataSpec())


def test_three_are_enough() -> None:
    found = split(3, None, 0, DataSpec())
    assert [len(found.train), len(found.validation), len(found.test)] == [1, 1, 1]
