"""The transport bar: train, pause, step, stop, how far it is, and what can be changed on the way."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from aestudio.library.lane import Lane
from aestudio.qt.bars.live_knobs import LiveKnobs
from aestudio.qt.bars.progress_bar import ProgressBar
from aestudio.qt.labels import ElidedLabel
from aestudio.qt.running.trainer import State
from aestudio.qt.theme import ICON, SPACE, Theme, icon, theme, theme_source
from aestudio.spec.words import counted, time_text
from aestudio.training.events import Finished, Snapshot, Started


class TransportBar(QFrame):
    """One line at the bottom of the Train page."""

    live_changed = Signal(float, dict)  # learning rate, penalty weights by kind

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Transport")
        self._started: Started | None = None
        self._state, self._waiting = State.IDLE, False
        self.train = PrimaryButton(self)
        self.progress = ProgressBar(self)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName("Progress of the run")
        self.where = QLabel(self)
        self.left = ElidedLabel(self, Qt.AlignmentFlag.AlignRight)
        self.knobs = LiveKnobs(self)
        self.knobs.changed.connect(self.live_changed)
        words = QHBoxLayout()
        words.addWidget(self.where)
        words.addWidget(self.left, 1)
        middle = QVBoxLayout()
        middle.setSpacing(SPACE // 2)
        middle.addStretch(1)
        middle.addLayout(words)
        middle.addWidget(self.progress)
        middle.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._row.setSpacing(SPACE)
        self._row.addWidget(self.train)
        self._row.addSpacing(SPACE)
        self._row.addLayout(middle, 1)
        self._row.addSpacing(SPACE)
        self._row.addWidget(self.knobs)
        self.setFixedHeight(7 * SPACE)
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())
        self.show_state(State.IDLE)
        self.clear()

    def add_action(self, action: QAction) -> None:
        """A flat button for an action of the menus, beside Train."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setIconSize(QSize(ICON, ICON))
        button.setFixedSize(4 * SPACE, 4 * SPACE)
        self._row.insertWidget(self._row.indexOf(self.train) + 1 + len(self._flat()), button)

    def _flat(self) -> list[QToolButton]:
        return self.findChildren(QToolButton, options=Qt.FindChildOption.FindDirectChildrenOnly)

    # --------------------------------------------------------------------------------- what it is told

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Name what the button will do next."""
        self._state = state
        if self._waiting:
            self.train.show_as("pause", "Waiting…", "The data are on their way; press again not to start")
        elif state is State.RUNNING:
            self.train.show_as("pause", "Pause", "Pause before the next batch (F5 or Space)")
        elif state is State.PAUSED:
            self.train.show_as("play", "Resume", "Go on training (F5 or Space)")
        else:
            self.train.show_as("play", "Train", "Train this model on these data (F5 or Space)")
        alive, focus = state in (State.RUNNING, State.PAUSED), QApplication.focusWidget()
        if not alive and focus is not None and self.knobs.isAncestorOf(focus):
            self.train.setFocus()  # else Qt gives it to whatever comes next, and Space is no longer Train
        self.knobs.setVisible(alive)

    @Slot(bool)
    def show_waiting(self, waiting: bool) -> None:
        """Say that a press is remembered until the data are here."""
        self._waiting = waiting
        self.where.setText("Training starts as soon as the data are here" if waiting else "Ready")
        self.show_state(self._state)

    def clear(self) -> None:
        """Tell of no run."""
        self._started = None
        self.progress.show_share(0)
        self.where.setText("Ready")
        self.left.say("")

    @Slot(object)
    def begin(self, lanes: tuple[Lane, ...]) -> None:
        """These runs begin; the first of them is shown."""
        self._started = None
        self._run, self._lanes = lanes[0].run, len(lanes)
        self.progress.show_share(0)
        self.where.setText("Starting…")
        self.left.say("")
        self.knobs.begin(self._run)

    @Slot(object)
    def start(self, started: Started) -> None:
        """It was built."""
        self._started = started
        self.where.setText("Epoch 1" if started.limit else f"Epoch 1 of {started.epochs}")

    @Slot(object)
    def draw(self, snapshot: Snapshot) -> None:
        """Show how far it is, and how long it will take at the present speed."""
        if not self._started:
            return
        steps, epochs = self._started.steps, self._started.epochs
        limit = self._started.limit
        done = max(snapshot.step / max(1, steps), snapshot.seconds / limit if limit else 0.0)
        self.progress.show_share(min(1.0, done))
        raced = f" · the first of {self._lanes}" if self._lanes > 1 else ""
        planned = "" if limit else f" of {epochs}"  # which may be more than there is time for
        self.where.setText(f"Epoch {min(epochs, int(snapshot.epoch) + 1)}{planned}{raced}")
        if snapshot.images_per_second:
            seconds = (steps - snapshot.step) * self._run.training.batch / snapshot.images_per_second
            if limit:
                seconds = min(seconds, max(0.0, limit - snapshot.seconds))
            text, of = time_text(seconds * self._lanes), "" if limit else f" of {steps:,}"
            self.left.say(f"step {snapshot.step:,}{of} · {text} left")

    @Slot(object)
    def finish(self, finished: Finished) -> None:
        """It is over."""
        done = finished.reason == "done"
        if done:
            self.progress.show_share(1)
        self.where.setText("Trained" if done else "Stopped")
        kept = f" · weights of epoch {finished.best_epoch}" if finished.best_epoch else ""
        self.left.say(f"{counted(finished.step, 'step')} in {time_text(finished.seconds)}{kept}")

    @Slot(str)
    def fail(self, sentence: str) -> None:
        """It ended on an error, which the banner tells."""
        self.where.setText("Ended on an error")
        self.left.say("")

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        self.setStyleSheet(f"TransportBar {{ border: 0; border-top: 1px solid {now.line}; }}")


class PrimaryButton(QPushButton):
    """The one button in the accent colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._glyph = "play"
        self.setMinimumSize(15 * SPACE, 5 * SPACE)
        self.setIconSize(QSize(ICON, ICON))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())

    def show_as(self, glyph: str, text: str, tip: str) -> None:
        """Another name for the same button."""
        self._glyph = glyph
        self.setIcon(icon(glyph, "accent_text"))
        self.setText(text)
        self.setToolTip(tip)

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        self.setStyleSheet(
            f"QPushButton {{ background: {now.accent}; color: {now.accent_text}; padding: 0 16px;"
            f" border: 2px solid {now.accent}; border-radius: 6px; font-weight: 600; }}"
            f"QPushButton:hover, QPushButton:pressed {{ border-color: {now.text}; }}"
            f"QPushButton:focus {{ border-color: {now.text}; }}"
        )
