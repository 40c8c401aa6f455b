"""Trouble gathers in large files and god classes, so there are none."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FILE_LINES = 400
CLASS_LINES = 250


def _files() -> Iterator[Path]:
    for room in ("aestudio", "tests"):
        yield from (ROOT / room).rglob("*.py")


def test_no_file_is_too_long() -> None:
    lengths = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8").count("\n") for p in _files()}
    assert {name: n for name, n in lengths.items() if n > FILE_LINES} == {}, (
        f"split it: over {FILE_LINES} lines"
    )


def test_no_class_is_too_long() -> None:
    long = {
        f"{path.relative_to(ROOT)}: {node.name}": node.end_lineno - node.lineno + 1
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.end_lineno and node.end_lineno - node.lineno >= CLASS_LINES
    }
    assert long == {}, f"split it: over {CLASS_LINES} lines"
