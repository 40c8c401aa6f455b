"""What the window remembers between starts."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from aestudio.qt.theme import Mode

_MOST_RECENT = 8
_MODES: dict[object, Mode] = {"system": "system", "light": "light", "dark": "dark"}


class Settings:
    """Reads and writes the user's settings. What cannot be read counts as never set."""

    def __init__(self) -> None:
        self._store = QSettings("AE Studio", "AE Studio")

    @property
    def theme(self) -> Mode:
        """Light, dark, or as the system has it."""
        return _MODES.get(self._store.value("theme"), "system")

    @theme.setter
    def theme(self, mode: Mode) -> None:
        self._store.setValue("theme", mode)

    @property
    def preset(self) -> str:
        """The preset that was open last, or nothing."""
        return str(self._store.value("preset", ""))

    @preset.setter
    def preset(self, name: str) -> None:
        self._store.setValue("preset", name)

    @property
    def workspace(self) -> str:
        """The folder of runs that was used last, or nothing for the usual one."""
        return next(iter(self.workspaces), "")

    @property
    def workspaces(self) -> list[str]:
        """The folders of runs used lately, the last one first."""
        return self._paths("workspaces")

    def note_workspace(self, folder: str) -> None:
        """Put a folder of runs first."""
        self._note("workspaces", folder)

    @property
    def recent(self) -> list[str]:
        """Files and folders opened lately, the last one first."""
        return self._paths("recent")

    def note_recent(self, source: str) -> None:
        """Put a file or folder first."""
        self._note("recent", source)

    def _paths(self, key: str) -> list[str]:
        kept = self._store.value(key, [])
        paths: list[object] = list(kept) if isinstance(kept, list) else [kept]  # pyright: ignore[reportUnknownArgumentType]
        return [str(path) for path in paths if path]

    def _note(self, key: str, path: str) -> None:
        others = [one for one in self._paths(key) if one != path]
        self._store.setValue(key, [path, *others][:_MOST_RECENT])

    def keep(self, window: QMainWindow, splitters: dict[str, QSplitter]) -> None:
        """Remember size, place and how the room is shared."""
        self._store.setValue("window/geometry", window.saveGeometry())
        for name, splitter in splitters.items():
            self._store.setValue(f"window/{name}", splitter.saveState())
        self._store.sync()

    def restore(self, window: QMainWindow, splitters: dict[str, QSplitter]) -> bool:
        """Bring the window back as it was; False the first time."""
        for name, splitter in splitters.items():
            state = self._store.value(f"window/{name}")
            if isinstance(state, QByteArray):
                splitter.restoreState(state)
        geometry = self._store.value("window/geometry")
        return isinstance(geometry, QByteArray) and window.restoreGeometry(geometry)
