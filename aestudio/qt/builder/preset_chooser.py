"""The chooser of presets: a title and a line for each, and a way back to the preset as it ships."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from aestudio.library.presets import load_preset, preset_names
from aestudio.qt.builder.document import Document
from aestudio.qt.builder.row_editors import tool_button
from aestudio.qt.forms.manners import Manners, tooltip
from aestudio.qt.theme import SPACE, heading_font, icon, small_font
from aestudio.spec.faults import UserError

_NAME, _LINE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_POPUP_WIDTH = 480


class PresetChooser(QWidget):
    """Opens presets in a document, and shows which one it began as.

    Args:
        document: the run under edit.
        parent: owner.
    """

    failed = Signal(str)  # a sentence: the preset could not be read

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.combo = QComboBox(self)
        self.combo.setAccessibleName("Preset")
        self.combo.setItemDelegate(_TwoLines(self.combo))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.setMaxVisibleItems(12)
        self.combo.view().setMinimumWidth(_POPUP_WIDTH)
        Manners(self).watch(self.combo)
        self._fill()
        self.combo.activated.connect(self._on_activated)
        self.back = QAction(icon("reset"), "Back to the preset", self)
        self.back.setToolTip("Back to the preset as it was opened (undo brings your changes back)")
        self.back.triggered.connect(self._on_back)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE, 0, SPACE, 0)
        line.setSpacing(SPACE // 2)
        line.addWidget(self.combo, 1)
        line.addWidget(tool_button(self.back, self))
        document.changed.connect(self._on_changed)
        self._on_changed()

    def _fill(self) -> None:
        for name in preset_names():
            try:
                lesson = load_preset(name).lesson
            except UserError as error:
                self.combo.addItem(name, name)
                self._describe(str(error))
                continue
            self.combo.addItem(lesson.title or name, name)
            self._describe(lesson.shows)

    def _describe(self, text: str) -> None:
        last = self.combo.count() - 1
        self.combo.setItemData(last, text, _LINE)
        self.combo.setItemData(last, tooltip(text), Qt.ItemDataRole.ToolTipRole)

    @Slot()
    def _on_changed(self) -> None:
        base = self._document.base
        index = self.combo.findData(base.name)
        self.combo.setPlaceholderText(base.lesson.title or base.name)
        self.combo.setCurrentIndex(index)
        self.back.setEnabled(self._document.is_modified)
        changed = "changed since it was opened" if self._document.is_modified else "as it ships"
        self.combo.setToolTip(tooltip(f"Preset: {self.combo.currentText() or base.name}, {changed}"))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        try:
            self._document.load(load_preset(self.combo.itemData(index, _NAME)))
        except UserError as error:
            self.failed.emit(str(error))
        self._on_changed()

    @Slot()
    def _on_back(self) -> None:
        self._document.load(self._document.base)


class _TwoLines(QStyledItemDelegate):
    """A title, and below it what the preset shows, cut to one line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        lines = QFontMetrics(heading_font()).height() + QFontMetrics(small_font()).height()
        return QSize(_POPUP_WIDTH, lines + SPACE)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave the option's fields out
        palette: QPalette = option.palette  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        inner = rect.adjusted(SPACE, SPACE // 2, -SPACE, -SPACE // 2)
        plain, muted = QPalette.ColorRole.Text, QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText if selected else plain))
        painter.setFont(heading_font())
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, index.data(Qt.ItemDataRole.DisplayRole))
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText if selected else muted))
        painter.setFont(small_font())
        metrics = QFontMetrics(small_font())
        line = metrics.elidedText(index.data(_LINE) or "", Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignBottom, line)
        painter.restore()
