"""A run's card: the little that lists and tables show of it, in one small file that is read at once."""

from __future__ import annotations

import dataclasses
import datetime
import json
import platform
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aestudio import __version__
from aestudio.library.disk import write_json
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec

if TYPE_CHECKING:
    from aestudio.spec.parts import Shape

FORMAT = 1
"""Of a run's folder. A folder of a higher one was made by a newer program."""

CARD = "card.json"
_MADE_BY = ("torch", "numpy", "safetensors")

Stage = Literal["running", "paused", "stopped", "done", "failed"]


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a run is called and where it stands.

    Parameters
    ----------
    id
        unique, whatever the folder is called.
    name
        what a person calls it.
    preset
        the name in its spec.
    created
        when it began, ISO 8601 with the time zone.
    stage
        ``running`` while somebody holds it (or was killed doing so), ``paused`` where it can go on.
    tags
        words to find it by.
    note
        what somebody wrote about it.
    group
        id that runs of one race, or repeats with other seeds, have in common; empty for a single run.
    parent
        id of the run whose weights it began with, and the step they are of; None without one.
    parent_step
        see there.
    versions
        of everything that made it.
    data
        name, content hash, shape, number of images and source of its data.
    device
        for example ``cpu``; with ``threads``, what bit-for-bit resuming needs.
    threads
        torch's threads on the CPU.
    step, steps, epochs_done, epochs, seconds
        how far it is.
    limit
        seconds after which it ends, whatever the epochs; 0 where there is none.
    sentence
        why it failed, else empty.
    floors
        what it is held against, by name; empty until known.
    figures
        its metrics by name; empty until measured.
    """

    name: str
    preset: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    created: str = field(default_factory=lambda: now_text())
    stage: Stage = "running"
    tags: tuple[str, ...] = ()
    note: str = ""
    group: str = ""
    parent: str | None = None
    parent_step: int = 0
    versions: Mapping[str, str] = field(default_factory=lambda: versions())
    data: Mapping[str, Any] = field(default_factory=dict)
    device: str = ""
    threads: int = 0
    step: int = 0
    steps: int = 0
    epochs_done: int = 0
    epochs: int = 0
    seconds: float = 0.0
    limit: float = 0.0
    sentence: str = ""
    floors: Mapping[str, float | None] = field(default_factory=dict)
    figures: Mapping[str, float | int | str | None] = field(default_factory=dict)

    @property
    def shape(self) -> Shape | None:
        """Of one example of its data, None where that is not told."""
        match self.data:
            case {"shape": [_, *_] as sides} if all(isinstance(side, int) and side > 0 for side in sides):
                return tuple(sides)
        return None

    @property
    def epochs_told(self) -> str:
        """Those done, and of how many, unless it is at its end or a time limit may come first."""
        at_end = self.stage == "done" or self.epochs_done == self.epochs
        return f"{self.epochs_done}" if at_end or self.limit else f"{self.epochs_done} of {self.epochs}"

    @property
    def epochs_words(self) -> str:
        """The same as words."""
        return f"{self.epochs_told} epoch{'s' * (self.epochs_told != '1')}"

    @property
    def in_a_line(self) -> str:
        """What it is, how far it is, and the day it began."""
        return f"{self.preset}, {self.epochs_words}, {self.created[:10]}"

    def write(self, folder: Path) -> None:
        """Put the card into a run's folder."""
        write_json(folder / CARD, {"format": FORMAT, **dataclasses.asdict(self)})


def new_card(run: RunSpec, name: str = "", **known: Any) -> Card:
    """The card of a run that is about to begin."""
    t = run.training
    return Card(name=name or run.name, preset=run.name, epochs=t.epochs, limit=t.seconds, **known)


def read_card(folder: Path) -> Card:
    """The card in a run's folder.

    Raises
    ------
    UserError
        the folder is no run, or one of a newer program.
    """
    try:
        plain = json.loads((folder / CARD).read_text(encoding="utf-8"))
        kind = plain["format"]
    except FileNotFoundError:
        raise UserError(
            f"{folder}: is no run (it has no {CARD}); choose a folder that AE Studio made"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{folder / CARD}: cannot be read ({error}); restore it from a copy") from error
    if not isinstance(kind, int) or kind > FORMAT:
        made = plain.get("versions", {}).get("aestudio", "a newer version")
        raise UserError(f"{folder}: was made by AE Studio {made}; update this one ({__version__}) to open it")
    known = {f.name for f in dataclasses.fields(Card)}
    try:
        card = Card(**{name: value for name, value in plain.items() if name in known})
        return dataclasses.replace(card, tags=tuple(card.tags))
    except TypeError as error:
        raise UserError(
            f"{folder / CARD}: lacks what a card needs ({error}); restore it from a copy"
        ) from error


def versions() -> dict[str, str]:
    """Of the program and of what its numbers depend on."""
    found = {package: _version(package) for package in _MADE_BY}
    return {"aestudio": __version__, "python": platform.python_version(), **found}


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # 10 ms, for runs that are made

    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def now_text() -> str:
    """The present moment as ISO 8601, to the second, with the time zone."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")
