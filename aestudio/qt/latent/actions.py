"""Everything that can be done on the Latent page, as actions: for keys, buttons, the menu and the palette."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from aestudio.qt.commands import Shortcut, make_action


class LatentActions(QObject):
    """The page's actions; what they do is the page's.

    Args:
        page: within it their keys work.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        make = self._action
        self.back = make("&Back", "left", "Alt+Left", "Where you were before (Alt+Left, Ctrl+Z)")
        self.forth = make("&Forward", "right", "Alt+Right", "Where you came back from (Alt+Right)")
        self.middle = make("To the &Middle", "", "Ctrl+Home", "Go to the mean of all codes (Ctrl+Home)")
        self.letters = {
            letter: make(f"Put &{letter} Where I Am", "pin", "", f"{letter}, while the map has the focus")
            for letter in "ABC"
        }
        self.pictures = make("Pictures of the P&lane", "image", "", "M, while the map has the focus")
        self.others = make("&Draw Other Samples", "shuffle", "Ctrl+D", "With another seed (Ctrl+D)")
        self.copy = make(
            "Copy as C&ommand",
            "command",
            "Ctrl+Shift+C",
            "The command that makes what is shown (Ctrl+Shift+C)",
        )

    @property
    def all(self) -> list[QAction]:
        """Every action, for a menu and the palette."""
        return self.findChildren(QAction)

    def enable(self, *, explored: bool, back: bool, forth: bool) -> None:
        """Allow what can be done."""
        for action in self.all:
            action.setEnabled(explored)
        self.back.setEnabled(back)
        self.forth.setEnabled(forth)

    def _action(self, text: str, glyph: str, key: Shortcut, tip: str) -> QAction:
        return make_action(self, text, glyph, key, tip, within=self._page)
