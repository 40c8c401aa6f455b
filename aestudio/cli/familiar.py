"""What the commands that work with a run of one's own say of a picture: whether it is like the run's data."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from aestudio.cli.progress import Progress

if TYPE_CHECKING:
    from aestudio.pictures.own_runs import OwnRun
    from aestudio.pictures.picture import Picture


def tell_familiarity(run: OwnRun, picture: Picture, name: str, progress: Progress) -> dict[str, Any]:
    """Say it on stderr, and give the fields for ``--json``; where it cannot be known, say once why."""
    from aestudio.pictures.familiar import familiarity, why_unknown

    told = why_unknown(run)
    found = None if told else familiarity(run, picture, progress.share)
    if found:
        progress.line(f"{name}: {found.sentence}", always=True)
        return {"familiarity": dataclasses.asdict(found)}
    if not told:
        progress.line(
            f"how like its training data pictures are is not known: {why_unknown(run)}", always=True
        )
    return {"familiarity": None, "familiarity_unknown": why_unknown(run)}
