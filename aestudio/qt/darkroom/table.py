"""The table: one picture, the tool that works on it, and the stage that shows both sides."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from aestudio.pictures.pyramid import Patch, Pyramid
from aestudio.qt.darkroom.stage import Stage
from aestudio.qt.darkroom.tool import Opened, Result, Tool

_LOOK_MS = 50


class Table(QObject):
    """Hands the picture to one tool at a time, and what it makes of it to the stage."""

    told = Signal(float, str)
    ended = Signal(str)  # the work has ended: a sentence, or nothing where it ended well
    stopped = Signal()
    sides_changed = Signal()  # what both sides show is whole, or there are none any more

    def __init__(self, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stage = stage
        self.opened: Opened | None = None
        self.tool: Tool | None = None
        self._tools: list[Tool] = []
        self._soon = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._soon.timeout.connect(self._on_soon)
        stage.sight_changed.connect(self._soon.start)

    def add(self, tool: Tool) -> None:
        """One more tool."""
        self._tools.append(tool)
        tool.before_changed.connect(self._on_before)
        tool.after_changed.connect(self._on_after)
        tool.patched.connect(self._on_patched)
        tool.before_patched.connect(self._on_before_patched)
        tool.progressed.connect(self._on_progressed)
        tool.finished.connect(self._on_finished)
        tool.failed.connect(self._on_failed)
        tool.named.connect(self._on_named)

    def take_up(self, tool: Tool) -> None:
        """Work with another tool; the one before forgets the picture."""
        if tool is not self.tool:
            if self.tool:
                self.tool.use(None)
            self.tool = tool
            self._begin()

    def put(self, opened: Opened | None, sentence: str = "") -> None:
        """Put another picture on the table; or none, with a sentence on why."""
        self.opened = opened
        self._begin()
        self.stage.say(sentence)
        if opened is None:
            self.sides_changed.emit()

    def result(self) -> Result | None:
        """What the tool made of the whole picture, if it has."""
        return self.tool.result() if self.tool and self.opened else None

    def cancel(self) -> None:
        """Stop what the tool does."""
        if self.tool:
            self.tool.cancel()
        if self.opened and self.result() is None:
            self.stopped.emit()

    @Slot()
    def again(self) -> None:
        """Begin the work anew."""
        self._begin()

    def close(self) -> None:
        """Stop, and wait."""
        for tool in self._tools:
            tool.close()

    def _begin(self) -> None:
        self.stage.put(self.opened.pyramid if self.opened else None)
        if self.tool:
            self._on_soon()
            self.tool.use(self.opened)

    def _is_now(self) -> bool:
        return self.sender() is self.tool and self.opened is not None

    @Slot()
    def _on_soon(self) -> None:
        if self.tool:
            self.tool.look_at(self.stage.visible)

    @Slot(object)
    def _on_before(self, pyramid: Pyramid) -> None:
        if self._is_now():
            self.stage.show_before(pyramid)

    @Slot(object)
    def _on_after(self, pyramid: Pyramid) -> None:
        if self._is_now():
            self.stage.show_after(pyramid)

    @Slot(object)
    def _on_patched(self, patch: Patch) -> None:
        if self._is_now():
            self.stage.paste(patch)

    @Slot(object)
    def _on_before_patched(self, patch: Patch) -> None:
        if self._is_now() and self.stage.sides:
            self.stage.sides.before.paste(patch)
            self.stage.update()

    @Slot(float, str)
    def _on_progressed(self, share: float, doing: str) -> None:
        if self._is_now():
            self.told.emit(share, doing)

    @Slot()
    def _on_finished(self) -> None:
        if self._is_now():
            self.ended.emit("")
            self.sides_changed.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._is_now():
            self.ended.emit(sentence)

    @Slot(str, str)
    def _on_named(self, before: str, after: str) -> None:
        if self._is_now():
            self.stage.name_sides(before, after)
