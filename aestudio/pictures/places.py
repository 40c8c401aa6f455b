"""Where results go: beside the original or into one folder, never onto an original nor onto each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path


@dataclass
class Places:
    """Gives each result a place of its own.

    Parameters
    ----------
    folder
        where results go under the names of the originals; None puts them beside these.
    suffix
        added to the name there, so that an original is not met; for example ``-denoised``.
    taken
        places that nothing goes to any more; originals may be told here.
    """

    folder: Path | None
    suffix: str
    taken: set[Path] = field(default_factory=set)

    def place(
        self,
        source: Path | None,
        form: str,
        below: Path = Path(),
        is_free: Callable[[Path], bool] = lambda _: True,
    ) -> Path:
        """The place for the result of ``source`` as a file of ``form``; ``below`` is its folder's folder.

        Two originals of one name get different places, in the order in which they come; one that is not
        ``is_free`` is passed over, and left to others.
        """
        stem = source.stem if source else "picture"
        folder = self.folder / below if self.folder else source.parent if source else Path()
        suffix = "" if self.folder else self.suffix
        names = (f"{stem}{suffix}{'' if i == 1 else f'-{i}'}" for i in count(1))
        places = (folder / f"{name}.{form}" for name in names)
        place = next(p for p in places if p not in self.taken and is_free(p))
        self.taken.add(place)
        return place
