"""The Runs page: every run of the workspace in a table, what is known of the chosen one, and the queue.

A page and not a dock: a thousand runs with their pictures want the whole width, and a run that is opened is
looked at on the other pages anyway.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from aestudio.qt.bars.offer import Offer
from aestudio.qt.own_undo import OwnUndo
from aestudio.qt.shelf.actions import RunActions
from aestudio.qt.shelf.deeds import Deeds
from aestudio.qt.shelf.details import Details
from aestudio.qt.shelf.doing import Doing
from aestudio.qt.shelf.empty import Empty
from aestudio.qt.shelf.head import Head
from aestudio.qt.shelf.listing import Listing
from aestudio.qt.shelf.queue_panel import QueuePanel
from aestudio.qt.shelf.shelf import Shelf
from aestudio.qt.shelf.table import RunsTable
from aestudio.qt.theme import SPACE
from aestudio.spec.run import RunSpec


class RunsPage(QWidget):
    """Places the list, the details and the queue, and joins them with what is done on disk."""

    opened = Signal(object)  # KeptRun
    resume_wanted = Signal(Path)
    compare_wanted = Signal(tuple)  # of Path
    moved = Signal(Path, Path)  # a run that lay in the first lies in the second
    duplicate_wanted = Signal(object)  # RunSpec
    pack_wanted = Signal(Path)
    explore_wanted = Signal(Path)
    workspace_chosen = Signal(Path)
    said = Signal(str)
    trouble = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shelf, self.deeds = Shelf(self), Deeds(self)
        self.actions_ = RunActions(self)
        self.head = Head(self.actions_, self)
        self.deleted = Offer("Deleted", [self.actions_.undo], self)
        self.broken = Offer("Workspace", [self.actions_.choose], self, closable=False)
        self.table, self.details, self.queue = RunsTable(self), Details(self), QueuePanel(self)
        self.actions_.keep_delete_to(self.table)
        self.empty = Empty(self)
        self.stack = QStackedWidget(self)
        self.right = _splitter(Qt.Orientation.Vertical, self.details, self.queue)
        self.columns = _splitter(Qt.Orientation.Horizontal, self.stack, self.right)
        self.doing = Doing(self.actions_, self.table, self.deeds, self.shelf, self.queue, self)
        self._read_only = False
        OwnUndo(self, lambda: self.deeds.undo if self.deeds.can_undo else None)
        self._lay_out()
        self._connect_parts()
        self._enable()

    # --------------------------------------------------------------------------------- for the window

    def use_workspace(self, folder: Path) -> None:
        """Show the runs in ``folder`` from now on."""
        self.deeds.use(folder)
        self.queue.use(folder)
        self.deleted.hide()
        self.broken.hide()
        self.table.runs.set_ticked(())
        self.head.show_workspace(folder)
        self.shelf.use(folder, binned=self.actions_.show_bin.isChecked())

    def set_recent(self, folders: list[Path]) -> None:
        """Offer these workspaces in the menu."""
        self.head.set_recent(folders)

    @property
    def workspace(self) -> Path:
        """The folder whose runs are shown."""
        return self.shelf.folder

    @Slot()
    def refresh(self) -> None:
        """Look at the disk now: a run has begun, rests, or is gone."""
        self.shelf.refresh()

    def enqueue(self, run: RunSpec) -> None:
        """Ask with how many seeds a run shall be trained, and queue it."""
        self.doing.enqueue(run)

    def close_readers(self) -> None:
        """Keep what was written, stop reading, and wait."""
        self.details.keep()
        self.shelf.close()
        self.deeds.close()
        self.table.close_readers()
        self.details.close_readers()
        self.queue.close_readers()

    # ----------------------------------------------------------------------------------------- making

    def _lay_out(self) -> None:
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        self.columns.setStretchFactor(0, 1)
        self.columns.setSizes([1096, 328])
        self.right.setSizes([480, 224])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.head, self.broken, self.deleted):
            column.addWidget(widget)
        column.addWidget(self.columns, 1)

    def _connect_parts(self) -> None:
        self.shelf.listed.connect(self._on_listed)
        self.shelf.trouble.connect(self._on_unreadable)
        for part in (self.deeds, self.queue, self.doing):
            part.said.connect(self.said)
            part.trouble.connect(self.trouble)
        self.deeds.changed.connect(self.shelf.refresh)
        self.deeds.discarded.connect(self._on_discarded)
        self.deeds.restored.connect(self.deleted.hide)
        self.deeds.moved.connect(self._on_moved)
        self.deeds.opened.connect(self.opened)
        self.doing.resume_wanted.connect(self.resume_wanted)
        self.doing.compare_wanted.connect(self.compare_wanted)
        self.doing.duplicate_wanted.connect(self.duplicate_wanted)
        self.doing.pack_wanted.connect(self.pack_wanted)
        self.doing.explore_wanted.connect(self.explore_wanted)
        for source in (self.doing, self.head):
            source.workspace_chosen.connect(self.workspace_chosen)
        self.head.filtered.connect(self._on_filtered)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self.actions_.open.trigger)
        self.table.customContextMenuRequested.connect(self._on_menu)
        self.table.runs.renamed.connect(self.deeds.rename)
        self.table.runs.ticks_changed.connect(self._on_chosen)
        self.table.runs.sort_asked.connect(self._on_sort_asked)
        self.details.note_changed.connect(self._on_note_changed)
        self.details.tags_changed.connect(self._on_tags_changed)
        self.empty.cleared.connect(self.head.clear_filter)
        self.actions_.tags.triggered.connect(self.details.edit_tags)
        self.actions_.note.triggered.connect(self.details.edit_note)
        self.actions_.find.triggered.connect(self.head.focus_filter)
        self.actions_.show_bin.toggled.connect(self._on_show_bin)

    # --------------------------------------------------------------------------------------- the list

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        self._read_only = listing.read_only
        self.table.runs.fixed = listing.read_only or self.shelf.shows_bin
        self.broken.hide()
        self.table.show_listing(listing)
        self.head.count(len(listing.rows), listing.total, read_only=listing.read_only)
        self.empty.explain(listing, binned=self.shelf.shows_bin)
        self.stack.setCurrentWidget(self.table if listing.rows else self.empty)
        self.queue.refresh()
        self.deeds.write_held()

    @Slot(str)
    def _on_unreadable(self, sentence: str) -> None:
        self.broken.offer(sentence[:1].upper() + sentence[1:])

    @Slot(str)
    def _on_filtered(self, text: str) -> None:
        self.shelf.ask(text=text)

    @Slot(str, bool)
    def _on_sort_asked(self, column: str, descending: bool) -> None:
        self.shelf.ask(column=column, descending=descending)

    @Slot()
    def _on_chosen(self) -> None:
        self._enable()
        fixed = self._read_only or self.shelf.shows_bin
        self.details.show_rows(self.table.rows(), fixed=fixed, unwritten=self.deeds.unwritten)

    def _enable(self) -> None:
        self.actions_.enable(
            self.table.rows(),
            len(self.table.runs.ticked),
            binned=self.shelf.shows_bin,
            read_only=self._read_only,
            can_undo=self.deeds.can_undo,
        )

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        menu = self.actions_.menu(binned=self.shelf.shows_bin)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.table.viewport().mapToGlobal(place))

    @Slot(tuple, str)
    def _on_discarded(self, folders: tuple[Path, ...], sentence: str) -> None:
        self.table.runs.forget(folders)
        self.deleted.offer(sentence)
        self._enable()

    @Slot(Path, Path)
    def _on_moved(self, old: Path, new: Path) -> None:
        self.table.runs.move(old, new)
        self.details.follow(old, new)
        self.moved.emit(old, new)

    @Slot(bool)
    def _on_show_bin(self, shown: bool) -> None:
        self.deleted.hide()
        self.shelf.use(self.shelf.folder, binned=shown)
        self.head.show_workspace(self.shelf.folder, binned=shown)

    @Slot(Path, str)
    def _on_note_changed(self, folder: Path, note: str) -> None:
        self.deeds.change(folder, note=note)

    @Slot(Path, tuple)
    def _on_tags_changed(self, folder: Path, tags: tuple[str, ...]) -> None:
        self.deeds.change(folder, tags=tags)

    # ------------------------------------------------------------------------------------ Qt's events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shelf.watch(seen=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.details.keep()
        self.shelf.watch(seen=False)


def _splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(SPACE // 2)
    splitter.setChildrenCollapsible(False)
    for widget in widgets:
        splitter.addWidget(widget)
    return splitter
