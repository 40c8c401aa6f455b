"""The offer after a crash: bring the window back as it was, and let its runs go on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from aestudio.library.journal import Journal
from aestudio.library.workspace import Entry
from aestudio.qt.bars.offer import Offer
from aestudio.qt.running.journaling import Lost
from aestudio.qt.theme import icon
from aestudio.spec.words import counted


class RestoreBar(QWidget):
    """One line that asks, and once it is answered a line for each run that can go on."""

    restore_wanted = Signal(object)  # Journal
    resume_wanted = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lost: list[Lost] = []
        self._taken: Lost | None = None
        self.restore = self._action(
            "Restore", "Builder, page, workspace and window as they were (undo works)"
        )
        self.discard = self._action("Discard", "Begin with a clean window; the run folders stay")
        self.restore.triggered.connect(self._on_restore)
        self.discard.triggered.connect(self._on_discard)
        self.ask = Offer("Restore", [self.restore, self.discard], self, closable=False)
        self.lines: dict[Path, Offer] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.ask)
        self.hide()

    @Slot(object)
    def offer(self, lost: Sequence[Lost]) -> None:
        """Ask about windows that are gone, the latest first."""
        self._lost = list(lost)
        self._ask()

    def close_offers(self) -> None:
        """Neither was chosen: ask again at the next start."""
        for lost in self._lost:
            lost.left.let_go()
        self._lost = []
        self.settle()

    @Slot()
    def settle(self) -> None:
        """Put the dead window's journal aside: this one's own holds what came back."""
        if self._taken:
            self._taken.left.discard()
            self._taken = None

    def _ask(self) -> None:
        self.ask.setVisible(bool(self._lost))
        self.setVisible(bool(self._lost or self.lines))
        if self._lost:
            lost = self._lost[0]
            name = lost.left.journal.base.lesson.title or lost.left.journal.base.name
            when = lost.left.journal.written[:16].replace("T", " ")
            runs = _counted(len(lost.runs))
            self.ask.offer(f"AE Studio ended unexpectedly with “{name}” open ({when}{runs}).")

    @Slot()
    def _on_restore(self) -> None:
        lost = self._lost.pop(0)
        journal: Journal = lost.left.journal
        self.close_offers()  # one window takes one; the next window is asked about the others
        for entry in lost.runs:
            self._add_line(entry)
        self._ask()
        self._taken = lost
        self.restore_wanted.emit(journal)

    @Slot()
    def _on_discard(self) -> None:
        self._lost.pop(0).left.discard()
        self._ask()

    def _add_line(self, entry: Entry) -> None:
        card = entry.card
        name = card.name if card else entry.folder.name
        action = self._action("Resume", f"Go on with {name} where it was interrupted")
        action.setIcon(icon("play"))
        action.setData(str(entry.folder))
        action.triggered.connect(self._on_resume)
        line = Offer(f"Resume {name}", [action], self)
        line.offer(
            f"“{name}” was interrupted after {card.epochs_words}, at step {card.step:,}." if card else name
        )
        self.lines[entry.folder] = line
        self._column.addWidget(line)

    @Slot()
    def _on_resume(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            folder = Path(str(sender.data()))
            line = self.lines.pop(folder)
            line.hide()
            line.deleteLater()
            self._ask()
            self.resume_wanted.emit(folder)

    def _action(self, text: str, tip: str) -> QAction:
        action = QAction(text, self)
        action.setToolTip(tip)
        return action


def _counted(runs: int) -> str:
    return f", {counted(runs, 'run')} interrupted" if runs else ""
