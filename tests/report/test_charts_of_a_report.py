"""Charts of a report: what is held against the curves is drawn where it can be."""

from __future__ import annotations

import numpy as np

from aestudio.report.charts import line_chart

CURVE = ("net", np.linspace(0, 3, 50), np.geomspace(0.07, 0.004, 50), "c0")


def test_a_floor_is_drawn_and_named() -> None:
    chart = line_chart([CURVE], [("PCA of 32", 0.0168)], "epochs", "error")
    assert chart.count('class="floor"') == 1
    assert "PCA of 32" in chart


def test_a_floor_of_nought_is_left_out() -> None:
    """PCA with as many axes as pixels has no error, and no logarithm either."""
    chart = line_chart([CURVE], [("PCA of 784", 0.0), ("PCA of 32", 0.0168)], "epochs", "error")
    assert "PCA of 784" not in chart
    assert "PCA of 32" in chart


def test_a_floor_far_below_leaves_the_curves_their_room() -> None:
    assert line_chart([CURVE], [("PCA of 700", 1e-9)], "epochs", "error") == line_chart(
        [CURVE], [], "epochs", "error"
    )
