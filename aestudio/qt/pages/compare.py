"""The Compare page: runs side by side, live while they race and whole when they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from aestudio.library.kept import KeptRun
from aestudio.library.lane import Lane
from aestudio.qt.bars.banner import Banner
from aestudio.qt.drawing.live_race import LiveRace
from aestudio.qt.drawing.racers import Curve, Racer
from aestudio.qt.drawing.view import View
from aestudio.qt.running.background import Background
from aestudio.qt.running.comparing import ORDERS, PINNED, Gathered, gathering
from aestudio.qt.running.loader import Opened
from aestudio.qt.theme import SPACE
from aestudio.qt.views.comparison_curves import ComparisonCurves
from aestudio.qt.views.comparison_grid import ComparisonGrid
from aestudio.qt.views.comparison_metrics import ComparisonMetrics
from aestudio.qt.views.comparison_scatters import ComparisonScatters
from aestudio.qt.views.comparison_table import ComparisonTable
from aestudio.qt.views.comparison_wipe import ComparisonWipe
from aestudio.training.events import Event, Snapshot

if TYPE_CHECKING:
    from aestudio.evaluation.comparison import Row

_HINT = (
    "Set runs side by side: tick some of them on the Runs page,\n"
    "or race two to six variants on the same batches."
)


class ComparePage(QWidget):
    """Places the views, and hands each what it draws."""

    race_wanted = Signal()
    runs_wanted = Signal()
    report_wanted = Signal(tuple)  # of KeptRun
    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner(self)
        self.grid, self.wipe, self.table = ComparisonGrid(), ComparisonWipe(), ComparisonTable()
        self.curves, self.scatters = ComparisonCurves(), ComparisonScatters()
        self.metrics = ComparisonMetrics()
        self.views: tuple[View, ...] = (
            *(self.grid, self.table, self.curves, self.scatters, self.wipe, self.metrics),
        )
        self._live = LiveRace(())
        self.gathered: Gathered | None = None
        self._place = 0
        self._worker = Background(self)
        self._worker.done.connect(self._on_gathered)
        self._worker.failed.connect(self._on_failed)
        self._worker.told.connect(self._on_told)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        for view in self.views[1:]:
            self.tabs.addTab(view, view.title)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.addWidget(self.grid)
        self.splitter.addWidget(self.tabs)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self._empty())
        self.stack.addWidget(self.splitter)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setFixedHeight(SPACE // 2)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Comparing")
        self.progress.hide()
        self.report = QPushButton("Save Report…", self)
        self.report.setToolTip("One HTML file with all of this in it, to hand in or to mail")
        self.report.setEnabled(False)
        race = QPushButton("Race…", self)
        race.setToolTip("Train two to six variants in lockstep on the same batches (Ctrl+Shift+R)")
        race.clicked.connect(self.race_wanted)
        self.what = QLabel(self)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE, SPACE, SPACE, SPACE // 2)
        head.setSpacing(SPACE)
        head.addWidget(self.what, 1)
        head.addWidget(self.report)
        head.addWidget(race)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.stack, 1)

    def _empty(self) -> QWidget:
        page = QWidget(self)
        hint = QLabel(_HINT, page)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint.setForegroundRole(hint.palette().ColorRole.PlaceholderText)
        runs, race = QPushButton("Choose Runs", page), QPushButton("Race…", page)
        runs.setToolTip("Open the Runs page, where runs are ticked")
        race.setToolTip("Train two to six variants in lockstep on the same batches")
        runs.clicked.connect(self.runs_wanted)
        race.clicked.connect(self.race_wanted)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(runs)
        row.addWidget(race)
        row.addStretch(1)
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(hint)
        column.addSpacing(SPACE)
        column.addLayout(row)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        for name in ORDERS:
            self.grid.order.addItem(name)
        self.grid.order.currentIndexChanged.connect(self._on_order_changed)
        self.grid.chosen.connect(self._on_chosen)
        self.scatters.picked.connect(self._on_picked)
        self.report.clicked.connect(self._on_report)
        for view in self.views:
            view.told.connect(self.said)

    # ----------------------------------------------------------------------------------- kept runs

    def show_runs(self, runs: Sequence[KeptRun], opened: Opened) -> None:
        """Compare these on the open data, in the background."""
        self._live = LiveRace(())
        self.banner.hide()
        self._note(f"{len(runs)} runs on {opened.data.name}")
        self._worker.start(gathering(runs, opened.data))
        self.progress.setValue(0)
        self.progress.show()

    @Slot(float, str)
    def _on_told(self, share: float, doing: str) -> None:
        self.progress.setValue(round(1000 * share))
        self.said.emit(f"Comparing: {doing}…")

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.progress.hide()
        self.banner.show_trouble(sentence)

    @Slot(object)
    def _on_gathered(self, gathered: Gathered) -> None:
        self.progress.hide()
        self.gathered, self._place = gathered, 0
        self.stack.setCurrentWidget(self.splitter)
        self.report.setEnabled(True)
        racers = self._racers(gathered)
        self.table.show_comparison(gathered.comparison, racers)
        self.metrics.show_comparison(gathered.comparison, racers)
        columns = gathered.columns
        self.scatters.show_scatters(
            racers, [c.points for c in columns], [c.axes for c in columns], gathered.labels
        )
        self.curves.show_curves(
            [_curve(run, racer) for run, racer in zip(gathered.runs, racers, strict=False)],
            [
                _floor(row)
                for row in gathered.comparison.rows
                if not row.run_ids and row.figures.get("test_mse")
            ],
        )
        self._on_order_changed()
        self.said.emit(f"Compared {len(gathered.runs)} runs")

    def _racers(self, gathered: Gathered) -> list[Racer]:
        count = len(gathered.runs)
        return [
            Racer(column.run_id, column.name, place if place < count else -1)
            for place, column in enumerate(gathered.columns)
        ]

    @Slot()
    def _on_order_changed(self) -> None:
        if self.gathered is None:
            return
        order = self.gathered.orders[self.grid.order.currentText() or PINNED]
        pictures = self.gathered.pictures[:, order]
        self.grid.show_pictures(self._racers(self.gathered), self.gathered.clean[order], pictures)
        self._on_chosen(0)

    @Slot(int)
    def _on_chosen(self, place: int) -> None:
        """An image of the grid was chosen: it is shown large, and ringed in every latent space."""
        self._place = place
        self.grid.show_chosen(place)
        if self.gathered is not None and not self._live.lanes:
            index = self.gathered.orders[self.grid.order.currentText() or PINNED][place]
            self.scatters.mark(int(self.gathered.positions[index]))
            images = [self.gathered.clean[index], *self.gathered.pictures[:, index]]
            self.wipe.show_image(self._racers(self.gathered), np.stack(images))
        elif self._live.lanes:
            self._wipe_live()

    @Slot(int)
    def _on_picked(self, position: int) -> None:
        """A point was clicked: its image is ringed in every latent space, and shown where it was drawn."""
        self.scatters.mark(position)
        if self.gathered is None or self._live.lanes:
            return
        order = self.gathered.orders[self.grid.order.currentText() or PINNED]
        found = np.flatnonzero(self.gathered.positions[order] == position)
        if len(found):
            self._on_chosen(int(found[0]))

    @Slot()
    def _on_report(self) -> None:
        if self.gathered is not None:
            self.report_wanted.emit(self.gathered.runs)

    # -------------------------------------------------------------------------------------- a race

    @Slot(object)
    def begin(self, lanes: Sequence[Lane]) -> None:
        """A race begins; a single run is of no concern here."""
        if len(lanes) < 2:
            return
        self._worker.cancel()
        self.progress.hide()
        self.gathered, self._place = None, 0
        self._live = LiveRace(lanes)
        for view in self.views:
            view.clear()
        self.stack.setCurrentWidget(self.splitter)
        self.report.setEnabled(False)
        self._note(f"A race of {len(lanes)}, on the same batches")

    @Slot(object)
    def told(self, event: Event) -> None:
        """An event of any lane."""
        self._live.note(event)
        if not isinstance(event, Snapshot) or event.run_id not in self._live.lanes or not self.isVisible():
            return
        if event.pictures:
            racers, clean, shown = self._live.pictures()
            self.grid.show_pictures(racers, clean, shown, f" · epoch {event.epoch:.2f}")
            self.curves.show_curves(self._live.curves(), self._live.floors)
            self._wipe_live()
        if event.scatter and self.tabs.currentWidget() is self.scatters:
            self.scatters.show_scatters(*self._live.scatters())

    def _wipe_live(self) -> None:
        racers, clean, shown = self._live.pictures()
        if len(clean) and self.tabs.currentWidget() is self.wipe:
            place = min(self._place, len(clean) - 1)
            self.wipe.show_image(racers, np.concatenate([clean[place : place + 1], shown[:, place]]))

    def _note(self, text: str) -> None:
        self.what.setText(text)

    def close_work(self) -> None:
        """Stop comparing, and wait for it."""
        self._worker.close()


def _curve(run: KeptRun, racer: Racer) -> Curve:
    card = run.card
    steps, mse = run.curves.steps.astype(np.float64), run.curves.mse.astype(np.float64)
    per_epoch = card.steps / max(card.epochs, 1)
    return Curve(racer, steps, mse, per_epoch, run.run.training.batch, card.seconds / max(card.step, 1))


def _floor(row: Row) -> tuple[str, float]:
    return row.name, float(row.figures["test_mse"] or 0)
