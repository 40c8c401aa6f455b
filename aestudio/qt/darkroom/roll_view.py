"""The roll as it is seen: a thumbnail, a name, and a line of what is known."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from aestudio.qt.darkroom.roll import Entry, Index, Roll, State
from aestudio.qt.drawing.pictures import fitted
from aestudio.qt.theme import SPACE, mixed, small_font, theme

_THUMB = 5 * SPACE
_ROW = _THUMB + SPACE
_LEAST = 4 * SPACE  # pixels of a line that are worth any letters


class RollView(QListView):
    """Choosing a row puts its picture on the stage; Delete takes it off the roll."""

    chosen = Signal(object)  # Entry or None
    thumbnail_wanted = Signal(object)  # Entry

    def __init__(self, roll: Roll, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.roll = roll
        self.setModel(roll)
        delegate = _Delegate(self)
        delegate.thumbnail_wanted.connect(self.thumbnail_wanted)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setAccessibleName("Pictures")
        self.setAccessibleDescription("Choose one to look at; Delete takes it off the list, not off the disk")

    @property
    def current(self) -> Entry | None:
        """The picture that is chosen."""
        return self.roll.entry(self.currentIndex())

    def choose(self, entry: Entry | None) -> None:
        """Choose a picture, or none."""
        self.setCurrentIndex(self.roll.place(entry) if entry else QModelIndex())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.chosen.emit(self.current if self.selectionModel().hasSelection() else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self.remove_current()
        elif event.text().isprintable() and event.text():
            event.ignore()  # letters, digits and Space are the page's; the list would look for names by them
        else:
            super().keyPressEvent(event)

    @Slot()
    def remove_current(self) -> None:
        """Take the chosen picture off the roll."""
        if entry := self.current:
            self.roll.remove(entry)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()
        super().changeEvent(event)


class _Delegate(QStyledItemDelegate):
    """Paints a row."""

    thumbnail_wanted = Signal(object)  # Entry

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(12 * SPACE, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        now, place = theme(), QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType]  # the stubs lack it
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]  # likewise
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, mixed(now.accent, now.window, 0.82))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, mixed(now.accent, now.window, 0.93))
        self._paint_thumbnail(painter, entry, place)
        text = place.adjusted(_THUMB + 2 * SPACE, SPACE // 2, -SPACE, -SPACE // 2)
        upper, lower = text.adjusted(0, 0, 0, -text.height() // 2), text.adjusted(0, text.height() // 2, 0, 0)
        painter.setPen(QColor(now.text))
        _line(painter, upper, entry.name, Qt.TextElideMode.ElideMiddle)
        painter.setFont(small_font())
        painter.setPen(QColor(now.bad if entry.state is State.FAILED else now.muted))
        _line(painter, lower, entry.line, Qt.TextElideMode.ElideRight)
        if entry.state is State.WORKING:
            self._paint_share(painter, entry.share, place)
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, entry: Entry, place: QRect) -> None:
        square = QRect(place.left() + SPACE, place.top() + SPACE // 2, _THUMB, _THUMB)
        if entry.thumbnail is None:
            self.thumbnail_wanted.emit(entry)
            painter.setPen(QPen(QColor(theme().line), 1))
            painter.drawRect(square.adjusted(8, 8, -9, -9))
            return
        target = QRect(QPoint(), fitted(entry.thumbnail.size(), square.size()))
        target.moveCenter(square.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, entry.thumbnail)

    def _paint_share(self, painter: QPainter, share: float, place: QRect) -> None:
        bar = QRect(place.left(), place.bottom() - 1, round(place.width() * share), 2)
        painter.fillRect(bar, QColor(theme().accent))


def _line(painter: QPainter, place: QRect, text: str, mode: Qt.TextElideMode) -> None:
    if place.width() < _LEAST:
        return  # three dots and no letter say nothing; the tip has it all
    fitting = QFontMetrics(painter.font()).elidedText(text, mode, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitting)
