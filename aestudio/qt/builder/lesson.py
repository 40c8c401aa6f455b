"""What a preset teaches, folded to two lines until one wants more."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPalette, QTextLayout
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from aestudio.qt.forms.manners import tooltip
from aestudio.qt.theme import ICON, SPACE, icon, small_font
from aestudio.spec.run import Lesson

_LINES = 2


class LessonText(QWidget):
    """What a lesson shows, its formula and its source."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._brief = BriefLabel(self)
        self._more = QWidget(self)
        self._shows, self._formula, self._source = (_words(self._more) for _ in range(3))
        self._formula.setForegroundRole(QPalette.ColorRole.Text)
        more = QVBoxLayout(self._more)
        more.setContentsMargins(0, 0, 0, 0)
        more.setSpacing(SPACE // 2)
        for label in (self._shows, self._formula, self._source):
            more.addWidget(label)
        self.fold = QToolButton(self)
        self.fold.setAutoRaise(True)
        self.fold.setCheckable(True)
        self.fold.setIconSize(QSize(ICON, ICON))
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fold.toggled.connect(self._on_toggled)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE // 2)
        line.addWidget(self._brief, 1)
        line.addWidget(self._more, 1)
        line.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignTop)
        self._on_toggled(open=False)

    def show_lesson(self, lesson: Lesson) -> None:
        """Show another preset's lesson; one without is hidden."""
        self._brief.setText(lesson.shows)
        self._shows.setText(lesson.shows)
        self._formula.setText(lesson.formula)
        self._formula.setVisible(bool(lesson.formula))
        self._source.setText(lesson.source)
        self._source.setVisible(bool(lesson.source))
        self.setVisible(bool(lesson.shows or lesson.formula or lesson.source))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.fold.isChecked():
            self.fold.setChecked(True)

    @Slot(bool)
    def _on_toggled(self, open: bool) -> None:
        self._brief.setVisible(not open)
        self._more.setVisible(open)
        self.fold.setIcon(icon("up" if open else "down", "muted"))
        name = "Fold the lesson" if open else "Read the whole lesson"
        self.fold.setAccessibleName(name)
        self.fold.setToolTip(tooltip(f"{name}: what the preset shows, its formula and its source"))


class BriefLabel(QLabel):
    """The first two lines of a text, with an ellipsis where there is more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small_font())
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(0, _LINES * QFontMetrics(self.font()).lineSpacing())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hasHeightForWidth(self) -> bool:
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = QFontMetrics(self.font())
        layout = QTextLayout(self.text(), self.font())
        layout.beginLayout()
        for number in range(_LINES):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(self.width())
            top = number * metrics.lineSpacing()
            if number == _LINES - 1:
                rest = self.text()[line.textStart() :]
                elided = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
                painter.drawText(QPointF(0, top + metrics.ascent()), elided)
            else:
                line.draw(painter, QPointF(0, top))
        layout.endLayout()


def _words(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setFont(small_font())
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
