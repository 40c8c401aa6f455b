"""The Pictures page: drop pictures to denoise or compress them, before and after under a wipe slider."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from aestudio.qt.darkroom.actions import PictureActions
from aestudio.qt.darkroom.choice import Choice
from aestudio.qt.darkroom.compress_panel import CompressPanel
from aestudio.qt.darkroom.compressing import Compressing
from aestudio.qt.darkroom.denoise_panel import DenoisePanel
from aestudio.qt.darkroom.denoising import Denoising
from aestudio.qt.darkroom.foot import Foot
from aestudio.qt.darkroom.head import Head
from aestudio.qt.darkroom.intake import Intake, can_take
from aestudio.qt.darkroom.looks import Look
from aestudio.qt.darkroom.outcome import Outcome
from aestudio.qt.darkroom.roll import Entry, Roll
from aestudio.qt.darkroom.roll_view import RollView
from aestudio.qt.darkroom.samples import sample
from aestudio.qt.darkroom.stage import Stage
from aestudio.qt.darkroom.table import Table
from aestudio.qt.darkroom.thumbs import Thumbs
from aestudio.qt.darkroom.tool import Tool
from aestudio.qt.darkroom.trained import Trained
from aestudio.qt.darkroom.welcome import Welcome
from aestudio.qt.forms.manners import Stillness
from aestudio.qt.own_undo import OwnUndo
from aestudio.qt.theme import SPACE

_LEFT, _RIGHT = 26 * SPACE, 40 * SPACE
_NARROWEST = 30 * SPACE  # so that the head's buttons have their words in a window of 960 pixels


class PicturesPage(QWidget):
    """Places roll, stage and panels, and joins them; what is done is done by the tools."""

    said = Signal(str)
    trouble = Signal(str)
    files_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.roll = Roll(self)
        self.view, self.stage = RollView(self.roll, self), Stage(self)
        self.actions_ = PictureActions(self)
        self.head = Head(self)
        self.foot = Foot(self.actions_.of_result, self)
        self.intake, self.thumbs = Intake(self), Thumbs(self)
        self.denoising = Denoising(self)
        self.denoise_panel = DenoisePanel(self.denoising, self)
        OwnUndo(self, self.denoise_panel.trying.undo_step, self.denoise_panel.trying.redo_step)
        self.compressing = Compressing(self)
        self.compress_panel = CompressPanel(self.compressing, self)
        self.trained = Trained(self.roll, (self.denoise_panel.model, self.compress_panel.model), self)
        self.table = Table(self.stage, self)
        self.choice = Choice(self.view, self.table, self.foot, self)
        self.outcome = Outcome(self.table, self.choice, self.actions_, self.foot, self)
        self.welcome = Welcome(self)
        self._lay_out()
        self._connect()
        for tool in self._tools:
            self.table.add(tool)
        self.table.take_up(self.denoising)

    def _lay_out(self) -> None:
        self.panels, self.stack = QStackedWidget(self), QStackedWidget(self)
        for panel in (self.denoise_panel, self.compress_panel):
            self.panels.addWidget(_scrolled(panel))
        self.panels.setMinimumWidth(_NARROWEST)
        middle = QWidget(self)
        column = _column(middle)
        for widget in (self.head, self.stage, self.foot):
            column.addWidget(widget, 1 if widget is self.stage else 0)
        self.columns = QSplitter(Qt.Orientation.Horizontal, self)
        self.columns.setHandleWidth(SPACE // 2)
        self.columns.setChildrenCollapsible(False)
        for widget in (self.view, middle, self.panels):
            self.columns.addWidget(widget)
        self.columns.setStretchFactor(1, 1)
        self.columns.setSizes([_LEFT, 800, _RIGHT])
        self.stack.addWidget(self.welcome)
        self.stack.addWidget(self.columns)
        _column(self).addWidget(self.stack)

    def _connect(self) -> None:
        actions = self.actions_
        actions.add_files.triggered.connect(self._on_open)
        actions.add_folder.triggered.connect(self._on_open_folder)
        actions.paste.triggered.connect(self._on_paste)
        actions.remove.triggered.connect(self.view.remove_current)
        actions.clear.triggered.connect(self.roll.clear)
        actions.stop.triggered.connect(self._on_cancel)
        self.welcome.open_wanted.connect(actions.add_files.trigger)
        self.welcome.folder_wanted.connect(actions.add_folder.trigger)
        self.welcome.photograph_wanted.connect(self._on_photograph)
        self.welcome.scan_wanted.connect(self._on_scan)
        self.intake.found.connect(self._on_found)
        self.intake.trouble.connect(self.trouble)
        self.intake.told.connect(self.foot.show_progress)
        self.trained.found.connect(self.choice.try_again)
        self.view.chosen.connect(self.files_changed)
        self.view.thumbnail_wanted.connect(self.thumbs.want)
        self.thumbs.arrived.connect(self.roll.changed)
        self.roll.rowsRemoved.connect(self._on_removed)
        self.roll.modelReset.connect(self._on_removed)
        self.head.tool_chosen.connect(self._on_tool)
        self.compress_panel.told.connect(self.said)
        self.head.look_chosen.connect(self.stage.set_look)
        self.head.loupe_switched.connect(self._on_loupe)
        self.head.fit_wanted.connect(self.stage.fit)
        self.head.pixels_wanted.connect(self.stage.show_pixels)
        self.stage.sight_changed.connect(self._on_sight)
        self.stage.stroked.connect(self._on_stroked)
        self.denoise_panel.brush_changed.connect(self._on_brush)
        self.table.told.connect(self.foot.show_progress)
        self.table.ended.connect(self.foot.say)
        self.table.stopped.connect(self.foot.stop)
        self.foot.again_wanted.connect(self.table.again)
        self.intake.trouble.connect(self.foot.say)
        self.table.sides_changed.connect(self._on_sides)
        self.foot.cancelled.connect(self._on_cancel)
        for part in (self.outcome, *self._tools):
            part.said.connect(self.said)
        self.outcome.trouble.connect(self.trouble)

    def close_work(self) -> None:
        """Stop what is done in the background, and wait for it."""
        for part in (self.intake, self.trained, self.choice, self.thumbs, self.table, self.outcome):
            part.close()
        self.denoise_panel.close_work()

    # --------------------------------------------------------------------------------------- pictures

    def add_files(self, paths: list[Path]) -> None:
        """Put pictures, or those in folders, on the roll, and open the first."""
        self.intake.take_files(paths)

    @property
    def files(self) -> tuple[tuple[Path, ...], Path | None]:
        """The files on the roll, and the one that is chosen; what was pasted is in none."""
        chosen = self.view.current.source if self.view.current else None
        return tuple(self.roll.files), chosen if isinstance(chosen, Path) else None

    def put_back(self, files: tuple[Path, ...], chosen: Path | None) -> None:
        """Put the :attr:`files` of a window that died on the roll again; one that is gone says so itself."""
        if files:
            self._on_found([Entry(path, path.name) for path in files])
        for entry in self.roll.entries:
            if entry.source == chosen:
                self.view.choose(entry)

    @Slot()
    def _on_open(self) -> None:
        self.intake.take_files(self.actions_.ask_files(self))

    @Slot()
    def _on_open_folder(self) -> None:
        self.intake.take_files(self.actions_.ask_folder(self))

    @Slot()
    def _on_paste(self) -> None:
        self.intake.take_mime(QGuiApplication.clipboard().mimeData(), "pasted")

    @Slot()
    def _on_photograph(self) -> None:
        self._on_found([sample("photograph")])
        self.denoise_panel.trying.choose("camera")

    @Slot()
    def _on_scan(self) -> None:
        self.denoise_panel.trying.choose("")  # a scan is damaged as it is
        self.denoise_panel.use_model("scan-cleaner")
        self._on_found([sample("scan")])

    @Slot(list)
    def _on_found(self, entries: list[Entry]) -> None:
        first = not self.roll.entries
        self.roll.add(entries)
        self.stack.setCurrentWidget(self.columns)
        known = next(entry for entry in self.roll.entries if entry.source == entries[0].source)
        if known is self.choice.shown:
            self.outcome.settle("")
            self.choice.try_again()
        self.view.choose(known)
        if first:
            self.stage.setFocus()
        self.outcome.look()
        self.files_changed.emit()

    @Slot()
    def _on_removed(self) -> None:
        if not self.roll.entries:
            self.stack.setCurrentWidget(self.welcome)
            self.files_changed.emit()

    # -------------------------------------------------------------------------------------- the stage

    @property
    def _tools(self) -> tuple[Tool, ...]:
        return self.denoising, self.compressing

    @Slot(int)
    def _on_tool(self, place: int) -> None:
        self.panels.setCurrentIndex(place)
        self.stage.brush = 0.0 if place else self.denoise_panel.trying.brush_radius
        self.table.take_up(self._tools[place])
        self.outcome.look()

    @Slot()
    def _on_sight(self) -> None:
        self.head.show_zoom(self.stage.sight.scale)

    @Slot(bool)
    def _on_loupe(self, on: bool) -> None:
        self.stage.loupe = on
        self.stage.update()

    @Slot()
    def _on_brush(self) -> None:
        self.stage.brush = self.denoise_panel.trying.brush_radius

    @Slot(tuple)
    def _on_stroked(self, points: tuple[tuple[float, float], ...]) -> None:
        stroke = self.denoise_panel.trying.stroke(points)
        if stroke:
            self.denoising.add_stroke(stroke)

    @Slot()
    def _on_sides(self) -> None:
        sides = self.stage.sides
        self.denoise_panel.histogram.show_sides(*((sides.before, sides.after) if sides else ()))

    @Slot()
    def _on_cancel(self) -> None:
        if self.outcome.batch.is_busy:
            self.outcome.batch.stop()
        else:
            self.intake.cancel()
            self.choice.cancel()
            self.foot.say("")
            self.table.cancel()

    # ------------------------------------------------------------------------------------- Qt's events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures, files, folders, and what browsers give."""
        if can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put what was dropped on the roll."""
        event.acceptProposedAction()
        self.intake.take_mime(event.mimeData(), "dropped")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """W, S, F and E look at both sides in another way; L is the loupe, 0 fits, 1 shows each pixel."""
        keys = {look.value[1]: look for look in Look}
        text = event.text().upper()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and text in keys:
            self.head.choose_look(keys[text])
        elif plain and text == "L":
            self.head.loupe.toggle()
        elif plain and text in ("0", "1"):
            (self.stage.fit if text == "0" else self.stage.show_pixels)()
        elif event.key() == Qt.Key.Key_Escape:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.trained.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.head.loupe.setChecked(False)


def _column(parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _scrolled(panel: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(panel)
    Stillness(area).watch_all(panel)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
