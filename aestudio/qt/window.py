"""The main window. It places the page and the bars and wires their signals; it decides nothing.

Dialogs are imported when they are asked for, so that the first window need not wait for them.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from aestudio.library.place import default_workspace
from aestudio.library.presets import load_preset, preset_names
from aestudio.qt import menus
from aestudio.qt.bars.banner import Banner
from aestudio.qt.bars.status import StatusBar
from aestudio.qt.builder.document import Document
from aestudio.qt.chapters import Chapters
from aestudio.qt.commands import Commands
from aestudio.qt.dialogs.help import Help
from aestudio.qt.files import Files, are_pictures
from aestudio.qt.pages.train import TrainPage
from aestudio.qt.races import Races
from aestudio.qt.running.engine import run_lanes
from aestudio.qt.running.loader import Opened
from aestudio.qt.running.session import Session
from aestudio.qt.running.trainer import Engine, State, Trainer
from aestudio.qt.settings import Settings
from aestudio.qt.theme import Mode, use_theme

FIRST_PRESET = "undercomplete"


class Window(QMainWindow):
    """One session in one window."""

    painted = Signal()  # for the first time: what is heavy may begin

    def __init__(self, engine: Engine = run_lanes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("AE Studio")
        self.setMinimumSize(QSize(960, 600))
        self.setAcceptDrops(True)
        self.installEventFilter(self)  # until it is painted
        self.settings = Settings()
        document = Document(load_preset(_first_preset(self.settings.preset)), self)
        workspace = Path(self.settings.workspace or default_workspace())
        self.session = Session(document, Trainer(engine, self), self, workspace=workspace)
        self.files = Files(self.session, self)
        self.races = Races(self.session, self)
        self.page = TrainPage(self.session, self)
        self.status = StatusBar(self)
        self.setStatusBar(self.status)
        self.commands = Commands(self)
        self.chapters = Chapters(self)
        self.book = self.chapters.book
        self.banner = Banner(self)
        self.book.add_above(self.banner)
        self.setCentralWidget(self.book)
        self.help = Help(self.commands, self)
        self.help.said.connect(self.status.say)
        self.step: QAction
        self.stop: QAction
        self.figures: QAction
        menus.fill(self.commands, self)
        menus.fill_recent(self.commands, self)
        for action in (self.step, self.stop, self.figures):
            self.page.transport.add_action(action)
        self._wire()
        self._on_state_changed(State.IDLE)
        self.splitters = {"columns": self.page.columns, "right": self.page.right}
        self._first_sizes = {name: splitter.saveState() for name, splitter in self.splitters.items()}
        if not self.settings.restore(self, self.splitters):
            self.resize(_first_size())

    def _wire(self) -> None:
        session, status = self.session, self.status
        session.said.connect(status.say)
        session.trouble.connect(self.banner.show_trouble)
        session.began.connect(self.banner.hide)
        session.opened.connect(self.banner.hide)
        session.loading.connect(status.show_loading)
        session.loaded.connect(status.end_loading)
        session.loaded.connect(self._on_loaded)
        session.opened.connect(status.show_data)
        session.opened.connect(self._on_opened)
        session.trainer.started.connect(status.start)
        session.trainer.readings.passed.connect(status.draw)
        session.trainer.state_changed.connect(self._on_state_changed)
        session.trainer.measured.connect(self._on_measured)
        session.reopened.connect(self._on_measured)
        session.document.changed.connect(self._on_document_changed)
        status.cancelled.connect(session.cancel_loading)
        self.files.data_chosen.connect(self._on_data_chosen)

    # --------------------------------------------------------------------------------------- pages

    @Slot()
    def turn_page(self) -> None:
        """Open the page that the chosen action names by its place."""
        self.book.turn_to(int(_chosen(self.sender())))

    # ------------------------------------------------------------------------------------ commands

    @Slot()
    def open_preset(self) -> None:
        """Open the preset that the chosen action names."""
        self.files.open_preset(_chosen(self.sender()))

    @Slot()
    def open_known_data(self) -> None:
        """Open the data that the chosen action names."""
        self.session.open_data(_chosen(self.sender()))

    @Slot()
    def download_data(self) -> None:
        """Fetch the data that the chosen action names, and open them."""
        self.session.open_data(_chosen(self.sender()), download=True)

    @Slot()
    def show_data_card(self) -> None:
        """Open the card of the data, beside the window's work."""
        from aestudio.qt.dialogs.data_panel import DataPanel

        if self.session.data:
            DataPanel(self.session.data, self).show()
        else:
            self.status.say("The data are still on their way")

    @Slot()
    def show_figures(self) -> None:
        """Open the last run's figures on the test images."""
        from aestudio.qt.dialogs.figures_panel import FiguresPanel

        if measured := self.session.measured:
            FiguresPanel(measured, self).show()

    @Slot()
    def use_system_theme(self) -> None:
        """Light or dark as the system has it."""
        self._use_theme("system")

    @Slot()
    def use_light_theme(self) -> None:
        """Dark on light."""
        self._use_theme("light")

    @Slot()
    def use_dark_theme(self) -> None:
        """Light on dark."""
        self._use_theme("dark")

    @Slot()
    def reset_layout(self) -> None:
        """Share the room as at the first start."""
        for name, splitter in self.splitters.items():
            splitter.restoreState(self._first_sizes[name])

    @Slot()
    def toggle_full_screen(self) -> None:
        """Use the whole screen, or come back from it."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def _use_theme(self, mode: Mode) -> None:
        self.settings.theme = mode
        app = QApplication.instance()
        if isinstance(app, QApplication):
            use_theme(app, mode)

    # -------------------------------------------------------------------------------------- signals

    @Slot(object)
    def _on_state_changed(self, state: State) -> None:
        self.step.setEnabled(state is not State.STOPPING)
        self.stop.setEnabled(state in (State.RUNNING, State.PAUSED))
        self.figures.setEnabled(self.session.measured is not None)

    @Slot()
    def _on_measured(self) -> None:
        self.figures.setEnabled(self.session.measured is not None)

    @Slot()
    def _on_loaded(self) -> None:
        menus.fill_data(self.commands, self)
        self.session.loaded.disconnect(self._on_loaded)

    @Slot(str)
    def _on_data_chosen(self, path: str) -> None:
        self.session.open_data(path)

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        if Path(opened.spec.source).exists():
            self.settings.note_recent(opened.spec.source)
            menus.fill_recent(self.commands, self)

    @Slot()
    def _on_document_changed(self) -> None:
        base = self.session.document.base
        self.setWindowTitle(f"{base.lesson.title or base.name} – AE Studio")
        self.settings.preset = base.name

    # ------------------------------------------------------------------------------------ Qt's events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space trains and pauses wherever no field or button has a use for it."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_Space and plain and not event.isAutoRepeat():
            self.session.train_or_pause()
        elif event.key() == Qt.Key.Key_Escape:
            self.banner.hide()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell once that the window is on the screen."""
        if event.type() == QEvent.Type.Paint:
            self.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)  # by then the views are painted as well
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Ask for no pictures while the window is minimised."""
        if event.type() == QEvent.Type.WindowStateChange:
            self.page.set_seen(seen=not self.isMinimized())
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped: pictures on their page, a TOML file as a run, anything else as data."""
        event.acceptProposedAction()
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if are_pictures(paths):
            self.chapters.show_pictures(list(map(Path, paths)))
        else:
            self.files.drop(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what is running and wait for it."""
        self.settings.keep(self, self.splitters)
        self.session.close()
        self.chapters.close()
        self.races.close()
        self.files.close()
        self.page.timeline.close_reel()
        super().closeEvent(event)


def _chosen(sender: object) -> str:
    return str(sender.data()) if isinstance(sender, QAction) else ""


def _first_preset(kept: str) -> str:
    names = preset_names()
    return next((name for name in (kept, FIRST_PRESET) if name in names), names[0])


def _first_size() -> QSize:
    room = QGuiApplication.primaryScreen().availableSize()
    return QSize(min(1600, room.width() * 9 // 10), min(1000, room.height() * 9 // 10))
