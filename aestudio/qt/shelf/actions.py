"""Everything that can be done to runs, as actions: for keys, the context menu, buttons and the palette."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from aestudio.qt.commands import PageActions
from aestudio.qt.shelf.row import Row
from aestudio.qt.theme import icon


class RunActions(PageActions):
    """The page's actions. They know when they can be used; what they do is the page's."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        make = self._action
        self.open = make(
            "&Open", "folder", "Ctrl+Return", "Show the run: builder, views and timeline (Enter)"
        )
        self.resume = make("&Resume", "play", "Ctrl+R", "Go on where it was ended or interrupted (Ctrl+R)")
        self.compare = make("&Compare Ticked", "compare", "Ctrl+K", "Hold the ticked runs against each other")
        self.rename = make("Re&name", "", "F2", "Give the run another name, and its folder with it (F2)")
        self.duplicate = make(
            "&Duplicate and Change One Thing", "duplicate", "Ctrl+D", "Put its spec into the builder (Ctrl+D)"
        )
        self.tags = make("&Tags…", "", "Ctrl+T", "Edit the words to find it by (Ctrl+T)")
        self.note = make("N&ote…", "", "Ctrl+N", "Write down what it is about (Ctrl+N)")
        self.queue = make(
            "&Queue Again…", "plus", "Ctrl+Shift+Q", "Train it anew later, with one seed or with several"
        )
        self.delete = make("De&lete", "delete", "Delete", "Move to the bin (Delete); it can be brought back")
        self.undo = make("&Undo Delete", "undo", "", "Bring back what was deleted last (Ctrl+Z)")
        self.restore = make("Res&tore", "undo", "", "Bring the run back from the bin")
        self.show_bin = make("Show &Bin", "bin", "Ctrl+B", "List what was deleted (Ctrl+B)", ticks=True)
        self.export = make("&Export as Zip…", "save", "Ctrl+Shift+E", "Pack the runs into one file to share")
        self.pack = make(
            "Co&mpress Test Images…", "save", "Ctrl+Shift+M", "The open data's test images as one small file"
        )
        self.explore = make(
            "Explore &Latent Space", "scatter", "Ctrl+L", "Walk through what it has learnt (Ctrl+L)"
        )
        self.bring_in = make("&Import Zip…", "plus", "Ctrl+Shift+I", "Bring in runs that were exported")
        self.reveal = make("Open in &File Manager", "folder", "Ctrl+Shift+F", "Show the folder and its files")
        self.tick = make("Tic&k to Compare", "check", "", "Tick or untick the chosen runs (Space)")
        self.untick = make("Take All Ticks &Away", "", "", "Compare none of them")
        self.find = make(
            "&Filter", "search", QKeySequence.StandardKey.Find, "Show runs by name, tag or preset"
        )
        self.refresh = make("Look A&gain", "reset", "", "Read the workspace anew")
        self.choose = make("Choose &Workspace…", "folder", "", "List the runs of another folder")
        self.copy_resume = make("Copy Command: R&esume", "command", "", "The command that goes on with it")
        self.copy_compare = make(
            "Copy Command: Co&mpare", "command", "", "The command that compares the runs"
        )
        self.copy_race = make(
            "Copy Command: Train &Anew", "command", "", "The command that trains the same specs"
        )
        self.copy_export = make("Copy Command: E&xport", "command", "", "The command that packs the runs")
        self.copy_list = make("Copy Command: &List", "command", "", "The command that lists this workspace")

    def keep_delete_to(self, table: QWidget) -> None:
        """Its key is for runs where they are listed; elsewhere on the page it deletes other things."""
        self._page.removeAction(self.delete)
        table.addAction(self.delete)

    @property
    def copies(self) -> list[QAction]:
        """Those that copy a command."""
        return [self.copy_resume, self.copy_compare, self.copy_race, self.copy_export, self.copy_list]

    def enable(
        self, rows: Sequence[Row], ticked: int, *, binned: bool, read_only: bool, can_undo: bool
    ) -> None:
        """Allow what can be done to these chosen runs."""
        good = [row for row in rows if row.card]
        one, some = len(rows) == 1 and len(good) == 1, bool(good) and len(good) == len(rows)
        fixed, live = binned or read_only, not binned
        training = any(row.stage == "training" for row in rows)
        allowed = {
            **dict.fromkeys((self.open, self.duplicate, self.pack, self.explore), one and live),
            **dict.fromkeys((self.note, self.tags), one and not fixed),
            self.rename: one and not fixed and not training,
            self.resume: one and not fixed and rows[0].can_resume,
            self.queue: one and not fixed,
            self.delete: bool(rows) and not fixed and not training,
            self.restore: bool(rows) and binned and not read_only,
            **dict.fromkeys((self.export, self.copy_race, self.copy_export, self.tick), some and live),
            self.copy_resume: one and live and rows[0].can_resume,
            **dict.fromkeys(
                (self.compare, self.copy_compare), ticked > 1 or (some and live and len(rows) > 1)
            ),
            self.bring_in: not fixed,
            self.undo: can_undo,
            self.reveal: True,
            self.untick: ticked > 0,
        }
        for action, can in allowed.items():
            action.setEnabled(can)
        self.compare.setText(f"&Compare ({ticked} Ticked)" if ticked else "&Compare")

    def menu(self, *, binned: bool) -> QMenu:
        """What a click with the right button opens; whoever opens it deletes it."""
        menu = QMenu(self._page)
        menu.setToolTipsVisible(True)
        if binned:
            groups = [[self.restore], [self.reveal]]
        else:
            groups = [
                [self.open, self.resume, self.duplicate, self.queue],
                [self.tick, self.compare, self.explore],
                [self.rename, self.tags, self.note],
                [self.export, self.pack, self.reveal],
                [self.delete],
            ]
        for group in groups:
            menu.addActions(group)
            menu.addSeparator()
        copies = menu.addMenu(icon("command"), "Copy as Command")
        copies.addActions([action for action in self.copies if action.isEnabled()])
        return menu
