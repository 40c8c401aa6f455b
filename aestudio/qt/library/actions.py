"""What can be done to runs: a name, a key and a sentence for each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from aestudio.qt.theme import icon

_ACTIONS = {
    "open": ("&Open", "Return", "folder", "Bring it into the builder, and its history onto the Train page"),
    "resume": ("&Resume", "Ctrl+R", "play", "Go on where it was ended, or interrupted, to its end"),
    "compare": (
        "&Compare",
        "Ctrl+K",
        "compare",
        "Set the ticked runs side by side, or else the selected ones",
    ),
    "rename": ("Re&name…", "F2", "", "Give it another name, and its folder with it"),
    "duplicate": ("&Duplicate", "Ctrl+D", "duplicate", "A copy beside it, weights and all"),
    "delete": ("&Delete", "Del", "delete", "Move it to the bin of this workspace"),
    "undo": ("&Undo Delete", "Ctrl+Z", "undo", "Bring back what was deleted last"),
    "export": ("&Export…", "Ctrl+Shift+E", "save", "Pack the selected runs into one zip file"),
    "import": ("&Import…", "", "", "Unpack runs that somebody exported"),
    "reveal": ("Show in &File Manager", "", "", "Open its folder: everything in it is an open file"),
    "copy": ("Copy as Co&mmand", "Ctrl+Shift+C", "command", "The command that does this without a window"),
    "workspace": ("Choose &Workspace…", "", "", "Show the runs of another folder"),
}


def make_actions(page: QWidget) -> dict[str, QAction]:
    """The actions by name. Their keys work while something on ``page`` has the focus."""
    made = {name: _made(page, *words) for name, words in _ACTIONS.items()}
    made["undo"].setEnabled(False)
    return made


def _made(page: QWidget, text: str, key: str, glyph: str, tip: str) -> QAction:
    action = QAction(text, page)
    action.setToolTip(tip)
    action.setStatusTip(tip)
    if glyph:
        action.setIcon(icon(glyph))
    if key:
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    page.addAction(action)
    return action
