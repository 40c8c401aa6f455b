"""What Denoise and Compress have in common: a picture goes in, and what they make of it comes in patches."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from aestudio.pictures.picture import Picture
from aestudio.pictures.pyramid import Pyramid
from aestudio.pictures.tiles import Box
from aestudio.qt.running.background import Progress


@dataclass(frozen=True, eq=False)
class Opened:
    """A picture on the table.

    Args:
        name: what it is called, a file's name or "pasted".
        picture: as it was opened.
        pyramid: the same for the screen.
        bytes: of the file it came from.
    """

    name: str
    picture: Picture
    pyramid: Pyramid
    bytes: int

    @property
    def stem(self) -> str:
        """Its name without what says its kind."""
        return Path(self.name).stem or "picture"


@dataclass(frozen=True, eq=False)
class Result:
    """What can be saved, dragged out or copied.

    Args:
        name: proposed for the file, for example ``kodim-denoised.png``.
        picture: what it looks like.
        packed: the bytes of a file with the suffix given; slow, so not for the GUI thread.
        suffixes: of the files it can be written as, the first one proposed.
    """

    name: str
    picture: Picture
    packed: Callable[[str], bytes]
    suffixes: tuple[str, ...] = field(default=(".png",))


@dataclass(frozen=True)
class BatchJob:
    """What a tool would do with any picture, as it is set now.

    Args:
        work: from a picture, the bytes of its file and progress to the bytes of its result and a note on it.
        suffix: added to the name of a result beside its original.
        form: the kind of file, for example ``png``.
        settings: what it is set to: with the same, a result need not be made again.
    """

    work: Callable[[Picture, int, Progress], tuple[bytes, str]]
    suffix: str
    form: str
    settings: Hashable


class Tool(QObject):
    """Works on the picture on the table. Work is done in the background, what is in sight first.

    Subclasses override the methods; the page connects the signals and shows what comes.
    """

    before_changed = Signal(object)  # Pyramid: the left side of the wipe
    after_changed = Signal(object)  # Pyramid: the right side, to be pasted into from now on
    patched = Signal(object)  # Patch of the right side
    before_patched = Signal(object)  # Patch of the left side
    progressed = Signal(float, str)  # share done and what is being done
    finished = Signal()  # there is a result, whole
    failed = Signal(str)
    said = Signal(str)
    named = Signal(str, str)  # what is on the left side and on the right

    def use(self, opened: Opened | None) -> None:
        """Work on this picture from now on, or on none."""
        raise NotImplementedError

    def look_at(self, box: Box) -> None:
        """What is in sight of the picture, for work that begins from now on."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Stop the work under way; what is done stays."""
        raise NotImplementedError

    def result(self) -> Result | None:
        """What was made of the whole picture, or None while there is none."""
        raise NotImplementedError

    def batch_job(self) -> BatchJob | None:
        """What to do with every picture of the roll."""
        raise NotImplementedError

    def command(self) -> str:
        """The same on the command line."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop, and wait for the background."""
        raise NotImplementedError
