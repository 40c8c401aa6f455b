"""A, B and C: places that paths and arithmetic go by."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFont,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QInputDialog,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from aestudio.qt.drawing.pictures import as_rgb, fitted, to_image
from aestudio.qt.files import are_pictures
from aestudio.qt.theme import SPACE, small_font, theme

if TYPE_CHECKING:
    from aestudio.latent.landmarks import Landmark
    from aestudio.latent.space import Space

_PICTURE = 44
_CLASSES = 40  # more would make a menu that nobody reads
_FILES = "Pictures (*.png *.jpg *.jpeg *.webp *.avif *.tif *.tiff *.bmp *.gif);;All files (*)"


class PlaceSlot(QAbstractButton):
    """One letter's place: its picture and name. A click asks for another, a picture can be dropped."""

    here_wanted = Signal()
    text_wanted = Signal(str)  # what finds a landmark

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.letter = letter
        self.mark: Landmark | None = None
        self.asked = ""  # what was asked for and is not there yet
        self._image = QImage()
        self._space: Space | None = None
        self.setAcceptDrops(True)
        self.setFont(small_font())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(
            f"Where {letter} is: click for another place, or drop a picture ({letter} on the map)"
        )
        self.clicked.connect(self._on_clicked)

    def sizeHint(self) -> QSize:
        return QSize(168, _PICTURE + SPACE)

    def minimumSizeHint(self) -> QSize:
        return QSize(112, _PICTURE + SPACE)

    def show_mark(self, mark: Landmark | None, space: Space | None) -> None:
        """Be at this place from now on."""
        self.mark, self._space, self.asked = mark, space, ""
        self._image = to_image(as_rgb(mark.image[None])[0]) if mark else QImage()
        self.setAccessibleName(f"{self.letter}: {mark.name if mark else 'nowhere'}")
        self.setEnabled(space is not None)
        self.update()

    def wait(self) -> None:
        """Be nowhere until another space is open, and there where this one was."""
        asked = self.name_of_place
        self.show_mark(None, None)
        self.asked = asked

    @property
    def name_of_place(self) -> str:
        """What finds the place again, empty where nothing does."""
        return self.asked or (self.mark.text if self.mark else "")

    def keyPressEvent(self, e: QKeyEvent) -> None:
        """Enter does what Space does."""
        if e.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(e)

    def paintEvent(self, e: QPaintEvent) -> None:
        t = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = t.accent if self.hasFocus() or self.underMouse() else t.line
        painter.setPen(QPen(QColor(outline), 1))
        painter.setBrush(QColor(t.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        bold = QFont(self.font())
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(t.text))
        letter = QRectF(0, 0, 3 * SPACE, self.height())
        painter.drawText(letter, Qt.AlignmentFlag.AlignCenter, self.letter)
        left = float(letter.right())
        if not self._image.isNull():
            size = fitted(self._image.size(), QSize(_PICTURE, _PICTURE))
            top = (self.height() - size.height()) / 2
            painter.drawImage(QRectF(left, top, size.width(), size.height()), self._image)
            left += size.width() + SPACE
        painter.setFont(self.font())
        room = QRectF(left, 0, self.width() - left - SPACE // 2, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, flags, self.mark.name if self.mark else "")

    # ----------------------------------------------------------------------------------------- input

    @Slot()
    def _on_clicked(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """Other places to be at; whoever opens it deletes it."""
        menu = QMenu(self)
        menu.addAction(f"Where I Am\t{self.letter}").triggered.connect(self.here_wanted)
        space = self._space
        names = space.data.classes if space and space.labels is not None else ()
        if 0 < len(names) <= _CLASSES:
            classes = menu.addMenu("Middle of a Class")
            for name in names:
                action = classes.addAction(name)
                action.setData(f"class:{name}")
                action.triggered.connect(self._on_named)
        menu.addAction("Test Image…").triggered.connect(self._on_number)
        if space and len(space.data.shape) == 3:
            menu.addAction("Picture…").triggered.connect(self._on_picture)
        return menu

    @Slot()
    def _on_named(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            self.text_wanted.emit(str(sender.data()))

    @Slot()
    def _on_number(self) -> None:
        if self._space is None:
            return
        last = len(self._space.codes) - 1
        words = f"Number of the test image, 0 to {last:,}"
        number, chosen = QInputDialog.getInt(self, f"{self.letter}: a Test Image", words, 0, 0, last)
        if chosen:
            self.text_wanted.emit(str(number))

    @Slot()
    def _on_picture(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, f"{self.letter}: a picture of your own", "", _FILES)
        if path:
            self.text_wanted.emit(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len(dropped(event)) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.text_wanted.emit(dropped(event)[0])


def dropped(event: QDropEvent) -> list[str]:
    """The picture files that are dragged."""
    paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if Path(path).is_file() and are_pictures([path])]


class PlaceSlots(QWidget):
    """The three below each other."""

    here_wanted = Signal(str)  # a letter
    text_wanted = Signal(str, str)

    def __init__(self, letters: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slots_ = {letter: PlaceSlot(letter, self) for letter in letters}
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE)
        column.setSpacing(SPACE // 2)
        for slot in self.slots_.values():
            column.addWidget(slot)
            slot.here_wanted.connect(self._on_here)
            slot.text_wanted.connect(self._on_text)
        column.addStretch(1)

    @property
    def texts(self) -> tuple[str, ...]:
        """What finds each place again, empty where nothing does."""
        return tuple(slot.name_of_place for slot in self.slots_.values())

    def wait(self) -> None:
        """Be nowhere until another space is open."""
        for slot in self.slots_.values():
            slot.wait()

    def forget(self) -> None:
        """Be nowhere: what the letters were put on means nothing on other data."""
        for slot in self.slots_.values():
            slot.show_mark(None, None)

    def mark(self, letter: str) -> Landmark | None:
        """Where a letter is."""
        return self.slots_[letter].mark

    def show_mark(self, letter: str, mark: Landmark | None, space: Space | None) -> None:
        """Put a letter somewhere."""
        self.slots_[letter].show_mark(mark, space)

    @Slot()
    def _on_here(self) -> None:
        sender = self.sender()
        if isinstance(sender, PlaceSlot):
            self.here_wanted.emit(sender.letter)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        sender = self.sender()
        if isinstance(sender, PlaceSlot):
            self.text_wanted.emit(sender.letter, text)
