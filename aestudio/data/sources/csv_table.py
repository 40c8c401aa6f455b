"""A table of numbers in a text file: one example a line, one value a column."""

from __future__ import annotations

import csv
import itertools
from typing import TYPE_CHECKING

import numpy as np

from aestudio.data.labels import as_classes
from aestudio.data.room import room_for
from aestudio.data.source import FileSource, Progress, Raw, register
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aestudio.spec.run import DataSpec

Row = tuple[int, list[str]]
"""The number of a line, as an editor counts it, and its cells."""

_BLOCK = 4096
_LABEL_NAMES = {"label", "labels", "class", "target", "category", "species"}


@register
class CsvTable(FileSource):
    """Columns are scaled later, by the training rows alone."""

    kind = "csv"
    label = "a table (.csv, .tsv)"
    help = "One example a line, numbers only; a column named label, class or target names the classes"

    def takes(self, path: Path) -> bool:
        return path.is_file() and path.suffix.lower() in {".csv", ".tsv"}

    def load(self, path: Path, spec: DataSpec, progress: Progress) -> Raw:
        try:
            return _load(path, progress)
        except UnicodeDecodeError as fault:
            raise UserError(
                f"{path} is no text in UTF-8 (byte {fault.start:,}); save it as CSV in UTF-8"
            ) from fault
        except csv.Error as fault:
            raise UserError(f"{path} is no table ({fault}); save it as CSV") from fault


def _load(path: Path, progress: Progress) -> Raw:
    lines = _count_lines(path)
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = _rows(file, path)
        first = next(rows, None)
        if first is None:
            raise UserError(f"{path} is empty; give it one example a line")
        names = first[1] if _is_header(first[1]) else [""] * len(first[1])
        table = _Table(path, names, first[0], lines)
        if not any(names):
            rows = itertools.chain([first], rows)
        while block := list(itertools.islice(rows, _BLOCK)):
            table.add(block)
            progress(min(1.0, table.count / lines), f"reading {path.name}")
    return table.raw()


class _Table:
    """Rows as they come in. ``label`` is the column that names the class, or None."""

    def __init__(self, path: Path, names: list[str], first_line: int, lines: int) -> None:
        self.path, self.names, self.first_line = path, names, first_line
        self.label = next((i for i, name in enumerate(names) if name.strip().lower() in _LABEL_NAMES), None)
        width = len(names) - (self.label is not None)
        if not width:
            raise UserError(f"{path} has no column of numbers; give it one value a column")
        self.values = room_for(
            (lines, width), np.float64
        )  # the last lines may be blank: those stay untouched
        self.labels: list[str] = []
        self.count = 0

    def add(self, block: list[Row]) -> None:
        """Append rows; the first cell at fault ends in a UserError that says where it is."""
        try:
            if self.label is not None:
                self.labels += [cells[self.label].strip() for _, cells in block]
            parsed = np.array([self._numbers(cells) for _, cells in block], np.float64)
        except (ValueError, IndexError):
            parsed = None  # NumPy does not say where: look for it ourselves, now that it is worth the time
        width = self.values.shape[1]
        if parsed is None or parsed.shape[1:] != (width,) or not np.isfinite(parsed).all():
            raise self._fault(block)
        self.values[self.count : self.count + len(block)] = parsed
        self.count += len(block)

    def raw(self) -> Raw:
        """What was read."""
        if not self.count:
            raise UserError(f"{self.path} has a heading but no rows; give it one example a line")
        labels, classes = None, ()
        if self.label is not None:
            labels, classes = as_classes(np.array(self.labels), self.count, str(self.path))
        return Raw(self.path.stem, self.values[: self.count], labels, classes)

    def _numbers(self, cells: list[str]) -> list[str]:
        return cells if self.label is None else cells[: self.label] + cells[self.label + 1 :]

    def _fault(self, block: list[Row]) -> UserError:
        for line, cells in block:
            if len(cells) != len(self.names):
                return UserError(
                    f"{self.path}, line {line} has {len(cells)} values where line {self.first_line} has "
                    f"{len(self.names)}; give every line as many"
                )
            for column, cell in enumerate(cells):
                if column != self.label and (what := _what_is_wrong(cell)):
                    return UserError(f"{self.path}, line {line}, column {self._told(column)}{what}")
        return UserError(f"{self.path} holds something that is no number; use numbers only")

    def _told(self, column: int) -> str:
        return f"{column + 1} ({self.names[column]})" if self.names[column] else f"{column + 1}"


def _what_is_wrong(cell: str) -> str:
    if not cell.strip() or cell.strip().lower() in {"na", "n/a", "nan", "null", "none"}:
        return f" is a gap ({cell!r}); fill it or remove the line"
    if not _is_number(cell):
        return f": {cell[:40]!r} is no number; remove the column, or head it 'label' if it names the class"
    return "" if np.isfinite(float(cell)) else f": {cell} is not finite; fill it or remove the line"


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return 1 + sum(
            part.count(b"\n") + part.count(b"\r") for part in iter(lambda: file.read(1 << 20), b"")
        )


def _rows(file: Iterator[str], path: Path) -> Iterator[Row]:
    head = next(file, "")
    mark = "\t" if path.suffix.lower() == ".tsv" else max(",;\t", key=head.count)
    reader = csv.reader(itertools.chain([head], file), delimiter=mark)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _is_header(cells: list[str]) -> bool:
    return not any(_is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
