"""A run as one row of the table: every text made, and every value to sort by, before the window sees it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aestudio.library.card import Card
from aestudio.library.workspace import Entry

Tone = Literal["muted", "accent", "good", "warn", "bad"]

_STAGES: dict[str, tuple[str, Tone]] = {
    "training": ("training", "accent"),
    "paused": ("paused", "warn"),
    "interrupted": ("interrupted", "warn"),
    "stopped": ("stopped", "muted"),
    "done": ("done", "good"),
    "failed": ("failed", "bad"),
}


@dataclass(frozen=True)
class Column:
    """One column: what its head says and teaches, how wide it begins, and where its text stands."""

    name: str
    label: str
    tip: str
    width: int
    right: bool = False


COLUMNS = (
    Column("tick", "", "Tick runs to compare them (Space); up to six", 40),
    Column("name", "Run", "Its name (F2 renames), with a few test images above what it makes of them", 256),
    Column("preset", "Preset", "What it began as", 120),
    Column("stage", "Stage", "Whether it trains, rests or is done; what was interrupted can go on", 88),
    Column("mse", "Test MSE", "Mean squared error of clean test images on [0, 1], per pixel", 80, right=True),
    Column("psnr", "PSNR, dB", "The same error on a logarithmic scale", 80, right=True),
    Column("code", "Code", "Numbers that an image is told in", 56, right=True),
    Column("epochs", "Epochs", "Passes over the training images, of those planned", 72, right=True),
    Column("when", "Began", "When its training began", 128),
    Column("tags", "Tags", "Words to find it by (Ctrl+T edits them)", 104),
)
PLACES = {column.name: place for place, column in enumerate(COLUMNS)}


@dataclass(frozen=True)
class Row:
    """One run.

    Parameters
    ----------
    folder
        where it lies.
    card
        None where it cannot be read.
    stage
        where it stands, in a word.
    tone
        the colour of that word.
    texts
        what each column shows.
    keys
        what each column sorts by; None goes last either way.
    line
        what stands below the name: why it cannot be read or failed, or how its note begins.
    words
        what a filter looks in, in small letters.
    """

    folder: Path
    card: Card | None
    stage: str
    tone: Tone
    texts: tuple[str, ...]
    keys: tuple[float | str | None, ...]
    line: str
    words: str

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.texts[PLACES["name"]]

    @property
    def can_resume(self) -> bool:
        """Whether it can go on: nobody trains it, and it is not at its end."""
        return self.stage in ("paused", "interrupted", "stopped")

    @property
    def is_bad(self) -> bool:
        """Whether the line tells of something wrong."""
        return self.card is None or self.stage == "failed"


def row_of(entry: Entry, *, held: bool, read_only: bool) -> Row:
    """The row of an entry; whoever calls itself running and is held by nobody was interrupted."""
    card = entry.card
    if card is None:
        return _unreadable(entry)
    stage = card.stage
    if stage == "running":
        stage = "training" if held and not read_only else "interrupted"
    word, tone = _STAGES.get(stage, (stage, "muted"))
    mse, psnr, code = (_number(card, name) for name in ("test_mse", "test_psnr_db", "code_size"))
    when = _when(card.created)
    tags = " ".join(f"#{tag}" for tag in card.tags)
    texts = (
        *("", card.name, card.preset, word),
        *("" if mse is None else f"{mse:.5f}", "" if psnr is None else f"{psnr:.2f}"),
        *("" if code is None else f"{code:,.0f}", card.epochs_told, when, tags),
    )
    keys = (
        *(None, card.name.casefold(), card.preset.casefold(), word),
        *(mse, psnr, code, card.epochs_done, card.created, tags.casefold() or None),
    )
    line = card.sentence if stage == "failed" else card.note.strip().partition("\n")[0]
    words = " ".join((card.name, card.preset, word, tags, card.note)).casefold()
    return Row(entry.folder, card, word, tone, texts, keys, line, words)


def _unreadable(entry: Entry) -> Row:
    name = entry.folder.name
    texts = ("", name, "", "unreadable", *[""] * (len(COLUMNS) - 4))
    keys = (None, name.casefold(), *[None] * (len(COLUMNS) - 2))
    return Row(
        entry.folder, None, "unreadable", "bad", texts, keys, entry.problem, f"{name} unreadable".casefold()
    )


def _number(card: Card, name: str) -> float | None:
    value = card.figures.get(name)
    return float(value) if isinstance(value, int | float) else None


def _when(created: str) -> str:
    try:
        return datetime.datetime.fromisoformat(created).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return created
