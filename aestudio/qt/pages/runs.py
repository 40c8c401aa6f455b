"""The Runs page: everything that was trained, to find again, to go on with, and to compare."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from aestudio.qt.bars.banner import Banner
from aestudio.qt.labels import ElidedLabel
from aestudio.qt.library.actions import make_actions
from aestudio.qt.library.details import Details
from aestudio.qt.library.errands import Errands
from aestudio.qt.library.shelf import Shelf
from aestudio.qt.library.table import NAME, Filtered, RunsModel, Shown
from aestudio.qt.theme import SPACE, icon

_ROW = 3 * SPACE
_EMPTY = "Nothing is kept here yet.\nWhatever you train appears in this list by itself."


class RunsPage(QWidget):
    """A table of the workspace's runs, and beside it what is told of one of them."""

    opened = Signal(object)  # KeptRun: to be looked at on the Train page
    resumed = Signal(object)  # KeptRun: to go on
    compared = Signal(tuple)  # of KeptRun
    said = Signal(str)

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shelf = Shelf(folder, self)
        self.model = RunsModel(self)
        self.filtered = Filtered(self.model, self)
        self.banner = Banner(self)
        self.table = _table(self.filtered, self)
        self.details = Details(self)
        self.empty = QLabel(_EMPTY, self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setForegroundRole(self.empty.palette().ColorRole.PlaceholderText)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Find by name, tag, data or state (Ctrl+F)")
        self.search.setAccessibleName("Find runs")
        self.search.setToolTip("Shows the runs that hold every word you type")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.filtered.search)
        self.where = ElidedLabel(self)
        self.acts: dict[str, QAction] = make_actions(self)
        self.errands = Errands(self.shelf, self)
        self.errands.said.connect(self.said)
        self._lay_out()
        self._connect()
        self._on_selection_changed()

    def actions_(self) -> list[QAction]:
        """What can be done here, for the menus and the palette."""
        return list(self.acts.values())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        head.setSpacing(SPACE)
        head.addWidget(self.search, 1)
        for name in ("open", "resume", "compare"):
            button = QPushButton(self)
            action = self.acts[name]
            button.setText(action.text().replace("&", ""))
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            action.enabledChanged.connect(button.setEnabled)
            button.setEnabled(action.isEnabled())
            head.addWidget(button)
        more = QToolButton(self)
        more.setIcon(icon("more"))
        more.setAutoRaise(True)
        more.setToolTip("Rename, copy, delete, export, import, and which workspace is shown")
        more.setAccessibleName("More that can be done to runs")
        more.setMenu(self._menu())
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        head.addWidget(more)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.table)
        left = QWidget(self)
        below = QVBoxLayout(left)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addLayout(head)
        below.addWidget(self.stack, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        foot.addWidget(self.where)
        below.addLayout(foot)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.splitter, 1)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addActions(self.actions_())
        return menu

    def _connect(self) -> None:
        self.shelf.listed.connect(self._on_listed)
        self.shelf.opened.connect(self._on_opened)
        self.shelf.trouble.connect(self.banner.show_trouble)
        self.shelf.said.connect(self.said)
        self.shelf.undo_changed.connect(self.acts["undo"].setEnabled)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.table.doubleClicked.connect(self.acts["open"].trigger)
        self.table.customContextMenuRequested.connect(self._on_menu)
        self.model.dataChanged.connect(self._on_selection_changed)
        self.details.noted.connect(self._on_noted)
        self.details.tagged.connect(self._on_tagged)
        slots = {
            "open": self._on_open,
            "resume": self._on_resume,
            "compare": self._on_compare,
            "rename": self.errands.rename,
            "duplicate": self.errands.duplicate,
            "delete": self.errands.delete,
            "undo": self.shelf.undo_discard,
            "export": self.errands.export,
            "import": self.errands.take_in,
            "reveal": self.errands.reveal,
            "copy": self.errands.copy_command,
            "workspace": self.errands.choose_workspace,
        }
        for name, slot in slots.items():
            self.acts[name].triggered.connect(slot)
        find = QAction("Find Runs", self)
        find.setShortcut(QKeySequence.StandardKey.Find)
        find.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.triggered.connect(self._on_find)
        self.addAction(find)

    # ------------------------------------------------------------------------------- what is chosen

    @property
    def chosen(self) -> tuple[Shown, ...]:
        """The selected runs, in the order of the list."""
        rows = sorted(self.table.selectionModel().selectedRows(), key=lambda index: index.row())
        return tuple(self.model.run(self.filtered.mapToSource(index).row()) for index in rows)

    @Slot(tuple)
    def _on_listed(self, runs: tuple[Shown, ...]) -> None:
        before = {run.folder for run in self.chosen}
        self.model.show(runs)
        self.stack.setCurrentIndex(1 if runs else 0)
        self.where.say(f"{len(runs):,} runs in {self.shelf.workspace.folder}")
        for row in range(self.filtered.rowCount()):
            index = self.filtered.index(row, NAME)
            if self.model.run(self.filtered.mapToSource(index).row()).folder in before:
                flags = QItemSelectionModel.SelectionFlag
                self.table.selectionModel().select(index, flags.Select | flags.Rows)
        self._on_selection_changed()

    @Slot()
    def _on_selection_changed(self, *_: QItemSelection) -> None:
        chosen = self.chosen
        whole = [run for run in chosen if run.entry.card]
        one = len(chosen) == 1 and len(whole) == 1
        can_go_on = one and chosen[0].stage in ("interrupted", "paused", "stopped", "done")
        compared = self._to_compare()
        for name, able in {
            "open": one,
            "resume": can_go_on,
            "compare": 2 <= len(compared) <= 8,
            "rename": one,
            "duplicate": one,
            "delete": bool(chosen),
            "export": bool(whole),
            "reveal": len(chosen) == 1,
            "copy": bool(whole),
        }.items():
            self.acts[name].setEnabled(able)
        self.details.show_run(chosen[0] if len(chosen) == 1 else None)
        self.errands.concern(chosen, self._to_compare())

    def _to_compare(self) -> tuple[Path, ...]:
        """The ticked runs, or the selected ones where fewer than two are ticked."""
        if len(self.model.ticked) >= 2:
            return self.model.ticked
        return tuple(run.folder for run in self.chosen if run.entry.card)

    # ---------------------------------------------------------------------------------- what is done

    @Slot()
    def refresh(self) -> None:
        """Read the list anew, soon."""
        self.shelf.refresh_soon()

    @Slot()
    def _on_open(self) -> None:
        if self.acts["open"].isEnabled():
            self.shelf.open([self.chosen[0].folder], "open")

    @Slot()
    def _on_resume(self) -> None:
        self.shelf.open([self.chosen[0].folder], "resume")

    @Slot()
    def _on_compare(self) -> None:
        self.shelf.open(self._to_compare(), "compare")

    @Slot(tuple)
    def _on_opened(self, runs: tuple[object, ...]) -> None:
        self.banner.hide()
        if self.shelf.purpose == "compare":
            self.compared.emit(runs)
        elif self.shelf.purpose == "resume":
            self.resumed.emit(runs[0])
        else:
            self.opened.emit(runs[0])

    @Slot()
    def _on_find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    @Slot(str)
    def _on_noted(self, text: str) -> None:
        if len(self.chosen) == 1:
            self.shelf.change(self.chosen[0].folder, note=text)

    @Slot(str)
    def _on_tagged(self, text: str) -> None:
        if len(self.chosen) == 1:
            self.shelf.change(self.chosen[0].folder, tags=tuple(text.split()))

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        self._menu().popup(self.table.viewport().mapToGlobal(place))


def _table(model: Filtered, parent: QWidget) -> QTableView:
    table = QTableView(parent)
    table.setModel(model)
    table.setAccessibleName("Runs")
    table.setSortingEnabled(True)
    table.sortByColumn(8, Qt.SortOrder.DescendingOrder)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setFrameShape(QTableView.Shape.NoFrame)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(_ROW)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setStretchLastSection(True)
    for place, width in enumerate((200, 88, 80, 72, 56, 88, 64, 96, 96)):
        table.setColumnWidth(place, width)
    return table
