"""What a source is, and how the sources in :mod:`aestudio.data.sources` are found.

Adding a source is adding one file there with a class that registers itself.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, TypeVar

from aestudio.data.dataset import Report
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from aestudio.spec.run import DataSpec

Progress = Callable[[float, str], None]
"""Called with the share done, in [0, 1], and what is being done. An exception from it cancels."""


@dataclass(frozen=True, eq=False)
class Raw:
    """What a source hands over, before it is split.

    Parameters
    ----------
    name
        what the data are called.
    images
        uint8 ``(N, C, H, W)``, or vectors ``(N, D)`` of any real type, not yet scaled.
    labels
        class numbers ``(N,)`` from 0, or None.
    classes
        names of the classes, empty without labels.
    given_test
        how many examples at the end are the source's own test part; 0 if it has none.
    report
        what was done to the data.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    given_test: int = 0
    report: Report = field(default_factory=Report)


class Source(ABC):
    """A way in for data.

    ``kind`` is its name in a spec, ``label`` what a person calls it, ``help`` one line that teaches.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]


class NamedSource(Source):
    """Data known by name, such as ``mnist``."""

    missing: ClassVar[str] = ""
    """One sentence for when the data are not here: what to do."""

    def here(self) -> bool:
        """Whether it can be opened now, without a download or an installation."""
        return True

    download_mb: ClassVar[int] = 0
    """Megabytes that :meth:`fetch` downloads; 0 for data that cannot be downloaded."""

    def fetch(self, progress: Progress) -> None:
        """Download the data to where :meth:`load` finds them; an exception from ``progress`` cancels.

        Raises
        ------
        UserError
            they are not here, and cannot be downloaded.
        """
        if not self.here():
            raise UserError(f"{self.label} cannot be downloaded; {self.missing}")

    @abstractmethod
    def load(self, spec: DataSpec, progress: Progress) -> Raw:
        """Read the data. Raises UserError."""


class FileSource(Source):
    """Data in a file or folder that a person points to."""

    rank: ClassVar[int] = 50
    """Sources are asked in this order; those that take nearly anything come last."""

    @abstractmethod
    def takes(self, path: Path) -> bool:
        """Whether ``path``, which exists, looks like this source's business. A quick look only."""

    @abstractmethod
    def load(self, path: Path, spec: DataSpec, progress: Progress) -> Raw:
        """Read the data. Raises UserError."""


_classes: dict[str, type[Source]] = {}
S = TypeVar("S", bound=Source)


def register(cls: type[S]) -> type[S]:
    """Class decorator: make a source known under its ``kind``; a second one of that name is refused."""
    if cls.kind in _classes:
        raise TypeError(f"two sources call themselves {cls.kind!r}")
    _classes[cls.kind] = cls
    return cls


@functools.cache
def named_sources() -> dict[str, NamedSource]:
    """Every source that is known by name."""
    return {kind: cls() for kind, cls in _found().items() if issubclass(cls, NamedSource)}


@functools.cache
def file_sources() -> tuple[FileSource, ...]:
    """Every source of files, in the order in which they are asked."""
    found = [cls() for cls in _found().values() if issubclass(cls, FileSource)]
    return tuple(sorted(found, key=lambda s: (s.rank, s.kind)))


@functools.cache
def _found() -> dict[str, type[Source]]:
    home = importlib.import_module("aestudio.data.sources")
    for module in pkgutil.iter_modules(home.__path__):
        importlib.import_module(f"{home.__name__}.{module.name}")
    return dict(sorted(_classes.items()))
