"""Which pages there are, and how they pass work to each other; each is made when it is first needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from aestudio.library.kept import KeptRun, open_run
from aestudio.library.lane import Lane
from aestudio.library.workspace import default_workspace
from aestudio.qt import menus
from aestudio.qt.book import Book
from aestudio.qt.running.background import Background
from aestudio.qt.running.launches import beginning_with, going_on

if TYPE_CHECKING:
    from aestudio.qt.pages.compare import ComparePage
    from aestudio.qt.pages.runs import RunsPage
    from aestudio.qt.window import Window


class Chapters(QObject):
    """Makes the pages of a window, and wires each to the session and to the others."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._runs: RunsPage | None = None
        self._compare: ComparePage | None = None
        self.book = Book(window)
        self.train = self.book.add("Train", "play", "Build, train and watch (Ctrl+1)", self._train_page)
        self.compare = self.book.add(
            "Compare", "compare", "Runs side by side, and races (Ctrl+2)", self._make_compare
        )
        self.runs = self.book.add(
            "Runs", "layers", "Everything that was trained, kept by itself (Ctrl+3)", self._make_runs
        )
        self.book.turn_to(self.train)
        self._onward = Background(self)
        self._onward.done.connect(self._session.launch)
        self._onward.failed.connect(self._session.trouble)
        window.page.timeline.go_on_wanted.connect(self._on_go_on_wanted)
        window.races.begun.connect(self._on_race_begun)

    @Slot()
    def make_ready(self) -> None:
        """Make what the first paint did not need, so that the palette knows what it can do."""
        for place in (self.compare, self.runs):
            self.book.page(place)

    def close(self) -> None:
        """Stop what the pages do in the background, and wait for it."""
        self._onward.close()
        if self._runs:
            self._runs.shelf.close()
        if self._compare:
            self._compare.close_work()

    def _train_page(self) -> QWidget:
        return self._window.page

    def _make_compare(self) -> QWidget:
        from aestudio.qt.pages.compare import ComparePage

        page = self._compare = ComparePage(self._window)
        page.said.connect(self._window.status.say)
        page.race_wanted.connect(self._window.races.ask)
        page.runs_wanted.connect(self._on_runs_wanted)
        page.report_wanted.connect(self._window.races.save_report)
        page.trouble.connect(self._session.trouble)
        self._session.opened.connect(page.set_data)
        self._session.began.connect(self._on_began)
        self._session.trainer.told.connect(page.told)
        if self._session.data:
            page.set_data(self._session.data)
        return page

    def _make_runs(self) -> QWidget:
        from aestudio.qt.pages.runs import RunsPage

        page = self._runs = RunsPage(self._session.workspace or default_workspace(), self._window)
        page.said.connect(self._window.status.say)
        page.opened.connect(self._on_run_opened)
        page.resumed.connect(self._on_run_resumed)
        page.compared.connect(self._on_runs_compared)
        page.shelf.moved.connect(self._on_workspace_moved)
        self._session.kept.connect(page.refresh)
        self._session.trainer.state_changed.connect(page.refresh)
        menus.fill_runs(self._window.commands, page.actions_())
        page.shelf.refresh()
        return page

    @Slot()
    def _on_runs_wanted(self) -> None:
        self.book.turn_to(self.runs)

    @Slot(tuple)
    def _on_runs_compared(self, runs: tuple[KeptRun, ...]) -> None:
        self.book.turn_to(self.compare)
        if self._compare and self._session.data:
            self._compare.show_runs(runs, self._session.data)

    @Slot(object)
    def _on_began(self, lanes: tuple[Lane, ...]) -> None:
        if self._compare and len(lanes) > 1:  # a single run is of no concern to the comparison
            self._compare.begin(lanes)

    @Slot()
    def _on_race_begun(self) -> None:
        self.book.turn_to(self.compare)

    @Slot(object)
    def _on_run_opened(self, kept: KeptRun) -> None:
        self._session.show_kept(kept)
        self.book.turn_to(self.train)

    @Slot(object)
    def _on_run_resumed(self, kept: KeptRun) -> None:
        self._session.launch(going_on(kept))
        self.book.turn_to(self.train)

    @Slot(object, int)
    def _on_go_on_wanted(self, folder: Path, step: int) -> None:
        workspace = self._session.workspace
        self._onward.start(lambda _: beginning_with(open_run(folder), step, workspace))

    @Slot(object)
    def _on_workspace_moved(self, folder: Path) -> None:
        self._session.workspace = folder
        self._window.settings.workspace = str(folder)
