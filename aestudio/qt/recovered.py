"""What of the window is brought back after a crash: the desk's questions, answered by the window's parts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aestudio.library.place import default_workspace
from aestudio.qt.desk import Asked, Desk, Told
from aestudio.qt.recovery import Recovery
from aestudio.qt.running.trainer import State

if TYPE_CHECKING:
    from aestudio.qt.window import Window


class _Parts:
    """Asks and tells the window's parts; the window outlives it."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def page(self) -> str:
        return str(self._window.book.place)

    def turn(self, page: str) -> None:
        self._window.book.turn_to(int(page) if page.isdecimal() else 0)

    def workspace(self) -> Path:
        return self._window.session.workspace or default_workspace()

    def runs(self) -> tuple[Path, ...]:
        session = self._window.session
        return tuple(session.folders[lane.run_id] for lane in session.lanes if lane.run_id in session.folders)

    def ticks(self) -> tuple[Path, ...]:
        page = self._window.chapters.runs_page
        return page.table.runs.ticked if page else ()

    def tick(self, folders: tuple[Path, ...]) -> None:
        if page := self._window.chapters.runs_page:
            page.table.runs.set_ticked(folders)

    def queue(self) -> tuple[str, ...]:
        page = self._window.chapters.runs_page
        return tuple(entry.id for entry in page.queue.entries) if page else ()

    def pictures(self) -> tuple[tuple[Path, ...], Path | None]:
        page = self._window.chapters.pictures_page
        return page.files if page else ((), None)

    def put_back(self, files: tuple[Path, ...], chosen: Path | None) -> None:
        if page := self._window.chapters.pictures_page:
            page.put_back(files, chosen)

    def trains(self) -> bool:
        return self._window.session.trainer.state is not State.IDLE


def recovery_of(window: Window) -> Recovery:
    """The window's journal, and the offer of what other windows left when they died."""
    parts = _Parts(window)
    asked = Asked(
        page=parts.page,
        workspace=parts.workspace,
        runs=parts.runs,
        ticks=parts.ticks,
        queue=parts.queue,
        pictures=parts.pictures,
    )
    told = Told(
        page=parts.turn,
        workspace=window.chapters.use_workspace,
        ticks=parts.tick,
        pictures=parts.put_back,
    )
    document = window.session.document
    desk = Desk(window, document, window.splitters, asked, told)
    return Recovery(desk, document.undo_stack, parts.trains, window)
