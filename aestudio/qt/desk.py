"""What of a window goes into its journal, and how it comes back from there."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QSplitter

from aestudio.library.journal import Journal
from aestudio.qt.builder.document import Document


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the desk asks the window's parts for; each is a method of one of them.

    Parameters
    ----------
    page
        the name of the page shown.
    workspace
        whose runs are listed.
    runs
        folders of the runs under way.
    ticks
        folders of the runs ticked to be compared.
    queue
        ids of the runs that wait.
    pictures
        files on the Pictures page, and the one that is looked at, where there is one.
    """

    page: Callable[[], str]
    workspace: Callable[[], Path]
    runs: Callable[[], tuple[Path, ...]]
    ticks: Callable[[], tuple[Path, ...]]
    queue: Callable[[], tuple[str, ...]]
    pictures: Callable[[], tuple[tuple[Path, ...], Path | None]]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the desk tells the window's parts when a journal comes back; likewise."""

    page: Callable[[str], object]
    workspace: Callable[[Path], object]
    ticks: Callable[[tuple[Path, ...]], object]
    pictures: Callable[[tuple[Path, ...], Path | None], object]


class Desk:
    """A window's state as one value, and back. The queue is in the workspace's own file and comes with it.

    Args:
        window: its size and place.
        document: the run under edit.
        splitters: how the room is shared, by name.
        asked: where the rest is.
        told: where the rest goes.
    """

    def __init__(
        self,
        window: QMainWindow,
        document: Document,
        splitters: Mapping[str, QSplitter],
        asked: Asked,
        told: Told,
    ) -> None:
        self._window, self._document, self._splitters = window, document, splitters
        self._asked, self._told = asked, told

    def look(self) -> Journal:
        """The window as it is now."""
        asked = self._asked
        pictures, picture = asked.pictures()
        return Journal(
            spec=self._document.spec,
            base=self._document.base,
            page=asked.page(),
            geometry=_text(self._window.saveGeometry()),
            splitters={name: _text(splitter.saveState()) for name, splitter in self._splitters.items()},
            workspace=str(asked.workspace()),
            runs=tuple(map(str, asked.runs())),
            ticks=tuple(map(str, asked.ticks())),
            queue=asked.queue(),
            pictures=tuple(map(str, pictures)),
            picture=str(picture or ""),
        )

    def bring_back(self, journal: Journal) -> None:
        """Make the window what it was; what was in the builder can be had back by undo."""
        self._document.bring_back(journal.spec, journal.base)
        self._window.restoreGeometry(_bytes(journal.geometry))
        for name, splitter in self._splitters.items():
            splitter.restoreState(_bytes(journal.splitters.get(name, "")))
        if journal.workspace and Path(journal.workspace) != self._asked.workspace():
            self._told.workspace(Path(journal.workspace))
        self._told.ticks(tuple(map(Path, journal.ticks)))
        picture = Path(journal.picture) if journal.picture else None
        self._told.pictures(tuple(map(Path, journal.pictures)), picture)
        self._told.page(journal.page)


def _text(state: QByteArray) -> str:
    return base64.b64encode(state.data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii"))
