"""The Train page: the builder at the left, live views beside it, the transport bar below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from aestudio.qt.bars.doctor import DoctorStrip
from aestudio.qt.bars.timeline import Timeline
from aestudio.qt.bars.transport import TransportBar
from aestudio.qt.builder.panel import BuilderPanel
from aestudio.qt.drawing.view import View
from aestudio.qt.labels import heading
from aestudio.qt.running.checkup import Checkup
from aestudio.qt.running.loader import Opened
from aestudio.qt.running.session import Session
from aestudio.qt.running.trainer import State
from aestudio.qt.theme import SPACE
from aestudio.qt.views.reconstructions import Reconstructions
from aestudio.spec.outline import lay_out
from aestudio.training.events import EpochEnded, Finished, FloorsKnown, Kept, Pictures, Snapshot, Started

if TYPE_CHECKING:
    from aestudio.library.kept import KeptRun
    from aestudio.qt.views.latent_scatter import LatentScatter
    from aestudio.qt.views.losses import LossChart

CHARTS = ("Latent space", "Losses")
"""Their titles, which are there before they are."""

_MEASURES = 1.0  # seconds of training that tell how fast it is: the first steps are slow


class TrainPage(QWidget):
    """Places the views, and hands each what it draws.

    The scatter and the losses bring in pyqtgraph, which takes a quarter of a second: they are made after the
    first paint, or when they are first asked for, and their titles hold their places until then.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._seen = True
        self._looked: Snapshot | None = None  # the pins by the weights of the run on view, once it is over
        self.builder = BuilderPanel(session.document, self)
        self.reconstructions = Reconstructions()
        self._charts: tuple[LatentScatter, LossChart] | None = None
        self.checkup, self.doctor = Checkup(session, self), DoctorStrip(self)
        self.timeline = Timeline(self)
        self.transport = TransportBar(self)
        self.right = _splitter(Qt.Orientation.Vertical, *map(_held, CHARTS))
        self.columns = _splitter(Qt.Orientation.Horizontal, self.builder, self.reconstructions, self.right)
        self.columns.setCollapsible(0, True)
        self.columns.setStretchFactor(0, 0)
        self.columns.setStretchFactor(1, 1)
        self.columns.setStretchFactor(2, 1)
        self.columns.setSizes([384, 440, 456])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.columns, 1)
        column.addWidget(self.doctor)
        column.addWidget(self.timeline)
        column.addWidget(self.transport)
        self._connect()

    @property
    def scatter(self) -> LatentScatter:
        """The test images' codes."""
        return self.make_charts()[0]

    @property
    def chart(self) -> LossChart:
        """The loss curves."""
        return self.make_charts()[1]

    @property
    def views(self) -> tuple[View, ...]:
        """Everything that draws snapshots."""
        return self.reconstructions, *self.make_charts()

    def make_charts(self) -> tuple[LatentScatter, LossChart]:
        """The scatter and the losses, made now if they were not yet."""
        if self._charts is None:
            from aestudio.qt.views.latent_scatter import LatentScatter
            from aestudio.qt.views.losses import LossChart

            scatter, chart = self._charts = LatentScatter(), LossChart()
            for place, view in enumerate(self._charts):
                self._connect_view(view)
                held = self.right.widget(place)
                self.right.replaceWidget(place, view)
                if held is not None:
                    held.deleteLater()
            self.timeline.moment_changed.connect(chart.show_moment)
            scatter.picked.connect(self.reconstructions.pin)
            scatter.unpicked.connect(self.reconstructions.set_pins)
            scatter.show_pins(self.reconstructions.pins)
            self.reconstructions.pins_changed.connect(scatter.show_pins)
        return self._charts

    def set_seen(self, *, seen: bool) -> None:
        """Whether the window is on the screen; what nobody sees is not asked for."""
        self._seen = seen
        self._watch()

    def _connect(self) -> None:
        session, trainer, bar = self._session, self._session.trainer, self.transport
        session.opened.connect(self._on_opened)
        session.began.connect(bar.begin)
        session.waiting.connect(bar.show_waiting)
        session.looks.previewed.connect(self._on_previewed)
        session.looks.looked.connect(self._on_looked)
        trainer.state_changed.connect(bar.show_state)
        trainer.failed.connect(self._on_failed)
        trainer.started.connect(self._on_started)
        trainer.snapshot.connect(self._on_snapshot)
        trainer.readings.passed.connect(self._on_reading)
        trainer.epoch_ended.connect(self._on_epoch_ended)
        trainer.floors_known.connect(self._on_floors_known)
        trainer.finished.connect(self._on_finished)
        bar.train.clicked.connect(session.train_or_pause)
        bar.live_changed.connect(trainer.set_live)
        self.builder.chooser.failed.connect(session.trouble)
        self._connect_doctor()
        self.reconstructions.pins_changed.connect(session.pin)
        session.began.connect(self._on_began)
        session.kept.connect(self._on_kept)
        session.reopened.connect(self._on_reopened)
        self.timeline.shown.connect(self._on_shown)
        self.timeline.failed.connect(session.trouble)
        self._connect_view(self.reconstructions)

    def _connect_view(self, view: View) -> None:
        view.told.connect(self._session.said)
        view.seen.connect(self._watch)

    def _connect_doctor(self) -> None:
        session, strip = self._session, self.doctor
        self.checkup.found.connect(strip.show_findings)
        strip.mend_wanted.connect(self.checkup.mend)
        session.began.connect(strip.forget)
        session.document.changed.connect(strip.set_spec)
        strip.set_spec(session.document.spec)

    @Slot()
    def _watch(self) -> None:
        """Ask for pictures only while their view is visible."""
        pictures = self._seen and self.reconstructions.isVisible()
        scatter = self._seen and self._charts is not None and self._charts[0].isVisible()
        self._session.trainer.watch(pictures=pictures, scatter=scatter)

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        data = opened.data
        self._clear_views()
        self.timeline.clear()
        self.builder.set_data_shape(data.shape, len(data.train))
        self.scatter.set_test_images(opened.test_images, opened.test_labels, data.classes)
        self.reconstructions.set_test_images(opened.test_images, opened.test_labels, data.classes)

    @Slot(object)
    def _on_started(self, started: Started) -> None:
        self.transport.start(started)
        if started.run_id == self._session.on_view:
            for view in self.views:
                view.start(started)

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self.chart.draw(snapshot, figures=False)  # its curves grow whatever moment the other views show
        self.timeline.add(snapshot)

    @Slot(object)
    def _on_reading(self, snapshot: Snapshot) -> None:
        self.transport.draw(snapshot)
        self._tell_figures()

    def _tell_figures(self) -> None:
        for part in (self.chart, self.reconstructions, self.timeline):
            part.tell_figures()

    @Slot(object)
    def _on_shown(self, snapshot: Snapshot) -> None:
        comes_again = self.timeline.is_live and self._session.trainer.state is State.RUNNING
        self.reconstructions.draw(snapshot, figures=not comes_again)
        self.scatter.draw(snapshot)
        if self._looked and self.timeline.is_at_end:
            self.reconstructions.draw(self._looked)

    @Slot(object)
    def _on_previewed(self, pictures: Pictures) -> None:
        if self.timeline.is_at_end:
            self.reconstructions.preview(pictures)

    @Slot(object)
    def _on_looked(self, snapshot: Snapshot) -> None:
        """Drawn at the end of the timeline only: it is of no moment before."""
        self._looked = snapshot
        if self.timeline.is_at_end:
            self.reconstructions.draw(snapshot)

    @Slot()
    def _on_began(self) -> None:
        self._looked = None
        self.timeline.follow(self._session.trainer.focus, self._session.folder)

    @Slot(object)
    def _on_kept(self, kept: Kept) -> None:
        if kept.run_id == self._session.on_view:
            self.timeline.set_folder(kept.folder)

    @Slot(object)
    def _on_reopened(self, kept: KeptRun) -> None:
        """A kept run is to be looked at: its losses are drawn, and the timeline holds the rest.

        If it is the one that trains, the views follow it again.
        """
        from aestudio.qt.running.reopening import told_again

        trains = self._session.trainer.state is not State.IDLE
        if trains and self.timeline.follows(kept.id):
            self.timeline.go_live()  # it is in sight, with steps that are not on disk yet
            return
        self._clear_views()
        for event in told_again(kept):
            match event:
                case Started():
                    self.chart.start(event)
                case Snapshot():
                    self.chart.draw(event)
                case EpochEnded():
                    self.chart.epoch(event)
                case FloorsKnown():
                    self.chart.set_floors(event)
                case _:
                    pass
        if not trains:
            self.transport.clear()
        elif kept.id == self._session.trainer.focus:
            self.timeline.follow(kept.id, kept.folder)
            self._watch()  # a paused run makes a picture only when one is wanted
            return
        self.timeline.open(kept)

    def _clear_views(self) -> None:
        self._looked = None
        for view in self.views:
            view.clear()

    @Slot(object)
    def _on_epoch_ended(self, ended: EpochEnded) -> None:
        self.chart.epoch(ended)

    @Slot(object)
    def _on_floors_known(self, floors: FloorsKnown) -> None:
        self.chart.set_floors(floors)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.transport.fail(sentence)
        self._tell_figures()

    @Slot(object)
    def _on_finished(self, finished: Finished) -> None:
        self.transport.finish(finished)
        self._tell_figures()  # of its last snapshot
        run, opened = self._session.run, self._session.data
        measured = finished.seconds >= _MEASURES and finished.images_per_second > 0
        if finished.run_id == self._session.on_view and run and opened and measured:
            macs = lay_out(run.model, opened.data.shape).macs
            self.builder.set_speed(finished.images_per_second * macs)


def _held(title: str) -> QWidget:
    """A title where a view will be."""
    place = QWidget()
    row = QHBoxLayout(place)
    row.setContentsMargins(SPACE, SPACE, SPACE, 0)
    row.addWidget(heading(title), 0, Qt.AlignmentFlag.AlignTop)
    return place


def _splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(SPACE // 2)
    splitter.setChildrenCollapsible(False)
    for widget in widgets:
        splitter.addWidget(widget)
    return splitter
