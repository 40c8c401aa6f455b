"""The command palette: type a few letters of anything the window can do, press Enter."""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from aestudio.qt.commands import Command
from aestudio.qt.theme import SPACE, small_font

_WIDTH, _ROWS, _ROW = 560, 10, 30
_COMMAND = Qt.ItemDataRole.UserRole
_NO_MATCH = 10_000
Index = QModelIndex | QPersistentModelIndex
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class CommandPalette(QFrame):
    """A list of commands over the window, narrowed by what is typed. It goes when it loses the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.hide()
        self.setAccessibleName("Command palette")
        self._home, self._before = parent, parent
        self._commands: Sequence[Command] = ()
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Type what you want to do")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.returnPressed.connect(self._on_chosen)
        self.field.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.itemEntered.connect(self.list.setCurrentItem)
        self.list.itemClicked.connect(self._on_chosen)
        self.nothing = QLabel("No command of that name", self)
        self.nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setFixedHeight(_ROW)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        for widget in (self.field, self.list, self.nothing):
            column.addWidget(widget)

    def open(self, commands: Sequence[Command]) -> None:
        """Show these commands below the middle of the window's top."""
        if not self.field.hasFocus():
            self._before = QApplication.focusWidget() or self._home
        self.field.clear()
        self.refill(commands)
        home = self._home
        self.setFixedWidth(min(_WIDTH, home.width() - 4 * SPACE))
        self.adjustSize()
        self.move((home.width() - self.width()) // 2, min(80, home.height() // 8))
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def refill(self, commands: Sequence[Command]) -> None:
        """Look for what is typed among these commands from now on."""
        self._commands = commands
        self._on_text_changed(self.field.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the field has the focus, and close with it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                self.list.event(event)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._go()
                return True
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        return super().eventFilter(watched, event)

    def _go(self) -> None:
        """Close, and give the focus back to what had it, unless that is gone, as an editor in a table is."""
        is_there = shiboken6.isValid(self._before) and self._before.isVisible()
        (self._before if is_there else self._home).setFocus(Qt.FocusReason.PopupFocusReason)
        self.close()

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        scored = [(rank(text, command.words), place) for place, command in enumerate(self._commands)]
        ranked = [self._commands[place] for score, place in sorted(scored) if score < _NO_MATCH]
        self.list.clear()
        for command in ranked:
            item = QListWidgetItem(command.name)
            item.setData(_COMMAND, command)
            item.setToolTip(command.action.toolTip())
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(_ROW * min(_ROWS, max(1, len(ranked))))
        self.list.setVisible(bool(ranked))
        self.nothing.setVisible(not ranked)
        self.adjustSize()

    @Slot()
    def _on_chosen(self) -> None:
        row = self.list.currentRow()
        self._go()
        if row >= 0:
            command: Command = self.list.item(row).data(_COMMAND)
            command.action.trigger()


def rank(text: str, name: str) -> int:
    """How well a name answers what was typed: less is better, 10,000 is not at all.

    A word that begins so comes before letters found inside one, and those before letters found apart.
    """
    wanted, name = text.casefold().split(), name.casefold()
    if all(word in name for word in wanted):
        return sum(name.find(word) + (0 if f" {word}" in f" {name}" else 500) for word in wanted)
    letters = iter(name)
    if all(letter in letters for letter in "".join(wanted)):
        return _NO_MATCH - 1
    return _NO_MATCH


class _Row(QStyledItemDelegate):
    """The command's name at the left, its shortcut at the right; what cannot be done now is grey."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        command: Command = index.data(_COMMAND)
        palette, rect = option.palette, QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        enabled = command.action.isEnabled()
        group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
        text, weak = QPalette.ColorRole.Text, QPalette.ColorRole.PlaceholderText
        if chosen:
            painter.fillRect(rect, palette.color(group, QPalette.ColorRole.Highlight))
            text = weak = QPalette.ColorRole.HighlightedText
        rect.adjust(SPACE, 0, -SPACE, 0)
        keys = command.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        painter.save()
        painter.setFont(small_font())
        painter.setPen(palette.color(group, weak))
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)
        room = rect.width() - QFontMetrics(small_font()).horizontalAdvance(keys) - SPACE
        painter.setFont(option.font)
        painter.setPen(palette.color(group, text))
        name = QFontMetrics(option.font).elidedText(command.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()
