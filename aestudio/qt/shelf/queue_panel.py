"""The queue of a workspace: what trains next, in which order, and whether it begins by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QKeySequence, QPalette
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from aestudio.library.disk import stamp
from aestudio.library.queue import Queued, RunQueue, repeats
from aestudio.qt.builder.row_editors import tool_button
from aestudio.qt.labels import heading
from aestudio.qt.running.errands import Errands
from aestudio.qt.shelf.queue_list import QueueList
from aestudio.qt.theme import SPACE, Theme, icon, theme, theme_source
from aestudio.spec.run import RunSpec

_WITHIN = Qt.ShortcutContext.WidgetWithChildrenShortcut


@dataclass(frozen=True, eq=False)
class Taken:
    """A run that is out of its queue, to be trained, and the place that it had there."""

    queue: RunQueue
    place: int
    entry: Queued


class QueuePanel(QWidget):
    """Shows and changes the queue. Whoever trains calls :meth:`take` for what :attr:`next_wanted` names."""

    next_wanted = Signal(object)  # Queued
    taken = Signal(object)  # Taken
    changed = Signal(int)  # how many wait
    said = Signal(str)
    trouble = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = RunQueue(Path())
        self._stamp: object = None
        self._entries: tuple[Queued, ...] = ()
        self._removed: list[tuple[int, Queued]] = []
        self._refused: set[str] = set()  # ids of those that were put back, for they could not begin
        self._errands = Errands(self)
        self._errands.failed.connect(self._on_failed)
        self.title = heading("Queue", self)
        self.list = QueueList(self)
        self.list.move_asked.connect(self._on_move_asked)
        self.list.itemSelectionChanged.connect(self._enable)
        self.automatic = QCheckBox("Train the next when one is done", self)
        self.automatic.setToolTip("When a run has ended, begin the first one that waits")
        self.train = QPushButton(icon("play"), "Train Next", self)
        self.train.setToolTip("Begin the first run that waits")
        self.train.clicked.connect(self.ask_for_next)
        self.up = self._action("Earlier", "up", "Alt+Up", self.list.ask_up)
        self.down = self._action("Later", "down", "Alt+Down", self.list.ask_down)
        self.remove = self._action("Take out of the queue", "delete", "Delete", self._on_remove)
        self.undo = self._action("Put back what was taken out", "undo", "", self._on_undo)
        self._lay_out()
        self._show(())
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())

    @property
    def entries(self) -> tuple[Queued, ...]:
        """What waits, as last read."""
        return self._entries

    @property
    def actions_(self) -> list[QAction]:
        """What can be done to the queue, for menu and palette."""
        return [self.up, self.down, self.remove, self.undo]

    def use(self, workspace: Path) -> None:
        """Show the queue of another workspace from now on."""
        self._queue, self._stamp = RunQueue(workspace), None
        self._removed.clear()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the file if it is another one than before."""
        queue, stamp = self._queue, self._stamp
        self._errands.do(lambda progress: _read(queue, stamp), self._on_read)

    def add(self, run: RunSpec, seeds: int = 1, name: str = "") -> None:
        """Queue a run, with so many seeds counted up from its own as one group."""
        queue = self._queue
        self._do(lambda: queue.add(repeats(run, seeds, name)))
        self.said.emit(f"Queued {name or run.name}" + (f" with {seeds} seeds" if seeds > 1 else ""))

    @Slot()
    def ask_for_next(self) -> None:
        """Want the first run that waits."""
        self._refused.clear()
        if self._entries:
            self.next_wanted.emit(self._entries[0])

    @Slot()
    def end(self) -> None:
        """A run has ended, or could not begin: want the next one where that was wished."""
        ready = [entry for entry in self._entries if entry.id not in self._refused]
        if ready and self.automatic.isChecked():
            self.next_wanted.emit(ready[0])

    def take(self, entry: Queued) -> None:
        """Take out of the file what is to be trained, unless another program has done so."""
        queue = self._queue
        self._stamp = None
        self._errands.do(lambda progress: (_take(queue, entry), queue.read()), self._on_taken)

    def put_back(self, taken: Taken, *, refused: bool) -> None:
        """Bring what could not begin back to its place; where it was refused, it waits to be asked for."""
        if refused:
            self._refused.add(taken.entry.id)
        self._errands.do(
            lambda progress: taken.queue.put_back([(taken.place, taken.entry)]), self._on_put_back
        )

    def close_readers(self) -> None:
        """Finish what was asked for."""
        self._errands.close()

    def _do(self, change: Callable[[], Sequence[Queued]]) -> None:
        self._stamp = None
        self._errands.do(lambda progress: change(), self._on_changed)

    @Slot(object)
    def _on_changed(self, entries: tuple[Queued, ...]) -> None:
        self._show(entries)

    @Slot(object)
    def _on_taken(self, found: tuple[Taken | None, tuple[Queued, ...]]) -> None:
        taken, left = found
        self._show(left)
        if taken:
            self.taken.emit(taken)
        else:
            self.end()

    @Slot(object)
    def _on_put_back(self, entries: object) -> None:
        self.refresh()

    @Slot(object)
    def _on_read(self, found: tuple[object, tuple[Queued, ...]] | None) -> None:
        if found:
            self._stamp = found[0]
            self._show(found[1])

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.trouble.emit(sentence)

    def _show(self, entries: tuple[Queued, ...]) -> None:
        self._entries = entries
        self.list.show_entries(entries)
        self.title.setText(f"Queue ({len(entries)})" if entries else "Queue")
        self.train.setEnabled(bool(entries))
        self._enable()
        self.changed.emit(len(entries))

    @Slot()
    def _enable(self) -> None:
        chosen = bool(self.list.selectedIndexes())
        for action in (self.up, self.down, self.remove):
            action.setEnabled(chosen)
        self.undo.setEnabled(bool(self._removed))

    @Slot(list, int)
    def _on_move_asked(self, ids: list[str], to: int) -> None:
        queue = self._queue
        self._do(lambda: queue.move(ids, to))

    @Slot()
    def _on_remove(self) -> None:
        queue, ids = self._queue, self.list.chosen()
        self._removed = [(place, e) for place, e in enumerate(self._entries) if e.id in ids]
        self._do(lambda: queue.remove(ids))

    @Slot()
    def _on_undo(self) -> None:
        queue, removed = self._queue, tuple(self._removed)
        self._removed.clear()
        self._do(lambda: queue.put_back(removed))

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        """Outline the box: Fusion draws it a little darker than the window, which dark windows swallow."""
        palette = self.automatic.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(now.muted))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(now.text))
        palette.setColor(QPalette.ColorRole.Base, QColor(now.base))
        palette.setColor(QPalette.ColorRole.Text, QColor(now.text))
        self.automatic.setPalette(palette)

    def _action(self, text: str, glyph: str, key: str, do: Callable[[], None]) -> QAction:
        action = QAction(icon(glyph), text, self)
        action.setToolTip(f"{text} ({key})" if key else text)
        action.triggered.connect(do)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(_WITHIN)
        self.list.addAction(action)
        return action

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        for action in (self.undo, self.up, self.down, self.remove):
            head.addWidget(tool_button(action, self))
        foot.addWidget(self.automatic, 1)
        foot.addWidget(self.train)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        column.setSpacing(SPACE // 2)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addLayout(foot)


def _take(queue: RunQueue, entry: Queued) -> Taken | None:
    """None where it is gone: another program trains it."""
    ids = [waiting.id for waiting in queue.read()]
    return Taken(queue, ids.index(entry.id), entry) if queue.take(entry.id) else None


def _read(queue: RunQueue, before: object) -> tuple[object, tuple[Queued, ...]] | None:
    """The file's stamp and its entries; None where the stamp is the one known."""
    now = stamp(queue.path) or "none"  # None is what is known before the first look
    return None if now == before else (now, queue.read())
