"""Pictures that come with the program, to try it on."""

from __future__ import annotations

from aestudio.data.resources import resource
from aestudio.qt.darkroom.roll import Entry

_FILES = {"photograph": "coffee.png", "scan": "page.jpg"}


def sample(name: str) -> Entry:
    """The photograph, or the scan."""
    path = resource("samples", _FILES[name])
    return Entry(path, path.name)
