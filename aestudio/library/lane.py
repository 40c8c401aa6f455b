"""One run to be trained, alone or in a race, and where it is kept. No torch: the window makes them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from aestudio.spec.run import RunSpec


@dataclass(frozen=True)
class Lane:
    """A run that is about to begin, or to go on.

    Parameters
    ----------
    run
        its spec.
    run_id
        the id that its events carry, and its card.
    folder
        where it is kept; None for a new folder in ``workspace``.
    workspace
        the folder of runs that it is to be one of; with neither, it is not kept.
    resume
        whether it goes on from the state in its folder.
    name
        what it is called; empty for the name in its spec.
    group
        id that the runs of one race, or of repeats, have in common.
    start
        the folder of that run and the step, or None.
    """

    run: RunSpec
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    folder: Path | None = None
    workspace: Path | None = None
    resume: bool = False
    name: str = ""
    group: str = ""
    start: tuple[Path, int] | None = None

    @property
    def is_kept(self) -> bool:
        """Whether it is written to disk."""
        return self.folder is not None or self.workspace is not None
