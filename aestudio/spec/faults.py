"""How a spec says what is wrong with it: where, what, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass


class UserError(Exception):
    """Something a person can mend. Its text is one sentence fit to be shown; no traceback goes with it."""


class SpecError(UserError, ValueError):
    """A value that a spec cannot hold.

    Parameters
    ----------
    where
        the dotted path of the field, for example ``model.encoder.2.units``.
    what
        what is wrong there.
    fix
        what would be right.
    """

    def __init__(self, where: str, what: str, fix: str) -> None:
        super().__init__(f"{where}: {what}; {fix}" if where else f"{what}; {fix}")
        self.where, self.what, self.fix = where, what, fix

    def below(self, parent: str) -> SpecError:
        """The same fault seen from one level up."""
        return SpecError(f"{parent}.{self.where}".rstrip("."), self.what, self.fix)


class ShapeError(ValueError):
    """A layer that cannot take the shape it is given; ``what`` and ``fix`` as in :class:`Fault`."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(f"{what}; {fix}")
        self.what, self.fix = what, fix


@dataclass(frozen=True)
class Fault:
    """One reason why a spec cannot run (or, as advice, why it would disappoint).

    Parameters
    ----------
    where
        dotted path of the part at fault, for example ``model.encoder.2``.
    name
        the part as a person calls it, for example ``convolution 3``.
    what
        what is wrong.
    fix
        what would be right.
    advice
        True when the run is possible but unwise.
    """

    where: str
    name: str
    what: str
    fix: str
    advice: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.what}; {self.fix}"
