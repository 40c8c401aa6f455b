"""The document, or a race, as a command that trains the same without a window."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from aestudio.library.presets import load_preset
from aestudio.spec.fairness import Budget
from aestudio.spec.faults import UserError
from aestudio.spec.run import DataSpec, RunSpec
from aestudio.spec.toml import to_plain


def as_command(spec: RunSpec) -> str | None:
    """``aestudio train PRESET --set …``, or None where the document is no preset with other values."""
    try:
        preset = load_preset(spec.name)
    except UserError:
        return None
    changes = list(_changes(to_plain(preset), to_plain(spec), ""))
    if None in changes:
        return None
    words = ["aestudio", "train", spec.name]
    for change in changes:
        words += ["--set", str(change)]
    return shlex.join(words)


def as_race(runs: Sequence[RunSpec], budget: Budget, seeds: int, data: DataSpec) -> str | None:
    """``aestudio race A B …`` on ``data``, or None where one of the runs is no preset as it ships."""
    if any(as_command(run) != f"aestudio train {run.name}" for run in runs):
        return None
    words = [
        "aestudio",
        "race",
        *(run.name for run in runs),
        "--budget",
        f"{budget.measure}={budget.amount:.15g}",
    ]
    for change in _changes(to_plain(runs[0].data), to_plain(data), "data"):
        words += ["--set", str(change)]
    return shlex.join([*words, "--seeds", str(seeds)] if seeds > 1 else words)


def _changes(before: Any, after: Any, path: str) -> Iterator[str | None]:
    """Each value that differs, as ``path=value``; None where parts come, go or are of another kind."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        keys: list[str] = list(before)  # pyright: ignore[reportUnknownArgumentType]
        if keys != list(after) or before.get("kind") != after.get("kind"):  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
            yield None
            return
        for key in keys:
            yield from _changes(before[key], after[key], f"{path}.{key}".lstrip("."))
    elif isinstance(before, list) and isinstance(after, list):
        items: list[Any] = list(after)  # pyright: ignore[reportUnknownArgumentType]
        if len(items) != len(before):  # pyright: ignore[reportUnknownArgumentType]
            yield None
            return
        for index, item in enumerate(items):
            yield from _changes(before[index], item, f"{path}.{index}")
    else:
        yield f"{path}={str(after).lower() if isinstance(after, bool) else after}"
