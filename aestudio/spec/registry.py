"""Families of parts: each part registers beside its class, and one file is all it takes to add one."""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aestudio.spec.faults import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aestudio.spec.parts import Part

P = TypeVar("P", bound="Part")
C = TypeVar("C", bound="type[Part]")


class Family(Generic[P]):
    """All parts of one kind (penalties, say), found in the files of one package.

    Parameters
    ----------
    noun
        what a member is called in messages, for example ``penalty``.
    home
        the package whose modules are imported to find the members.
    """

    def __init__(self, noun: str, home: str) -> None:
        self.noun = noun
        self._home = home
        self._classes: dict[str, type[P]] = {}

    def register(self, cls: C) -> C:
        """Class decorator: make ``cls`` known under its ``kind``; a second one of that name is refused."""
        if cls.kind in self._classes:
            raise TypeError(f"two parts call themselves {self.noun} {cls.kind!r}")
        self._classes[cls.kind] = cls  # type: ignore[assignment]  # of this family, by its base class
        return cls

    @functools.cached_property
    def _members(self) -> dict[str, type[P]]:
        package = importlib.import_module(self._home)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._home}.{module.name}")
        return dict(sorted(self._classes.items()))

    def __iter__(self) -> Iterator[type[P]]:
        return iter(self._members.values())

    def make(self, kind: str, **values: Any) -> P:
        """A new member of class ``kind`` with these values; for parts that build on another by its name."""
        return self.get(kind)(**values)

    def get(self, kind: object, where: str = "kind") -> type[P]:
        """The class registered as ``kind``; on a miss the error lists what there is."""
        try:
            return self._members[kind]  # type: ignore[index]  # any object may be asked for
        except (KeyError, TypeError):
            near = difflib.get_close_matches(str(kind), self._members, n=1)
            fix = f"did you mean {near[0]!r}?" if near else "use one of " + ", ".join(self._members)
            raise SpecError(where, f"there is no {self.noun} {kind!r}", fix) from None
