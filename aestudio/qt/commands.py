"""Every action of the window in one registry: menus, shortcuts and the command palette follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from aestudio.qt.theme import icon

Shortcut = str | QKeySequence.StandardKey


@dataclass(frozen=True, eq=False)
class Command:
    """An action and the menu it stands in, for example ``View/Theme``."""

    menu: str
    action: QAction

    @property
    def name(self) -> str:
        """What the palette shows, for example ``View: Theme: Dark``."""
        words = self.action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
        return ": ".join([*self.menu.replace("&", "").split("/"), words])

    @property
    def words(self) -> str:
        """What the palette looks in: the name, and what a command line calls it."""
        return f"{self.name} {self.action.data() or ''}"


def make_action(
    owner: QObject, text: str, glyph: str, shortcut: Shortcut, tip: str, *, within: QWidget | None = None
) -> QAction:
    """An action with its icon, key and hint. The key works in all of the window, or ``within`` a page."""
    action = QAction(text, owner)
    action.setToolTip(tip)
    action.setStatusTip(tip)
    if glyph:
        action.setIcon(icon(glyph))
    if shortcut:
        action.setShortcut(QKeySequence(shortcut))
        if within:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            within.addAction(action)
    return action


class PageActions(QObject):
    """What can be done on a page, as actions for keys, buttons, its menu and the palette.

    Args:
        page: within it their keys work.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page

    @property
    def all(self) -> list[QAction]:
        """Every action, for a menu and the palette."""
        return self.findChildren(QAction)

    def _action(self, text: str, glyph: str, key: Shortcut, tip: str, *, ticks: bool = False) -> QAction:
        action = make_action(self, text, glyph, key, tip, within=self._page)
        action.setCheckable(ticks)
        return action


class Commands(QObject):
    """Adds actions to a window's menus and remembers them. An ``&`` in a menu's name marks its access key."""

    changed = Signal()  # there are others now; those that went are about to be deleted

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._menus: dict[str, QMenu] = {}
        self._all: list[Command] = []

    def all(self) -> tuple[Command, ...]:
        """Every command, in the order of the menus."""
        order = {name: place for place, name in enumerate(self._menus)}
        return tuple(sorted(self._all, key=lambda command: order[command.menu.split("/")[0]]))

    def add(
        self,
        menu: str,
        text: str,
        slot: Callable[[], object],
        *,
        tip: str,
        shortcut: Shortcut = "",
        glyph: str = "",
    ) -> QAction:
        """Make an action, give it a place in a menu, and have it call ``slot``, a method of a QObject."""
        action = make_action(self, text, glyph, shortcut, tip)
        action.triggered.connect(slot)
        self.adopt(menu, [action])
        return action

    def adopt(self, menu: str, actions: Iterable[QAction]) -> None:
        """Give actions made elsewhere a place in a menu."""
        for action in actions:
            self.menu(menu).addAction(action)
            self._all.append(Command(menu, action))
        self.changed.emit()

    def choice(self, actions: Iterable[QAction]) -> QActionGroup:
        """Make actions exclude each other, so that one of them is ticked."""
        group = QActionGroup(self)
        for action in actions:
            action.setCheckable(True)
            group.addAction(action)
        return group

    def withdraw(self, actions: Iterable[QAction]) -> None:
        """Take actions out of menus and palette, such as those of files opened before."""
        gone = set(actions)
        self._all = [command for command in self._all if command.action not in gone]
        self.changed.emit()
        for action in gone:
            action.deleteLater()

    def separate(self, menu: str) -> None:
        """Draw a line in a menu."""
        self.menu(menu).addSeparator()

    def menu(self, path: str) -> QMenu:
        """The menu at a path such as ``&View/&Theme``, made when it is first named."""
        if path not in self._menus:
            above, _, name = path.rpartition("/")
            home = self.menu(above) if above else self._window.menuBar()
            self._menus[path] = home.addMenu(name)
            self._menus[path].setToolTipsVisible(True)
        return self._menus[path]
