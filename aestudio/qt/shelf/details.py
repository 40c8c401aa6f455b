"""What is known of the chosen run: figures, what made it, its note and tags, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from aestudio.evaluation.glossary import told
from aestudio.library.card import Card
from aestudio.library.folder import broken_seals
from aestudio.qt.forms.manners import tooltip
from aestudio.qt.labels import heading
from aestudio.qt.running.background import Background
from aestudio.qt.shelf.row import Row
from aestudio.qt.theme import SPACE, Theme, small_font, theme, theme_source
from aestudio.spec.words import counted

_QUIET_MS = 250
_NOTE_ROWS = 5


class Details(QScrollArea):
    """One run, or how many are chosen. What is written here is kept when the field is left."""

    note_changed = Signal(Path, str)
    tags_changed = Signal(Path, tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: Row | None = None
        self._unwritten: Mapping[Path, Mapping[str, Any]] = {}
        self.title = heading("", self)
        self.state, self.problems, self.facts = _text(self), _text(self), _text(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.tags, self.note = QLineEdit(self), QPlainTextEdit(self)
        self._figures = QWidget(self)
        self._grid = QGridLayout(self._figures)
        self._writing = self._make_writing()
        self._make_area()
        self._checker = Background(self)
        self._checker.done.connect(self._on_checked)
        self._soon = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._soon.timeout.connect(self._check)
        self.tags.editingFinished.connect(self.keep)
        self.note.installEventFilter(self)
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())
        self.show_rows((), fixed=True)

    def sizeHint(self) -> QSize:
        return QSize(320, 480)

    def show_rows(
        self, rows: Sequence[Row], *, fixed: bool, unwritten: Mapping[Path, Mapping[str, Any]] | None = None
    ) -> None:
        """Show the run that is chosen; with none or several, say so.

        Its note and tags are those that are ``unwritten`` yet, where there are such, else its card's.
        """
        self._unwritten = {} if unwritten is None else unwritten
        row = rows[0] if len(rows) == 1 else None
        if row is None or self._row is None or row.folder != self._row.folder:
            self.keep()
            self._fill(row, len(rows))
        elif row is not self._row:
            self._tell(row)
            self._take_writing(row)
        self._row = row
        for field in (self.tags, self.note):
            field.setReadOnly(fixed)

    def follow(self, old: Path, new: Path) -> None:
        """A run has got another folder; if it is shown, what is written here is for that one."""
        if self._row and self._row.folder == old:
            self._row = replace(self._row, folder=new)

    def edit_note(self) -> None:
        """Put the cursor into the note."""
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def edit_tags(self) -> None:
        """Put the cursor into the tags."""
        self.tags.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tags.selectAll()

    @Slot()
    def keep(self) -> None:
        """Have what was written kept."""
        if self._row is None or self._row.card is None:
            return
        folder, (known_note, known_tags) = self._row.folder, self._known(self._row)
        note, tags = self.note.toPlainText(), _tags_in(self.tags.text())
        if self.note.document().isModified() and note != known_note:
            self.note_changed.emit(folder, note)
        if self.tags.isModified() and tags != known_tags:
            self.tags_changed.emit(folder, tags)
        self.note.document().setModified(False)
        self.tags.setModified(False)

    def close_readers(self) -> None:
        """Stop looking into the folder."""
        self._soon.stop()
        self._checker.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A note is kept when its field is left."""
        if event.type() == QEvent.Type.FocusOut:
            self.keep()
        return False

    # --------------------------------------------------------------------------------------- showing

    def _fill(self, row: Row | None, count: int) -> None:
        self._soon.stop()
        self._checker.cancel()
        self.problems.hide()
        for widget in (self.state, self.facts, self._figures, self._writing):
            widget.setVisible(row is not None)
        if row is None:
            many = f"{count} runs chosen"
            self.title.setText(many if count else "Choose a run to see its figures and write a note")
            return
        self._tell(row)
        note, tags = self._known(row)
        self.tags.setText(" ".join(tags))
        self.note.setPlainText(note)
        self.note.document().setModified(False)
        self._writing.setVisible(row.card is not None)
        self._soon.start()

    def _tell(self, row: Row) -> None:
        self.title.setText(row.name)
        self.state.setText(_state(row))
        self.facts.setText(_facts(row.card) if row.card else str(row.folder))
        self._show_figures(row.card)
        if row.is_bad:
            self._show_problems((row.line,))

    def _take_writing(self, row: Row) -> None:
        """What another program wrote, unless something is being written here."""
        note, tags = self._known(row)
        if not self.note.document().isModified() and self.note.toPlainText() != note:
            self.note.setPlainText(note)
            self.note.document().setModified(False)
        if not self.tags.isModified():
            self.tags.setText(" ".join(tags))

    def _known(self, row: Row) -> tuple[str, tuple[str, ...]]:
        """A run's note and tags."""
        if row.card is None:
            return "", ()
        latest: dict[str, Any] = {
            "note": row.card.note,
            "tags": row.card.tags,
            **self._unwritten.get(row.folder, {}),
        }
        return latest["note"], tuple(latest["tags"])

    def _show_figures(self, card: Card | None) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        figures = told(card.figures) if card else []
        for line, (term, value) in enumerate(figures):
            for place, text in enumerate((term.label, value, term.unit)):
                label = QLabel(text, self._figures)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setToolTip(tooltip(term.help))
                if place != 1:
                    label.setFont(small_font())
                    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
                side = Qt.AlignmentFlag.AlignRight if place == 1 else Qt.AlignmentFlag.AlignLeft
                self._grid.addWidget(label, line, place, side | Qt.AlignmentFlag.AlignBaseline)

    def _show_problems(self, problems: Sequence[str]) -> None:
        self.problems.setText("\n".join(problems))
        self.problems.setVisible(bool(problems))

    @Slot()
    def _check(self) -> None:
        """Hashes are taken of every file, so this is for a run that somebody stays with."""
        if self._row and self._row.card and self._row.stage not in ("training", "interrupted"):
            folder = self._row.folder
            self._checker.start(lambda progress: (folder, broken_seals(folder)))

    @Slot(object)
    def _on_checked(self, found: tuple[Path, tuple[str, ...]]) -> None:
        folder, problems = found
        if self._row and self._row.folder == folder:
            failed = (self._row.line,) if self._row.is_bad else ()
            self._show_problems((*failed, *problems))

    # ---------------------------------------------------------------------------------------- making

    def _make_writing(self) -> QWidget:
        box = QWidget(self)
        form = QFormLayout(box)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SPACE)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.tags.setPlaceholderText("words, parted by spaces")
        self.tags.setAccessibleName("Tags")
        self.tags.setToolTip("Words to find the run by, parted by spaces; kept on Enter")
        self.note.setPlaceholderText("What was it about? What came out?")
        self.note.setAccessibleName("Note")
        self.note.setToolTip(tooltip("What the run is about; kept when the field is left"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(_NOTE_ROWS * self.note.fontMetrics().lineSpacing() + 2 * SPACE)
        form.addRow("Tags", self.tags)
        form.addRow("Note", self.note)
        return box

    def _make_area(self) -> None:
        content = _Tall(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(SPACE // 2)
        self._grid.setColumnStretch(2, 1)
        for widget in (self.title, self.state, self.problems, self._figures, self._writing, self.facts):
            column.addWidget(widget)
        column.addStretch(1)
        self.facts.setFont(small_font())
        self.facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setAccessibleName("About the chosen run")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        self.problems.setStyleSheet(f"color: {now.bad};")


class _Tall(QWidget):
    """As tall as its wrapped lines make it; Qt's scroll areas reckon with lines that do not wrap."""

    def event(self, event: QEvent) -> bool:
        """Reckon anew when the layout or the width changes."""
        done = super().event(event)
        layout = self.layout()
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize) and layout:
            least = layout.totalMinimumSize().height()
            self.setMinimumHeight(max(least, layout.totalHeightForWidth(self.width())))
        return done


def _text(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label


def _state(row: Row) -> str:
    card = row.card
    if card is None:
        return row.stage.capitalize()
    done = card.epochs_words if card.epochs else "before its first epoch"
    limit = f" of {card.limit:,.0f}" if card.limit and card.stage != "done" else ""
    words = f"{row.stage.capitalize()}, {done}, step {card.step:,}, {card.seconds:,.1f}{limit} s"
    return f"{words}\n{card.sentence}" if card.sentence and row.stage != "failed" else words


def _facts(card: Card) -> str:
    data = card.data
    sizes = ", ".join(f"{data[n]:,} {w}" for n, w in _SIZES if isinstance(data.get(n), int))
    lines = [
        f"Preset {card.preset}",
        f"Data {data.get('name', 'unknown')}: {sizes}" if sizes else "",
        str(data.get("content_hash", ""))[:23],
        f"Trained on {card.device}, {counted(card.threads, 'thread')}" if card.device else "",
        ", ".join(f"{name} {version}" for name, version in card.versions.items()),
        f"Began with the weights of {card.parent[:8]} at step {card.parent_step:,}" if card.parent else "",
        f"Run {card.id[:8]}",
    ]
    return "\n".join(line for line in lines if line)


_SIZES = (("train", "train"), ("validation", "validate"), ("test", "test"))


def _tags_in(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(word.lstrip("#") for word in text.replace(",", " ").split() if word.strip("#"))
    )
