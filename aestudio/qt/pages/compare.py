"""The Compare page: runs and PCA side by side, kept or in the middle of a race."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from aestudio.library.kept import KeptRun
from aestudio.library.lane import Lane
from aestudio.qt.drawing.view import View
from aestudio.qt.hint_page import HintPage
from aestudio.qt.running.contest import Contest
from aestudio.qt.running.loader import Opened
from aestudio.qt.theme import SPACE
from aestudio.qt.views.comparison_chart import ComparisonChart
from aestudio.qt.views.comparison_curves import ComparisonCurves
from aestudio.qt.views.comparison_grid import ComparisonGrid
from aestudio.qt.views.comparison_scatter import ComparisonScatter
from aestudio.qt.views.comparison_table import ComparisonTable
from aestudio.qt.views.comparison_wipe import ComparisonWipe
from aestudio.training.events import Event

_EMPTY = (
    "Tick two runs on the Runs page, or race some variants:\nthey are compared here, with PCA beside them."
)
_DRAW_MS = 100  # what several lanes tell within it is drawn once


class ComparePage(QWidget):
    """Places the comparison's views, and hands each what it draws; nothing is drawn while nobody looks."""

    said = Signal(str)
    trouble = Signal(str)
    race_wanted = Signal()
    runs_wanted = Signal()
    report_wanted = Signal(tuple)  # of KeptRun

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.contest = Contest(self)
        self.grid, self.wipe = ComparisonGrid(), ComparisonWipe()
        self.table, self.curves = ComparisonTable(), ComparisonCurves()
        self.scatter, self.chart = ComparisonScatter(), ComparisonChart()
        self.views: tuple[View, ...] = (
            *(self.grid, self.wipe, self.table, self.curves),
            *(self.scatter, self.chart),
        )
        self._stale: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=_DRAW_MS)
        self._soon.timeout.connect(self._on_soon)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        upper = QSplitter(Qt.Orientation.Horizontal)
        upper.addWidget(self.grid)
        upper.addWidget(self.wipe)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Figures, curves, latent spaces, trade-offs")
        for view in (self.table, self.curves, self.scatter, self.chart):
            self.tabs.addTab(view, view.title)
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(upper)
        whole.addWidget(self.tabs)
        for splitter, sizes in ((upper, (3, 1)), (whole, (5, 4))):
            splitter.setHandleWidth(SPACE // 2)
            splitter.setChildrenCollapsible(False)
            for place, stretch in enumerate(sizes):
                splitter.setStretchFactor(place, stretch)
            splitter.setSizes([320 * size for size in sizes])
        self.report = _button("Save Report…", "One HTML file with all of this, to hand in or to mail", self)
        self.report.clicked.connect(self._on_report)
        self.tabs.setCornerWidget(_row(self.report, self._race_button()))
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self._empty())
        self.stack.addWidget(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    def _empty(self) -> QWidget:
        runs = _button("Choose Runs", "Open the Runs page, where runs are ticked (Ctrl+4)", self)
        runs.clicked.connect(self.runs_wanted)
        return HintPage(_EMPTY, _row(runs, self._race_button()), self)

    def _race_button(self) -> QPushButton:
        tip = "Train two to six variants in lockstep on the same batches (Ctrl+Shift+R)"
        race = _button("Race…", tip, self)
        race.clicked.connect(self.race_wanted)
        return race

    @Slot()
    def _on_report(self) -> None:
        if self.contest.runs:
            self.report_wanted.emit(self.contest.runs)

    def _connect(self) -> None:
        contest = self.contest
        contest.images_changed.connect(self._on_images_changed)
        contest.maps_changed.connect(self._on_maps_changed)
        contest.courses_changed.connect(self._on_courses_changed)
        contest.figures_changed.connect(self._on_figures_changed)
        contest.trouble.connect(self.trouble)
        contest.said.connect(self.said)
        self.grid.order_changed.connect(contest.order)
        self.grid.row_chosen.connect(self._on_row_chosen)
        self.grid.cells.window_changed.connect(self.wipe.show_window)
        self.wipe.wipe.window_changed.connect(self.wipe.show_window)
        self.wipe.wipe.window_changed.connect(self.grid.cells.show_window)
        self.scatter.picked.connect(self._on_picked)
        for view in self.views:
            view.told.connect(self.said)

    # --------------------------------------------------------------------------------- what it is told

    @Slot(object)
    def set_data(self, opened: Opened) -> None:
        """Other data are open: what was compared on the old ones is no more."""
        self.contest.forget()
        self._know(opened)

    def show_runs(self, runs: Sequence[KeptRun], opened: Opened) -> None:
        """Compare two to six kept runs of the open data."""
        self._know(opened)
        self.grid.order.setCurrentIndex(0)
        self.grid.order.setEnabled(True)
        self.contest.show_runs(runs, opened)

    @Slot(object)
    def begin(self, lanes: Sequence[Lane]) -> None:
        """Lanes are about to be trained."""
        self.grid.order.setCurrentIndex(0)
        self.grid.order.setEnabled(False)  # which images are worst is known when the weights rest
        self.contest.begin(lanes)

    @Slot(object)
    def told(self, event: Event) -> None:
        """What any lane tells."""
        self.contest.told(event)

    def close_work(self) -> None:
        """Wait for what is computed in the background."""
        self._soon.stop()
        self.contest.close()

    def _know(self, opened: Opened) -> None:
        if self.contest.opened is not opened:
            self.contest.opened = opened
            self.grid.set_test_images(opened.test_images, opened.test_labels, opened.data.classes)
            self.scatter.set_test_images(opened.test_images, opened.test_labels, opened.data.classes)

    # ---------------------------------------------------------------------------------------- drawing

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def _wait_for(self, what: str) -> None:
        self._stale.add(what)
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _on_images_changed(self) -> None:
        self._wait_for("images")

    @Slot()
    def _on_maps_changed(self) -> None:
        self._wait_for("maps")

    @Slot()
    def _on_courses_changed(self) -> None:
        self._wait_for("courses")

    @Slot()
    def _on_figures_changed(self) -> None:
        self._wait_for("figures")

    @Slot()
    def _on_soon(self) -> None:
        if self.isVisible():
            self._draw()

    def _draw(self) -> None:
        """Draw what has changed since the last time."""
        contest, stale = self.contest, self._stale
        self._stale = set()
        self.stack.setCurrentIndex(1 if contest.sides else 0)
        self.report.setEnabled(bool(contest.runs))
        if "images" in stale:
            self.grid.show_sides(contest.sides, contest.shown)
            self.wipe.show_sides(contest.sides, contest.shown)
            self.wipe.show_row(max(0, self.grid.cells.current))
            if self.scatter.chosen < 0:
                self.scatter.choose(self.grid.position)
        if "maps" in stale:
            self.scatter.show_sides(contest.sides, contest.mapped)
        if "courses" in stale:
            self.curves.show_sides(contest.sides, contest.courses, contest.floors)
        if "figures" in stale:
            self.table.show_rows(contest.rows, contest.note)
            self.chart.show_rows(contest.rows)

    @Slot(int)
    def _on_row_chosen(self, row: int) -> None:
        self.wipe.show_row(max(0, row))
        self.scatter.choose(self.grid.position)

    @Slot(int)
    def _on_picked(self, position: int) -> None:
        """A point was clicked: its image is marked in every plane, and shown in the grid."""
        self.scatter.choose(position)
        self.grid.order.setCurrentIndex(0)
        self.grid.cells.current = 0
        self.contest.show_first(position)


def _button(text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setToolTip(tip)
    return button


def _row(*buttons: QPushButton) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(SPACE // 2, 0, SPACE, 0)
    line.setSpacing(SPACE)
    for button in buttons:
        line.addWidget(button)
    return row
