"""A quiet strip below the views: what ails the run, why that is said, and one button that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from aestudio.qt.forms.manners import tooltip
from aestudio.qt.labels import ElidedLabel, heading
from aestudio.qt.theme import ICON, SPACE, Theme, icon, small_font, theme, theme_source
from aestudio.spec.faults import SpecError
from aestudio.spec.run import RunSpec

if TYPE_CHECKING:
    from aestudio.evaluation.doctor.evidence import Finding


class DoctorStrip(QFrame):
    """The worst finding on one line; hidden while the run is healthy, or once it was closed."""

    mend_wanted = Signal(object)  # Finding

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("doctor")
        self._findings: tuple[Finding, ...] = ()
        self._shown: Finding | None = None
        self._closed: set[str] = set()
        self._spec: RunSpec | None = None
        self._sign = QLabel(self)
        self.title = heading("", self)
        self.line = ElidedLabel(self)
        self.why = self._button("Why", "Why this is said: the figures, and what they are held against")
        self.why.setCheckable(True)
        self.why.toggled.connect(self._on_why_toggled)
        self.others = self._button("", "What else was found; choose one to see it here")
        self.others.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.others.setMenu(QMenu(self.others))
        self.mend = QPushButton(self)
        self.mend.clicked.connect(self._on_mend_clicked)
        self.dismiss = self._button("", "Close until the next run")
        self.dismiss.setAccessibleName("Close the doctor's strip")
        self.dismiss.clicked.connect(self._on_dismissed)
        self.evidence = QLabel(self)
        self.evidence.setFont(small_font())
        self.evidence.setWordWrap(True)
        self.evidence.setTextFormat(Qt.TextFormat.PlainText)
        self.evidence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.evidence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lay_out()
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())
        self._on_why_toggled(open=False)
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._sign)
        row.addWidget(self.title)
        row.addWidget(self.line, 1)
        for button in (self.why, self.others, self.mend, self.dismiss):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        column.setSpacing(SPACE // 2)
        column.addLayout(row)
        column.addWidget(self.evidence)
        self.evidence.setContentsMargins(ICON + SPACE, 0, SPACE, SPACE // 2)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setIconSize(QSize(ICON, ICON))
        button.setToolTip(tooltip(tip))
        button.setAccessibleName(tip)
        return button

    # ------------------------------------------------------------------------------------- what it shows

    @Slot()
    def forget(self) -> None:
        """A run begins: nothing is known of it, and nothing was closed."""
        self._closed.clear()
        self.show_findings(())

    @Slot(object)
    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show the first of these, or the one that is being read if it is still among them."""
        self._findings = tuple(finding for finding in findings if finding.kind not in self._closed)
        reading = self._shown.kind if self._shown and self.why.isChecked() else ""
        chosen = next((f for f in self._findings if f.kind == reading), None)
        self._show(chosen or next(iter(self._findings), None))

    @Slot(object)
    def set_spec(self, spec: RunSpec) -> None:
        """The document has changed: a mend that is in it already cannot be made again."""
        self._spec = spec
        self._enable()

    def _show(self, finding: Finding | None) -> None:
        self._shown = finding
        self.setVisible(finding is not None)
        if finding is None:
            self.why.setChecked(False)
            return
        self.title.setText(finding.title)
        self._say()
        self.evidence.setText("\n".join((finding.what, *(f"•  {line}" for line in finding.evidence))))
        self.mend.setText(finding.mend_label)
        self.setAccessibleName(f"Doctor: {finding.title}")
        self.setAccessibleDescription(finding.what)
        self._list_others()
        self._enable()

    def _say(self) -> None:
        """The sentence on the line, or in full above the figures where those are shown."""
        if self._shown:
            what, figures = self._shown.what, self._shown.evidence
            self.line.say("" if self.why.isChecked() else what)
            self.line.setToolTip(tooltip(what, *figures))

    def _list_others(self) -> None:
        others = [finding for finding in self._findings if finding is not self._shown]
        self.others.setVisible(bool(others))
        self.others.setText(f"{len(others)} more")
        menu = self.others.menu()
        menu.clear()
        for finding in others:
            action = QAction(f"{finding.title}: {finding.mend_label}", menu)
            action.setData(finding.kind)
            action.triggered.connect(self._on_other_chosen)
            menu.addAction(action)

    def _enable(self) -> None:
        """Offer the mend where it changes the document."""
        if self._shown is None or self._spec is None:
            return
        try:
            useful = self._shown.mend(self._spec) != self._spec
        except SpecError:
            useful = False
        self.mend.setEnabled(useful)
        then = "One step, which undo takes back" if useful else "The builder has this already: train again"
        self.mend.setToolTip(tooltip(self._shown.mend_label, then))
        self.mend.setAccessibleName(self._shown.mend_label)

    # ----------------------------------------------------------------------------------------- what is done

    @Slot()
    def _on_mend_clicked(self) -> None:
        if self._shown:
            self.mend_wanted.emit(self._shown)

    @Slot()
    def _on_other_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._show(next((f for f in self._findings if f.kind == action.data()), self._shown))

    @Slot()
    def _on_dismissed(self) -> None:
        self._closed |= {finding.kind for finding in self._findings}
        self._findings = ()
        self._show(None)

    @Slot(bool)
    def _on_why_toggled(self, open: bool) -> None:
        self.evidence.setVisible(open)
        self.why.setText("Less" if open else "Why")
        self._say()

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        self._sign.setPixmap(icon("info", "warn").pixmap(QSize(ICON, ICON)))
        self.dismiss.setIcon(icon("close"))
        self.setStyleSheet(
            f"#doctor {{ background: {now.panel}; border: 0; border-left: 4px solid {now.warn};"
            f" border-top: 1px solid {now.line}; }}"
        )
