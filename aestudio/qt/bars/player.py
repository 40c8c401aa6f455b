"""Plays a track by itself, at any speed."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot

from aestudio.qt.bars.track import Track

_FRAMES_A_SECOND = 10.0  # at speed 1
_TICK_MS = 16


class Player(QObject):
    """Moves a track's handle by the clock, not by the tick: a slow view drops frames and keeps the pace."""

    changed = Signal()  # it began to play, or paused

    def __init__(self, track: Track, parent: QObject) -> None:
        super().__init__(parent)
        self._track = track
        self._speed = 1.0
        self._clock, self._from, self._played = QElapsedTimer(), 0, 0
        self._ticker = QTimer(self, interval=_TICK_MS)
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.timeout.connect(self._on_tick)

    @property
    def is_playing(self) -> bool:
        """Whether it moves by itself."""
        return self._ticker.isActive()

    def set_speed(self, speed: float) -> None:
        """So many times the usual pace, from here on."""
        self._speed = speed
        self._start_clock()

    @Slot()
    def play_or_pause(self) -> None:
        """Play from here, or from the start where it stands at the end; pause where it plays."""
        if self.is_playing:
            self.pause()
            return
        if self._track.value() == self._track.maximum():
            self._track.setValue(0)
        self._start_clock()
        self._ticker.start()
        self.changed.emit()

    def pause(self) -> None:
        """Stay where it is."""
        self._ticker.stop()
        self.changed.emit()

    def _start_clock(self) -> None:
        self._from = self._played = self._track.value()
        self._clock.restart()

    @Slot()
    def _on_tick(self) -> None:
        if self._track.value() != self._played:
            self._start_clock()  # moved by hand meanwhile, or frames were thinned out
        place = int(self._from + self._clock.elapsed() / 1000 * self._speed * _FRAMES_A_SECOND)
        self._track.setValue(min(place, self._track.maximum()))
        self._played = self._track.value()
        if self._track.value() == self._track.maximum():
            self.pause()
