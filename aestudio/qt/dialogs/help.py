"""The Help menu: the palette, every key, what the program is, and what a bug report needs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from aestudio.qt.commands import Commands

if TYPE_CHECKING:
    from aestudio.qt.dialogs.command_palette import CommandPalette


class Help(QObject):
    """Opens each dialog when it is asked for; they are imported then, too."""

    said = Signal(str)

    def __init__(self, commands: Commands, window: QWidget) -> None:
        super().__init__(window)
        self._commands, self._window = commands, window

    @functools.cached_property
    def palette(self) -> CommandPalette:
        """The command palette, made when it is first opened."""
        from aestudio.qt.dialogs.command_palette import CommandPalette

        self._commands.changed.connect(self._on_commands_changed)
        return CommandPalette(self._window)

    @Slot()
    def _on_commands_changed(self) -> None:
        if self.palette.isVisible():
            self.palette.refill(self._commands.all())

    @Slot()
    def show_palette(self) -> None:
        """Open the command palette."""
        self.palette.open(self._commands.all())

    @Slot()
    def show_shortcuts(self) -> None:
        """List every key."""
        from aestudio.qt.dialogs.about import ShortcutsDialog

        ShortcutsDialog(self._commands.all(), self._window).open()

    @Slot()
    def show_about(self) -> None:
        """Tell version and licence."""
        from aestudio.qt.dialogs.about import AboutDialog

        AboutDialog(self._window).open()

    @Slot()
    def copy_diagnostics(self) -> None:
        """Put what a bug report needs on the clipboard."""
        from aestudio.qt.diagnostics import diagnostics

        QGuiApplication.clipboard().setText(diagnostics())
        self.said.emit("Versions, device and the end of the log are on the clipboard")
