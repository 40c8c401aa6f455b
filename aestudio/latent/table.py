"""Codes as a table, for a spreadsheet or a classifier."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from aestudio.latent.space import Space
from aestudio.library.disk import write_whole


def write_table(path: Path, space: Space, positions: Sequence[int] | None = None) -> None:
    """Write the codes of test images as CSV: position, class where there is one, and each number exactly.

    All of them where no ``positions`` are given.

    Raises
    ------
    UserError
        the file cannot be written.
    """
    labels, names = space.labels, space.data.classes
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["test_position", "class", *(f"z{i + 1}" for i in range(space.size))])
    for position in range(len(space.codes)) if positions is None else positions:
        label = "" if labels is None else names[int(labels[position])]
        rows.writerow([position, label, *map("{:.9g}".format, space.codes[position].tolist())])
    write_whole(path, out.getvalue().encode())
