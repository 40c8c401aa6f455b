"""The timeline: one slider that takes every view back to a moment of the run, while the run goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from aestudio.qt.bars.player import Player
from aestudio.qt.bars.track import Track
from aestudio.qt.labels import ElidedLabel
from aestudio.qt.running.reel import Reel
from aestudio.qt.theme import ICON, SPACE, Theme, icon, small_font, theme, theme_source
from aestudio.spec.words import time_text
from aestudio.training.events import Snapshot

if TYPE_CHECKING:
    from aestudio.library.kept import KeptRun

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_EMPTY = "Train, or open a run: its history can be scrubbed here."
_HOW = (
    "Drag to any moment of the training. Left and Right: a frame; with Shift ten; Home and End.\n"
    "Ticks: epochs. Dots: weights were kept, a new run can begin there."
)
_ONE = "One moment of this run is kept: there is nothing to scrub."


class Timeline(QFrame):
    """Holds a reel and says what the views show: what comes while it is live, else a frame."""

    shown = Signal(object)  # Snapshot, to be drawn
    moment_changed = Signal(object)  # the epoch that is shown, or None while live
    go_on_wanted = Signal(object, int)  # folder, step: a new run is to begin with the weights of that moment
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Timeline")
        self.reel = Reel(self)
        self._live = False
        self._follows = False  # a run in progress: behind its last frame there is now
        self._step = 0
        self._moment: int | None = None
        self._make()
        self.player = Player(self.track, self)
        self._lay_out()
        self.player.changed.connect(self._on_playing_changed)
        self.track.valueChanged.connect(self._on_value_changed)
        self.reel.changed.connect(self._on_reel_changed)
        self.reel.failed.connect(self.failed)
        self.play.clicked.connect(self.player.play_or_pause)
        self.speed.currentIndexChanged.connect(self._on_speed_changed)
        self.live.clicked.connect(self.go_live)
        self.go_on.clicked.connect(self._on_go_on)
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())
        self._refresh()

    def _make(self) -> None:
        self.play = _flat("play", "Play", "Play the training again from here", self)
        self.speed = QComboBox(self)
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.setFont(small_font())
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("How fast it is played")
        self.track = Track(self)
        self.track.setAccessibleName("Moment of the training")
        self.where = ElidedLabel(self, Qt.AlignmentFlag.AlignRight)
        self.where.setForegroundRole(QPalette.ColorRole.WindowText)
        self.where.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.where.setFixedWidth(self.where.fontMetrics().horizontalAdvance("epoch 0,000.00 · 00 min 00 s "))
        self.live = _flat("dot", "Live", "Back to the newest moment, and follow the run (End)", self)
        self.live.setText("Live")
        self.live.setCheckable(True)
        self.live.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.go_on = _flat("step", "Go on from here", "", self)
        self.go_on.setText("Go on from here")
        self.go_on.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        row.setSpacing(SPACE)
        row.addWidget(self.play)
        row.addWidget(self.speed)
        row.addWidget(self.track, 1)
        row.addWidget(self.where)
        row.addWidget(self.live)
        row.addWidget(self.go_on)
        self.setFixedHeight(5 * SPACE)

    # --------------------------------------------------------------------------------- what it is told

    def follow(self, run_id: str, folder: Path | None) -> None:
        """A run begins, or goes on: it is shown live. ``folder`` may come later, by :meth:`set_folder`."""
        self._begin(follows=True)
        self.reel.follow(run_id, folder)
        self.moment_changed.emit(None)

    def set_folder(self, folder: Path) -> None:
        """The run that is followed has got its folder."""
        self.reel.set_folder(folder)

    def open(self, kept: KeptRun) -> None:
        """Show a kept run's history, its last moment first."""
        self._begin(follows=False)
        self.reel.follow(kept.id, kept.folder)

    def clear(self) -> None:
        """Forget the run; other data are open."""
        self._begin(follows=False)
        self.reel.follow("", None)

    def add(self, snapshot: Snapshot) -> None:
        """A snapshot of the run in progress: it is passed on while live, and kept for later.

        What is read stays until :meth:`tell_figures`.
        """
        self.reel.add(snapshot)
        if self._live and snapshot.run_id == self.reel.run_id:
            self.shown.emit(snapshot)

    def close_reel(self) -> None:
        """Wait for what is read in the background."""
        self.player.pause()
        self.reel.close()

    def follows(self, run_id: str) -> bool:
        """Whether it is of that run, and takes in what comes of it."""
        return self._follows and self.reel.run_id == run_id

    @property
    def is_live(self) -> bool:
        """Whether the views follow the run."""
        return self._live

    @property
    def is_at_end(self) -> bool:
        """Whether the views show the newest there is, and no moment of the past."""
        return self._live or (not self._follows and self._step >= max(self.reel.steps, default=0))

    def _begin(self, *, follows: bool) -> None:
        self.player.pause()
        self._follows = self._live = follows
        self._step, self._moment = 0, None

    # ---------------------------------------------------------------------------------------- showing

    @Slot()
    def go_live(self) -> None:
        """Back to the newest moment; the views follow the run again."""
        self.player.pause()
        if self._follows and not self._live:
            self._live = True
            self._refresh()
            self.moment_changed.emit(None)
            if self.reel.newest:
                self.shown.emit(self.reel.newest)
        self.live.setChecked(self._live)

    @Slot(int)
    def _on_value_changed(self, place: int) -> None:
        """By the user's hand or by playing; what the reel itself moves is blocked."""
        if self._follows and place == len(self.reel):
            self.go_live()
        elif place < len(self.reel):
            if self._live:
                self.reel.read()  # weights have been kept since it was last asked
            self._live = False
            self._show(place)

    def _show(self, place: int) -> None:
        frame = self.reel.frame(place)
        self._step = frame.step
        self._refresh()
        self.shown.emit(frame)
        self.moment_changed.emit(frame.epoch)

    @Slot()
    def _on_reel_changed(self) -> None:
        """Frames were added or thinned out: stay at the moment, or at the end."""
        first = not self._follows and not self._step and len(self.reel) > 0
        self._refresh()
        if first:
            self._show(len(self.reel) - 1)

    def _refresh(self) -> None:
        count = len(self.reel)
        last = count - (not self._follows)
        self.track.blockSignals(True)
        self.track.setRange(0, max(0, last))
        self.track.setValue(last if self._live or not count else self.reel.nearest(self._step))
        self.track.blockSignals(False)
        self.track.show_marks(self._epochs(), self._moments())
        for control in (self.track, self.play, self.speed):
            control.setEnabled(last > 0)
        self.track.empty = _ONE if count else _EMPTY
        self.track.setToolTip(_HOW if last > 0 else self.track.empty)
        self.live.setVisible(self._follows)
        self.live.setChecked(self._live)
        self._offer()
        self.tell_figures()

    def _epochs(self) -> list[tuple[int, int]]:
        """The first frame at or after the end of each epoch."""
        whole = [int(self.reel.epoch(i)) for i in range(len(self.reel))]
        return [(i, e) for i, e in enumerate(whole) if i and e > whole[i - 1]]

    def _moments(self) -> list[int]:
        steps = self.reel.moments
        return sorted({self.reel.nearest(step) for step in steps}) if len(self.reel) else []

    def _offer(self) -> None:
        """Going on is offered where weights were kept near what is shown."""
        self._moment = None if self._live or not len(self.reel) else self.reel.moment(self._step)
        self.go_on.setEnabled(self._moment is not None)
        if self._moment is not None:
            tip = f"Begin a new run with the weights of step {self._moment:,}, the nearest that were kept"
        elif self._live:
            tip = "Go back to a moment first: a new run can begin with the weights of that moment"
        else:
            tip = "No weights were kept near this moment; go to one of the dots on the slider"
        self.go_on.setToolTip(tip)

    def tell_figures(self) -> None:
        """Say which moment is shown."""
        now = self.reel.latest
        if self._live:
            self.where.say(_told(now.epoch, now.seconds) if now else "")
        elif len(self.reel):
            place = self.reel.nearest(self._step)
            self.where.say(_told(self.reel.epoch(place), self.reel.seconds(place)))
        else:
            self.where.say("")

    @Slot()
    def _on_go_on(self) -> None:
        if self.reel.folder is not None and self._moment is not None:
            self.go_on_wanted.emit(self.reel.folder, self._moment)

    # ---------------------------------------------------------------------------------------- playing

    @Slot()
    def _on_playing_changed(self) -> None:
        playing = self.player.is_playing
        self.play.setIcon(icon("pause" if playing else "play"))
        self.play.setAccessibleName("Pause playing" if playing else "Play")
        self.play.setToolTip("Stay at this moment" if playing else "Play the training again from here")

    @Slot()
    def _on_speed_changed(self) -> None:
        self.player.set_speed(self.speed.currentData())

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        self.setStyleSheet(f"Timeline {{ border: 0; border-top: 1px solid {now.line}; }}")


def _told(epoch: float, seconds: float) -> str:
    return f"epoch {epoch:,.2f} · {time_text(seconds)}"


def _flat(glyph: str, name: str, tip: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icon(glyph))
    button.setIconSize(QSize(ICON, ICON))
    button.setAutoRaise(True)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
