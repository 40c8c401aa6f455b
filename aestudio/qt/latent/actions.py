"""Everything that can be done on the Latent page, as actions: for keys, buttons, the menu and the palette."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from aestudio.qt.commands import PageActions


class LatentActions(PageActions):
    """The page's actions; what they do is the page's."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
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

    def enable(self, *, explored: bool, back: bool, forth: bool) -> None:
        """Allow what can be done."""
        for action in self.all:
            action.setEnabled(explored)
        self.back.setEnabled(back)
        self.forth.setEnabled(forth)
