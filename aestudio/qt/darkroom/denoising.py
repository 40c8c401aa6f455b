"""The tool that denoises: what is asked of it, the work in the background, and what came out."""

from __future__ import annotations

import shlex
import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.pictures.picture import Picture, packed_picture
from aestudio.pictures.pyramid import Pyramid
from aestudio.pictures.tiles import Box
from aestudio.qt.darkroom.cleaning import Cleaned, Knob, Part, Side, Task, blend, clean, touch_up
from aestudio.qt.darkroom.outbox import Outbox
from aestudio.qt.darkroom.tool import BatchJob, Opened, Result, Tool
from aestudio.qt.running.background import Progress

if TYPE_CHECKING:
    from aestudio.pictures.damage import Damage, Stroke

PHOTOGRAPHS = "photo-denoiser"
SUFFIXES = (".png", ".jpg", ".webp", ".avif", ".tif", ".bmp")


class Denoising(Tool):
    """Cleans the picture on the table, again whenever something is asked otherwise."""

    cleaned = Signal(object)  # Cleaned, or None while that is under way
    strokes_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model, self.knob = PHOTOGRAPHS, Knob()
        self.damage: Damage | None = None
        self.strokes: tuple[Stroke, ...] = ()
        self._past: list[tuple[Stroke, ...]] = []  # what they were before each change, for undo and redo
        self._future: list[tuple[Stroke, ...]] = []
        self._stroked: Callable[[], Opened | None] = lambda: None  # the picture that they are on
        self._opened: Opened | None = None
        self._visible = Box(0, 0, 0, 0)
        self._before: Pyramid | None = None
        self._after: Pyramid | None = None
        self.done: Cleaned | None = None
        self._outbox = Outbox(self)
        self._outbox.given.connect(self._on_given)
        self._outbox.told.connect(self.progressed)
        self._outbox.done.connect(self._on_done)
        self._outbox.failed.connect(self.failed)

    # ------------------------------------------------------------------------------------ what is asked

    def use(self, opened: Opened | None) -> None:
        self._opened = opened
        if opened and opened is not self._stroked():  # the same one comes back from another tool
            self._stroked = weakref.ref(opened)
            self._past, self._future = [], []
            self._hold(())
        self._restart()

    def look_at(self, box: Box) -> None:
        self._visible = box

    def set_model(self, model: str) -> None:
        """Clean by this model from now on: one that ships, or the folder of a run of one's own."""
        if model != self.model:
            self.model = model
            self._restart()

    def set_damage(self, damage: Damage | None) -> None:
        """Put known noise on the picture first, or no more."""
        if damage != self.damage:
            self.damage = damage
            self._restart()

    def set_strength(self, strength: float) -> None:
        """Take off so much of the noise, 0 to 1; nothing is looked for anew."""
        if strength == self.knob.strength:
            return
        self.knob.strength = strength
        self._blend()

    @Slot(object)
    def add_stroke(self, stroke: Stroke) -> None:
        """Damage the picture by a stroke of the brush, and see it go."""
        self._note()
        self._hold((*self.strokes, stroke))
        done, sides = self.done, self._own_sides()
        if self._outbox.is_busy or not done or not sides:
            self._restart()
            return
        self.done = None  # until the stroke is in it
        task = self._task()
        self._outbox.start(lambda progress, put: touch_up(done, sides, task, progress, put))

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke, or a clearing, to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether anything was taken back since the last stroke."""
        return bool(self._future)

    @Slot()
    def undo_stroke(self) -> None:
        """Take the last stroke back, or that all were cleared."""
        if self._past:
            self._future.append(self.strokes)
            self._set_strokes(self._past.pop())

    @Slot()
    def redo_stroke(self) -> None:
        """Have again what was taken back last."""
        if self._future:
            self._past.append(self.strokes)
            self._set_strokes(self._future.pop())

    @Slot()
    def clear_strokes(self) -> None:
        """Take all strokes back."""
        if self.strokes:
            self._note()
            self._set_strokes(())

    def _note(self) -> None:
        """The strokes are about to change by hand."""
        self._past.append(self.strokes)
        self._future.clear()

    def _set_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        self._hold(strokes)
        self._restart()

    def _hold(self, strokes: tuple[Stroke, ...]) -> None:
        self.strokes = strokes
        self.strokes_changed.emit()

    # -------------------------------------------------------------------------------------- what comes

    def cancel(self) -> None:
        self._outbox.cancel()
        if self.result() is None:
            self.cleaned.emit(None)

    def result(self) -> Result | None:
        opened, done = self._opened, self.done
        if not opened or not done or self._outbox.is_busy or done.strength != self.knob.strength:
            return None
        picture = done.picture
        return Result(f"{opened.stem}-denoised.png", picture, partial(packed_picture, picture), SUFFIXES)

    def batch_job(self) -> BatchJob:
        model, strength = self.model, self.knob.strength
        tried = bool(self.damage or self.strokes)
        of = ", of the picture as it is, without what was put on it to try" if tried else ""

        def work(picture: Picture, size: int, progress: Progress) -> tuple[bytes, str]:
            from aestudio.pictures.cleaners import find_cleaner
            from aestudio.pictures.denoise import denoise

            out, level = denoise(picture, find_cleaner(model), strength=strength, progress=progress)
            return packed_picture(out, ".png"), f"noise σ {level:.1f} taken off{of}"

        return BatchJob(work, "-denoised", "png", (model, strength))

    def command(self) -> str:
        source = self._opened.picture.source if self._opened else None
        words = ["aestudio", "denoise", str(source) if source else "FILE"]
        if self.model != PHOTOGRAPHS:
            words += ["--model", self.model]
        if self.knob.strength != 1:
            words += ["--strength", f"{self.knob.strength:g}"]
        if self.damage:
            words += ["--add-noise", f"{self.damage.kind}={self.damage.amount:g}", "--measure"]
        return shlex.join(words)

    def close(self) -> None:
        self._outbox.close()

    def _task(self) -> Task:
        assert self._opened
        model, visible = self.model, self._visible
        return Task(self._opened.picture, self.damage, self.strokes, model, self.knob, visible)

    def _restart(self) -> None:
        self.done = None
        self.cleaned.emit(None)
        if self._opened is None:
            self._outbox.cancel()
            self._before = self._after = None
            return
        self._before = self._opened.pyramid
        self.before_changed.emit(self._before)
        self.named.emit("Before", "Denoised")
        task = self._task()
        self._outbox.start(lambda progress, put: clean(task, progress, put))

    def _blend(self) -> None:
        """Take off as much as the knob says now of what was found."""
        if self.done and self._after:
            done, after, task = self.done, self._after, self._task()
            self._outbox.start(lambda progress, put: blend(done, after, task, progress, put))

    def _own_sides(self) -> tuple[Pyramid, Pyramid] | None:
        """Both sides, the left one no longer that of the file, so that it can be painted on."""
        if not self._before or not self._after or not self._opened:
            return None
        if self._before is self._opened.pyramid:
            self._before = self._before.copy()
            self.before_changed.emit(self._before)
        return self._before, self._after

    @Slot(object)
    def _on_given(self, part: Side | Part) -> None:
        if part.is_before:
            self.named.emit("Damaged", "Denoised")
        if isinstance(part, Part):
            (self.before_patched if part.is_before else self.patched).emit(part.patch)
        elif part.is_before:
            self._before = part.pyramid
            self.before_changed.emit(part.pyramid)
        else:
            self._after = part.pyramid
            self.after_changed.emit(part.pyramid)

    @Slot(object)
    def _on_done(self, done: Cleaned) -> None:
        self.done = done
        self.cleaned.emit(done)
        self.finished.emit()
        if done.strength != self.knob.strength:
            self._blend()
