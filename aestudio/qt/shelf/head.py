"""The line above the table: which workspace, a filter, how many runs, and what is done most."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from aestudio.qt.builder.row_editors import tool_button
from aestudio.qt.labels import ElidedLabel
from aestudio.qt.shelf.actions import RunActions
from aestudio.qt.theme import ICON, SPACE, icon
from aestudio.spec.words import counted


class Head(QWidget):
    """Shows where the runs lie; the filter is told while it is typed.

    Args:
        does: the page's actions.
        parent: the page.
    """

    filtered = Signal(str)
    workspace_chosen = Signal(Path)

    def __init__(self, does: RunActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._does = does
        self._recent: list[QAction] = []
        self.place = self._make_place()
        self.filter = _Filter(self)
        self.filter.textChanged.connect(self.filtered)
        self.told = ElidedLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(self.place)
        row.addWidget(self.filter, 2)
        row.addWidget(self.told, 1)
        for action in (does.open, does.resume, does.compare):
            row.addWidget(_ActionButton(action, self))
        row.addWidget(tool_button(does.show_bin, self))
        row.addWidget(self._make_more())

    def show_workspace(self, folder: Path, *, binned: bool = False) -> None:
        """Name the workspace."""
        self.place.setText(f"{folder.name}: bin" if binned else folder.name)
        self.place.setToolTip(f"Workspace {folder}; choose another one here")

    def set_recent(self, folders: Sequence[Path]) -> None:
        """Offer workspaces used lately."""
        for action in self._recent:
            self._menu.removeAction(action)
            action.deleteLater()
        self._recent = []
        for folder in folders:
            action = QAction(str(folder).replace("&", "&&"), self)
            action.setData(str(folder))
            action.triggered.connect(self._on_recent)
            self._recent.append(action)
        self._menu.insertActions(self._below_recent, self._recent)

    def count(self, shown: int, total: int, *, read_only: bool) -> None:
        """Tell how many runs there are."""
        runs = counted(total, "run")
        words = runs if shown == total else f"{shown:,} of {runs}"
        self.told.say(f"{words}, read-only: look, but change nothing" if read_only else words)

    @Slot()
    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    @Slot()
    def clear_filter(self) -> None:
        """Show all runs again."""
        self.filter.clear()

    @Slot()
    def _on_recent(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            self.workspace_chosen.emit(Path(str(sender.data())))

    def _make_more(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("more"))
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName("More")
        button.setToolTip("Rename, delete, export, import, queue, copy as command")
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        does = self._does
        for group in (
            [does.rename, does.duplicate, does.queue, does.delete, does.restore, does.undo],
            [does.export, does.bring_in],
            [does.untick],
            does.copies,
        ):
            menu.addActions(group)
            menu.addSeparator()
        button.setMenu(menu)
        return button

    def _make_place(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("folder"))
        button.setIconSize(QSize(ICON, ICON))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName("Workspace")
        self._menu = QMenu(button)
        self._menu.setToolTipsVisible(True)
        self._menu.addAction(self._does.choose)
        self._menu.addSeparator()
        self._below_recent = self._menu.addSeparator()
        self._menu.addActions([self._does.reveal, self._does.refresh, self._does.copy_list])
        button.setMenu(self._menu)
        return button


class _Filter(QLineEdit):
    """Escape empties it before it means anything else."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Filter by name, tag, preset or stage (Ctrl+F)")
        self.setClearButtonEnabled(True)
        self.setAccessibleName("Filter")
        self.setToolTip("Show only runs that have these words in name, tags, preset, stage or note (Ctrl+F)")
        self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class _ActionButton(QPushButton):
    """A button that says and can do what its action says and can do."""

    def __init__(self, action: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self._action = action
        self.clicked.connect(action.trigger)
        action.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self.setText(self._action.text().replace("&", ""))
        self.setIcon(self._action.icon())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
