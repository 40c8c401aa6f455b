"""Counts and times in words."""

from __future__ import annotations

import pytest

from aestudio.spec.words import counted, time_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.01, "0.1 s"),
        (4.26, "4.3 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (3599.7, "1 h"),
        (7500, "2 h 5 min"),
    ],
)
def test_times_are_told_as_a_person_says_them(seconds: float, text: str) -> None:
    assert time_text(seconds) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 runs"), (1, "1 run"), (2000, "2,000 runs")])
def test_one_is_not_plural(count: int, text: str) -> None:
    assert counted(count, "run") == text
