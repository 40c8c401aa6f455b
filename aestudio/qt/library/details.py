"""What is told of one run beside the list: its picture, its figures, a note, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QPixmap
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from aestudio.evaluation.glossary import told
from aestudio.library.folder import THUMBNAIL
from aestudio.qt.labels import heading
from aestudio.qt.library.table import Shown, when
from aestudio.qt.theme import SPACE, small_font

_WIDTH = 40 * SPACE
_SHORT = 4  # letters that a unit may have beside its figure; a longer one stands in the tooltip


class Details(QScrollArea):
    """One run, or a hint while none is chosen."""

    noted = Signal(str)
    tagged = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The chosen run")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.picture = QLabel()
        self.title = heading("")
        self.title.setWordWrap(True)
        self.facts = _wrapped()
        self.problem = _wrapped()
        self.tags = QLineEdit()
        self.tags.setPlaceholderText("Tags, parted by spaces")
        self.tags.setAccessibleName("Tags")
        self.tags.setToolTip("Words to find this run by; Enter keeps them")
        self.tags.editingFinished.connect(self._on_tagged)
        self.note = _Note()
        self.note.left.connect(self._on_noted)
        self._figures = QFormLayout()
        self._figures.setHorizontalSpacing(2 * SPACE)
        self._figures.setVerticalSpacing(SPACE // 2)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        for widget in (self.title, self.facts, self.problem, self.picture, self.tags, self.note):
            column.addWidget(widget)
        column.addLayout(self._figures)
        column.addStretch(1)
        self.setWidget(body)
        self._kept = ("", "")
        self.show_run(None)

    def show_run(self, run: Shown | None) -> None:
        """Tell of this run."""
        card = run.entry.card if run else None
        self.title.setText(card.name if card else run.folder.name if run else "No run is chosen")
        self.problem.setText(run.entry.problem if run else "")
        self.problem.setVisible(bool(run and run.entry.problem))
        for widget in (self.tags, self.note):
            widget.setVisible(card is not None)
        self._show_picture(run)
        while self._figures.rowCount():
            self._figures.removeRow(0)
        if card is None or run is None:
            self.facts.setText("" if run else "Click one in the list to see its figures and to write a note.")
            return
        facts = [f"{run.stage}, {card.epochs_done} of {card.epochs} epochs", f"begun {when(card.created)}"]
        if card.parent:
            facts.append(f"from step {card.parent_step:,} of another run")
        self.facts.setText(" · ".join(facts) + (f"\n{card.sentence}" if card.sentence else ""))
        self._kept = (" ".join(card.tags), card.note)
        self.tags.setText(self._kept[0])
        self.note.setPlainText(self._kept[1])
        for term, value in told(card.figures):
            short = term.unit if len(term.unit) <= _SHORT else ""
            name, text = QLabel(term.label), QLabel(f"{value} {short}".strip())
            name.setToolTip(f"{term.help} ({term.unit})" if term.unit else term.help)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._figures.addRow(name, text)

    def _show_picture(self, run: Shown | None) -> None:
        picture = QPixmap(str(run.folder / THUMBNAIL)) if run else QPixmap()
        self.picture.setVisible(not picture.isNull())
        if not picture.isNull():
            room = QSize(_WIDTH - 5 * SPACE, 14 * SPACE)
            kind = Qt.TransformationMode.FastTransformation
            self.picture.setPixmap(picture.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, kind))

    @Slot()
    def _on_tagged(self) -> None:
        if self.tags.text() != self._kept[0]:
            self._kept = (self.tags.text(), self._kept[1])
            self.tagged.emit(self.tags.text())

    @Slot()
    def _on_noted(self) -> None:
        if self.note.toPlainText() != self._kept[1]:
            self._kept = (self._kept[0], self.note.toPlainText())
            self.noted.emit(self.note.toPlainText())


class _Note(QPlainTextEdit):
    """A few lines of text, kept when the writer goes elsewhere."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("A note: what you tried, and what you saw")
        self.setAccessibleName("Note")
        self.setToolTip("Kept with the run as soon as you click elsewhere")
        self.setTabChangesFocus(True)
        self.setFixedHeight(10 * SPACE)

    def focusOutEvent(self, e: QFocusEvent) -> None:
        super().focusOutEvent(e)
        self.left.emit()


def _wrapped() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setFont(small_font())
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
