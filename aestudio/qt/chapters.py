"""Which pages there are, and how they pass work to each other; each is made when it is first needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from aestudio.library.lane import Lane
from aestudio.library.place import default_workspace
from aestudio.qt import menus
from aestudio.qt.book import Book
from aestudio.qt.onward import Onward
from aestudio.qt.running.piecemeal import Piecemeal
from aestudio.spec.run import RunSpec

if TYPE_CHECKING:
    from aestudio.library.kept import KeptRun
    from aestudio.qt.pages.compare import ComparePage
    from aestudio.qt.pages.latent import LatentPage
    from aestudio.qt.pages.pictures import PicturesPage
    from aestudio.qt.pages.runs import RunsPage
    from aestudio.qt.recovery import Recovery
    from aestudio.qt.shelf.turns import Turns
    from aestudio.qt.window import Window


class Chapters(QObject):
    """Makes the pages of a window, and wires each to the session and to the others."""

    ready = Signal()  # everything is made

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self.runs_page: RunsPage | None = None
        self._turns: Turns | None = None
        self._compare: ComparePage | None = None
        self.latent_page: LatentPage | None = None
        self.pictures_page: PicturesPage | None = None
        self.recovery: Recovery | None = None
        self.book = Book(window)
        self.train = self.book.add("Train", "play", "Build, train and watch (Ctrl+1)", self._train_page)
        self.compare = self.book.add(
            "Compare", "compare", "Runs side by side, and races (Ctrl+2)", self._make_compare
        )
        self.latent = self.book.add(
            "Latent",
            "scatter",
            "Walk through a run's latent space, draw new images (Ctrl+3)",
            self._make_latent,
        )
        self.runs = self.book.add(
            "Runs", "layers", "Everything that was trained, kept by itself (Ctrl+4)", self._make_runs
        )
        self.pictures = self.book.add(
            "Pictures", "image", "Denoise and compress your own pictures (Ctrl+5)", self._make_pictures
        )
        self.book.turn_to(self.train)
        self._making = Piecemeal(self._makings(), self)
        self._making.ended.connect(self.ready)
        self._onward = Onward(self._session, window)
        self._onward.opened.connect(self._on_runs_opened)
        window.page.timeline.go_on_wanted.connect(self._onward.begin_with)
        self._session.began.connect(window.page.transport.knobs.allow)  # after the bar has made them
        window.races.begun.connect(self._on_race_begun)
        window.races.ended.connect(self._onward.open_measured)

    @Slot()
    def make_ready_soon(self) -> None:
        """Make what the first paint did not need, a piece at a time, and tell when it is :attr:`ready`.

        In one piece it held the window up for 0.4 s: no press was answered, and no second paint came.
        """
        self._making.begin()

    def make_ready(self) -> None:
        """The same at once."""
        self._making.do_all()

    def _makings(self) -> Iterator[None]:
        """Piece by piece, so that the palette knows what it can do."""
        menus.fill_charts(self._window.commands, self._window)
        yield
        for place in (self.compare, self.latent, self.runs, self.pictures):
            self.book.page(place)
            yield
        self._make_recovery()

    def _make_recovery(self) -> None:
        from aestudio.qt.recovered import recovery_of

        self.recovery = recovery_of(self._window)
        self.recovery.resume_wanted.connect(self.resume)
        self.recovery.trouble.connect(self._session.trouble)
        self.book.add_above(self.recovery.bar)
        self.recovery.begin()
        for changed in (self.book.turned, self._session.kept, self._session.trainer.state_changed):
            changed.connect(self.recovery.note)
        if self.pictures_page:
            self.pictures_page.files_changed.connect(self.recovery.note)

    def close(self) -> None:
        """Stop what the pages do in the background, and wait for it."""
        self._making.stop()
        if self.recovery:
            self.recovery.close()
        self._onward.close()
        if self._turns:
            self._turns.close()
        if self.runs_page:
            self.runs_page.close_readers()
        if self._compare:
            self._compare.close_work()
        if self.latent_page:
            self.latent_page.close_work()
        if self.pictures_page:
            self.pictures_page.close_work()

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

    def _make_latent(self) -> QWidget:
        from aestudio.qt.pages.latent import LatentPage

        page = self.latent_page = LatentPage(self._window)
        page.said.connect(self._window.status.say)
        page.trouble.connect(self._session.trouble)
        page.train_wanted.connect(self._on_train_wanted)
        self._session.opened.connect(page.set_data)
        self._session.reopened.connect(self._on_view_changed)
        self._session.trainer.rested.connect(self._on_view_changed)
        page.use(self._session.workspace or default_workspace())
        if self._session.data:
            page.set_data(self._session.data)
        menus.fill_latent(self._window.commands, page.actions_.all)
        return page

    def _make_runs(self) -> QWidget:
        from aestudio.qt.pages.runs import RunsPage
        from aestudio.qt.shelf.turns import Turns

        page = self.runs_page = RunsPage(self._window)
        page.said.connect(self._window.status.say)
        page.trouble.connect(self._session.trouble)
        page.opened.connect(self._on_run_opened)
        page.resume_wanted.connect(self.resume)
        page.compare_wanted.connect(self._on_compare_wanted)
        page.moved.connect(self._on_moved)
        page.duplicate_wanted.connect(self._on_duplicate_wanted)
        page.pack_wanted.connect(self._onward.pack)
        page.explore_wanted.connect(self._on_explore_wanted)
        page.workspace_chosen.connect(self.use_workspace)
        self._turns = Turns(page.queue, self._session)
        self._session.kept.connect(page.refresh)
        self._session.trainer.state_changed.connect(page.refresh)
        self._session.trainer.rested.connect(page.refresh)
        menus.fill_runs(self._window.commands, [*page.actions_.all, *page.queue.actions_])
        page.set_recent(list(map(Path, self._window.settings.workspaces)))
        page.use_workspace(self._session.workspace or default_workspace())
        return page

    def _make_pictures(self) -> QWidget:
        from aestudio.qt.pages.pictures import PicturesPage

        page = self.pictures_page = PicturesPage(self._window)
        page.said.connect(self._window.status.say)
        page.trouble.connect(self._session.trouble)
        self._session.trainer.rested.connect(page.trained.refresh)
        page.trained.use(self._session.workspace or default_workspace())
        menus.fill_pictures(self._window.commands, page.actions_.all)
        return page

    def show_pictures(self, paths: list[Path]) -> None:
        """Open the Pictures page with these files and folders."""
        self.book.turn_to(self.pictures)
        if self.pictures_page:
            self.pictures_page.add_files(paths)

    @Slot()
    def _on_train_wanted(self) -> None:
        self.book.turn_to(self.train)

    @Slot()
    def _on_view_changed(self) -> None:
        """The run on view is the one to explore."""
        if self.latent_page:
            self.latent_page.offer(self._session.folder)

    @Slot(Path)
    def _on_explore_wanted(self, folder: Path) -> None:
        self.book.turn_to(self.latent)
        if self.latent_page:
            self.latent_page.show_run(folder)

    @Slot()
    def _on_runs_wanted(self) -> None:
        self.book.turn_to(self.runs)

    @Slot(tuple)
    def _on_compare_wanted(self, folders: tuple[Path, ...]) -> None:
        self.book.turn_to(self.compare)
        self._onward.open(folders)

    @Slot(Path, Path)
    def _on_moved(self, old: Path, new: Path) -> None:
        """A run has got another folder: whoever knows it by its old one is told."""
        folders = self._session.folders
        folders.update({run_id: new for run_id, folder in folders.items() if folder == old})
        if self._window.page.timeline.reel.folder == old:
            self._window.page.timeline.set_folder(new)
        if self._compare:
            self._compare.contest.move(old, new)
        if self.latent_page:
            self.latent_page.move_run(old, new)
        if self.pictures_page:
            self.pictures_page.trained.move(old, new)

    @Slot(object)
    def _on_runs_opened(self, runs: tuple[KeptRun, ...]) -> None:
        if self._compare and self._session.data and runs:
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

    @Slot(Path)
    def resume(self, folder: Path) -> None:
        """Go on with the run in a folder."""
        self._onward.resume(folder)
        self.book.turn_to(self.train)

    @Slot(object)
    def _on_duplicate_wanted(self, run: RunSpec) -> None:
        self._session.document.load(run)
        self.book.turn_to(self.train)

    @Slot(Path)
    def use_workspace(self, folder: Path) -> None:
        """Keep runs there from now on, and list those that are there."""
        self._session.workspace = folder
        self._window.settings.note_workspace(str(folder))
        if self.runs_page:
            self.runs_page.set_recent(list(map(Path, self._window.settings.workspaces)))
            self.runs_page.use_workspace(folder)
        if self.latent_page:
            self.latent_page.use(folder)
        if self.pictures_page:
            self.pictures_page.trained.use(folder)
