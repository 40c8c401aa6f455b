"""The look: the only place with colours, spacing and fonts.

Class colours were searched for the largest smallest distance in OKLab between any two, as seen with normal
vision and with each of the three colour blindnesses (matrices of Machado et al. 2009); the test measures it.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from aestudio.qt.glyphs import GLYPHS, paint_glyph

SPACE = 8
ICON = 16

Mode = Literal["system", "light", "dark"]
Tint = Literal["text", "muted", "accent", "accent_text", "good", "warn", "bad"]


@dataclass(frozen=True)
class Theme:
    """Every colour of the window, as ``#rrggbb``.

    Args:
        name: ``light`` or ``dark``.
        window: behind everything.
        base: behind what is edited, listed or plotted.
        panel: cards and bars on the window.
        text: what is to be read.
        muted: what may be read: units, captions, hints.
        line: hairlines between things.
        accent: the one colour of what is active or can be pressed first.
        accent_text: text on the accent.
        good: done, valid.
        warn: allowed, but mind it.
        bad: a fault.
        classes: colours of classes, told apart by the colour-blind too; see :meth:`class_colour` for more.
        terms: colours of curves, the first for the curve that matters most.
        dark: whether the text is lighter than the window.
    """

    name: str
    window: str
    base: str
    panel: str
    text: str
    muted: str
    line: str
    accent: str
    accent_text: str
    good: str
    warn: str
    bad: str
    classes: tuple[str, ...]
    terms: tuple[str, ...]
    dark: bool

    def class_colour(self, index: int) -> str:
        """The colour of a class. Beyond the chosen ones hues go round by the golden angle."""
        if index < len(self.classes):
            return self.classes[index]
        extra = index - len(self.classes)
        shade = (0.0, 0.16, -0.12)[extra % 3]
        red, green, blue = colorsys.hls_to_rgb(
            extra * 0.381966 % 1, (0.62 if self.dark else 0.44) + shade, 0.6
        )
        return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    base="#ffffff",
    panel="#fafbfc",
    text="#1b2027",
    muted="#5f6975",
    line="#d4d8de",
    accent="#0a63c9",
    accent_text="#ffffff",
    good="#13734a",
    warn="#8a5800",
    bad="#b3261e",
    classes=(
        *("#2238fe", "#e7a70e", "#1dbf99", "#bb2426", "#e13dc0", "#0e89f8"),
        *("#a78130", "#7e060a", "#b0a3f7", "#40877b", "#9a16ac", "#253f63"),
    ),
    terms=("#0a63c9", "#c2571a", "#1b7f5c", "#a13a8c", "#7a6a00", "#5b6470"),
    dark=False,
)
DARK = Theme(
    name="dark",
    window="#1b1d21",
    base="#131518",
    panel="#22252a",
    text="#e5e8ec",
    muted="#9aa3af",
    line="#363b43",
    accent="#5ea4ff",
    accent_text="#08121f",
    good="#4fc48b",
    warn="#eeb24c",
    bad="#ff7d73",
    classes=(
        *("#58d8f1", "#fb59b5", "#f3d713", "#0a8972", "#c43709", "#939af5"),
        *("#33ff9e", "#802bfc", "#e4a698", "#8ea434", "#c21bba", "#6c5077"),
    ),
    terms=("#5ea4ff", "#ff9d5c", "#4fc79b", "#e58ad0", "#d5c04a", "#a2abb7"),
    dark=True,
)


class ThemeSource(QObject):
    """Holds the current theme and tells when it changes."""

    changed = Signal(object)  # Theme

    def __init__(self) -> None:
        super().__init__()
        self.current = LIGHT
        self._mode: Mode = "light"
        self._app: QApplication | None = None

    def use(self, app: QApplication, mode: Mode) -> None:
        """Dress the application, now and whenever the system changes while ``mode`` is ``system``."""
        self._mode = mode
        if self._app is None:
            self._app = app
            app.setStyle("Fusion")
            app.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)
        # Native dialogs and title bars follow the hint, not our palette.
        if mode == "system":
            app.styleHints().unsetColorScheme()
        else:
            wanted = Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light
            app.styleHints().setColorScheme(wanted)
        self._apply(app, app.styleHints().colorScheme())

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        if self._app is not None:
            self._apply(self._app, scheme)

    def _apply(self, app: QApplication, scheme: Qt.ColorScheme) -> None:
        dark = scheme == Qt.ColorScheme.Dark if self._mode == "system" else self._mode == "dark"
        chosen = DARK if dark else LIGHT
        palette = _palette(chosen)
        app.setPalette(palette)
        outlined = _outlined(chosen, palette)
        for kind in ("QCheckBox", "QListView", "QTableView"):
            app.setPalette(outlined, kind)  # type: ignore[arg-type]  # bytes, say the stubs
        app.setStyleSheet(_stylesheet(chosen))
        if chosen is not self.current:
            self.current = chosen
            self.changed.emit(chosen)


_source = ThemeSource()


def theme_source() -> ThemeSource:
    """The one source; connect to its ``changed``."""
    return _source


def theme() -> Theme:
    """The current theme."""
    return _source.current


def use_theme(app: QApplication, mode: Mode) -> None:
    """Dress the application in the light or dark theme, or in the one that the system uses."""
    _source.use(app, mode)


def heading_font() -> QFont:
    """The font of a title: the application's, semi-bold."""
    font = QFont(QApplication.font())
    font.setWeight(QFont.Weight.DemiBold)
    return font


def small_font() -> QFont:
    """The font of captions, axes and hints."""
    font = QFont(QApplication.font())
    font.setPointSizeF(max(7.0, font.pointSizeF() * 0.88))
    return font


def _palette(t: Theme) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        **dict.fromkeys((role.Window, role.Button), t.window),
        **dict.fromkeys((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), t.text),
        role.Base: t.base,
        **dict.fromkeys((role.AlternateBase, role.ToolTipBase), t.panel),
        role.PlaceholderText: t.muted,
        **dict.fromkeys((role.Highlight, role.Accent, role.Link, role.LinkVisited), t.accent),
        **dict.fromkeys((role.HighlightedText, role.BrightText), t.accent_text),
        role.Light: t.panel,
        **dict.fromkeys((role.Midlight, role.Mid), t.line),
        role.Dark: t.muted,
        role.Shadow: "#000000",
    }
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, mixed(t.muted, t.window, 0.35))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(t.line))
    palette.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, QColor(t.muted))
    return palette


def _outlined(t: Theme, palette: QPalette) -> QPalette:
    """For what has boxes to tick, which the style outlines in the window's colour, made darker."""
    outlined = QPalette(palette)
    if t.dark:
        outlined.setColor(QPalette.ColorRole.Window, mixed(t.muted, t.window, 0.3))
    return outlined


def mixed(colour: str, other: str, share: float) -> QColor:
    """``colour`` with a ``share`` of the other in it."""
    a, b = QColor(colour), QColor(other)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(x + (y - x) * share) for x, y in pairs))


def _stylesheet(t: Theme) -> str:
    """As little as the palette cannot say: a sheet on the application is asked about by every widget."""
    return f"""
    QToolTip {{ color: {t.text}; background: {t.panel}; border: 1px solid {t.line}; padding: 4px 6px; }}
    """


class _Engine(QIconEngine):
    """Paints a glyph in the theme's colour of that moment, so that icons follow the theme by themselves."""

    def __init__(self, name: str, tint: Tint) -> None:
        super().__init__()
        self._name = name
        self._tint: Tint = tint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        now = theme()
        colour = QColor(getattr(now, self._tint))
        if mode == QIcon.Mode.Disabled:
            colour = mixed(now.muted, now.window, 0.5)
        paint_glyph(painter, self._name, QRectF(rect), colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if size.isEmpty():
            return pixmap  # of a button that its layout has not placed yet
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        # Qt takes the copy, but PySide frees what Python no longer holds: without this list, that crashes.
        copy = _Engine(self._name, self._tint)
        _clones.append(copy)
        return copy


_clones: list[_Engine] = []


def icon(name: str, tint: Tint = "text") -> QIcon:
    """The icon of that name, in one of the theme's colours.

    Raises
    ------
    KeyError
        There is none of that name; the message lists them.
    """
    if name not in GLYPHS:
        raise KeyError(f"no icon is called {name!r}; there are {', '.join(sorted(GLYPHS))}")
    return QIcon(_Engine(name, tint))
