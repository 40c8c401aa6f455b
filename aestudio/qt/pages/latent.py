"""The Latent page: go anywhere in a run's latent space, from one image to another, and draw new ones."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from aestudio.qt.drawing.gallery import Gallery
from aestudio.qt.forms.manners import Stillness
from aestudio.qt.labels import ElidedLabel
from aestudio.qt.latent.actions import LatentActions
from aestudio.qt.latent.decoded import Decoded
from aestudio.qt.latent.empty import Empty
from aestudio.qt.latent.explorer import Explorer
from aestudio.qt.latent.letters import Letters
from aestudio.qt.latent.map import LETTERS, LatentMap
from aestudio.qt.latent.plane_pictures import PlanePictures
from aestudio.qt.latent.runs_box import RunsBox
from aestudio.qt.latent.sliders import Sliders
from aestudio.qt.latent.slots import PlaceSlots, dropped
from aestudio.qt.latent.strip_tabs import StripTabs
from aestudio.qt.latent.works import Explored
from aestudio.qt.own_undo import OwnUndo
from aestudio.qt.running.loader import Opened
from aestudio.qt.theme import ICON, SPACE

_SLOTS = 25 * SPACE
_RIGHT = 44 * SPACE


class LatentPage(QWidget):
    """Places map, decoded picture, sliders and strips, and joins them with where one is."""

    said = Signal(str)
    trouble = Signal(str)
    train_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.explorer = Explorer(self)
        self.runs, self.about, self.empty = RunsBox(self), ElidedLabel(self), Empty(self)
        self.actions_ = LatentActions(self)
        self.map, self.decoded, self.sliders = LatentMap(), Decoded(), Sliders(self)
        self.slots_ = PlaceSlots(LETTERS, self)
        self.letters = Letters(self.explorer, self.slots_, self.map, self)
        self.tabs = StripTabs(self.explorer, self.letters, self.map, self)
        self.pictures = PlanePictures(self.explorer, self.map, self)
        self._opened: Opened | None = None
        OwnUndo(
            self,
            lambda: self.explorer.back if self.explorer.can_go_back else None,
            lambda: self.explorer.forth if self.explorer.can_go_forth else None,
        )
        self._lay_out()
        Stillness(self).watch_all(self.tabs)
        self._connect()
        self._enable()

    # ----------------------------------------------------------------------------------------- making

    def _lay_out(self) -> None:
        lower = QWidget(self)
        row = QHBoxLayout(lower)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.slots_)
        row.addWidget(self.tabs, 1)
        self.slots_.setFixedWidth(_SLOTS)
        right = _splitter(Qt.Orientation.Vertical, (self.decoded, self.sliders), (240, 240))
        right.setStretchFactor(0, 0)
        right.setStretchFactor(1, 1)
        upper = _splitter(Qt.Orientation.Horizontal, (self.map, right), (800, _RIGHT))
        whole = _splitter(Qt.Orientation.Vertical, (upper, lower), (460, 216))
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self.stack, 1)

    def _head(self) -> QWidget:
        head = QFrame(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        row.setSpacing(SPACE)
        self.runs.setMinimumContentsLength(20)
        row.addWidget(self.runs)
        row.addWidget(self.about, 1)
        for action in (self.actions_.back, self.actions_.forth, self.actions_.copy):
            button = QToolButton(head)
            button.setDefaultAction(action)
            button.setAutoRaise(True)
            button.setIconSize(QSize(ICON, ICON))
            row.addWidget(button)
        return head

    def _connect(self) -> None:
        explorer, actions = self.explorer, self.actions_
        self.runs.chosen.connect(self._on_run_chosen)
        self.runs.emptied.connect(self._on_emptied)
        self.empty.train_wanted.connect(self.train_wanted)
        self.runs.missed.connect(self._on_missed)
        explorer.opening.connect(self._on_opening)
        explorer.told.connect(self._on_told)
        explorer.opened.connect(self._on_explored)
        explorer.failed.connect(self._on_failed)
        explorer.moved.connect(self._on_moved)
        explorer.looked.connect(self.decoded.show_look)
        self.map.pointed_at.connect(explorer.point)
        self.map.walked.connect(explorer.walk_to)
        self.map.picked.connect(explorer.go_to_image)
        self.map.plot.unclicked.connect(explorer.back)  # a double click shows all, and goes nowhere
        self.sliders.turned.connect(explorer.go)
        self.sliders.middle_wanted.connect(self._on_middle)
        for part in (explorer, self.letters, self.tabs, self.pictures):
            part.trouble.connect(self.trouble)
        for view in (self.map, self.decoded, *self.tabs.strips):
            view.told.connect(self.said)
        actions.back.triggered.connect(explorer.back)
        actions.forth.triggered.connect(explorer.forth)
        actions.middle.triggered.connect(self._on_middle)
        actions.pictures.triggered.connect(self.map.pictures.toggle)
        actions.others.triggered.connect(self.tabs.draw_others)
        actions.copy.triggered.connect(self._on_copy)
        for letter, action in actions.letters.items():
            action.triggered.connect(partial(self.letters.put_here, letter))

    # --------------------------------------------------------------------------------- for the window

    @Slot(object)
    def set_data(self, opened: Opened) -> None:
        """Other data are open: runs on them are explored from now on."""
        self._opened = opened
        self.explorer.forget()
        self.slots_.forget()
        self._enable()
        self.map.set_test_images(opened.test_images, opened.test_labels, opened.data.classes)
        self.decoded.gallery = Gallery(opened.test_images, opened.test_labels, opened.data.classes)
        self.empty.name_data(opened.data.name)
        self.stack.setCurrentIndex(0)
        self.runs.set_data(opened.data)
        self.refresh()

    def use(self, workspace: Path) -> None:
        """Offer the runs in this folder from now on."""
        self.runs.use(workspace)
        self.refresh()

    def show_run(self, folder: Path) -> None:
        """Explore this run, as soon as the page is seen."""
        self.runs.want(folder, must=True)
        self.refresh()

    def offer(self, folder: Path | None) -> None:
        """A run is on view: it is explored next, unless somebody is exploring another one right now."""
        if folder and not (self.isVisible() and self.explorer.folder):
            self.runs.want(folder)
        self.refresh()

    def move_run(self, old: Path, new: Path) -> None:
        """A run lies in another folder from now on; where it is explored, it goes on being so."""
        self.explorer.move_run(old, new)
        self.runs.move_run(old, new)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Look which runs there are, if the page is seen; it does so whenever it is shown."""
        if self.isVisible():
            self.runs.refresh()

    def close_work(self) -> None:
        """Stop what is done in the background, and wait for it."""
        for part in (self.runs, self.tabs):
            part.close_work()
        for worker in (self.explorer, self.letters, self.pictures):
            worker.close()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    # --------------------------------------------------------------------------------------- exploring

    @Slot(Path)
    def _on_run_chosen(self, folder: Path) -> None:
        if self._opened is not None:
            self.stack.setCurrentIndex(1)
            self.explorer.open(folder, self._opened.data, self.slots_.texts)

    @Slot()
    def _on_emptied(self) -> None:
        self.explorer.forget()
        self.about.say("")
        self.stack.setCurrentIndex(0)
        self._enable()

    @Slot(Path)
    def _on_missed(self, folder: Path) -> None:
        if self._opened is not None:
            name = self._opened.data.name
            self.trouble.emit(
                f"{folder.name} was not trained on the open {name}, or has learnt nothing yet; "
                f"open it on the Runs page (Enter), then explore it"
            )

    @Slot()
    def _on_opening(self) -> None:
        self.about.say("")
        self.map.wait("Encoding the test images…")
        self.sliders.show_explored(None)
        self.decoded.clear()
        self.tabs.clear()
        self._enable()

    @Slot(float, str)
    def _on_told(self, share: float, doing: str) -> None:
        self.map.plot.hint = f"{doing[:1].upper()}{doing[1:]}… {share:.0%}"

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.map.wait("This run cannot be explored.")
        self.trouble.emit(sentence)
        self._enable()

    @Slot(object)
    def _on_explored(self, explored: Explored) -> None:
        space = explored.space
        kind = "variational, " if space.variational else ""
        self.about.say(f"{kind}a code of {space.size:,} number{'s' * (space.size != 1)}")
        self.map.show_space(space)
        self.sliders.show_explored(explored)
        self.tabs.samples.offer(space)
        self.letters.take(explored)

    @Slot()
    def _on_moved(self) -> None:
        space, code = self.explorer.space, self.explorer.code
        if space is not None and code is not None:
            self.map.marks.show_here(QPointF(*map(float, space.projection.project(code[None])[0])))
            self.sliders.show_code(code)
        self._enable()

    @Slot()
    def _on_middle(self) -> None:
        if (space := self.explorer.space) is not None:
            self.explorer.go(space.middle)

    def _enable(self) -> None:
        explorer = self.explorer
        back, forth = explorer.can_go_back, explorer.can_go_forth
        self.actions_.enable(explored=explorer.space is not None, back=back, forth=forth)

    @Slot()
    def _on_copy(self) -> None:
        words, folder = self.tabs.command(), self.explorer.folder
        if folder is None:
            return
        if words is None:
            self.said.emit("A place between the images has no name that a command could give")
            return
        act, *rest = words
        command = shlex.join(["aestudio", "latent", act, str(folder), *rest])
        QGuiApplication.clipboard().setText(command)
        self.said.emit(f"On the clipboard: {command}")

    # ----------------------------------------------------------------------------------------- drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one picture: where it is encoded, there one goes."""
        if self.explorer.space is not None and len(dropped(event)) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.letters.put("", dropped(event)[0])


def _splitter(direction: Qt.Orientation, parts: tuple[QWidget, ...], sizes: tuple[int, ...]) -> QSplitter:
    """The first part takes what room there is."""
    splitter = QSplitter(direction)
    splitter.setHandleWidth(SPACE // 2)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    splitter.setStretchFactor(0, 1)
    splitter.setSizes(list(sizes))
    return splitter
