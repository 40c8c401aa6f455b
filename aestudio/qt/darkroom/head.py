"""The bar above the stage: which tool, how both sides are looked at, and how large."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from aestudio.qt.darkroom.looks import Look
from aestudio.qt.drawing.view import header_button, header_switch
from aestudio.qt.theme import SPACE, Theme, mixed, small_font, theme, theme_source

TOOLS = (
    ("Denoise", "Take the noise off, or clean scanned text"),
    ("Compress", "Small files by a learned codec, beside JPEG, WebP, AVIF and JPEG 2000"),
)


class Head(QFrame):
    """Two groups of buttons of which one is down, and the zoom."""

    tool_chosen = Signal(int)
    look_chosen = Signal(object)  # Look
    loupe_switched = Signal(bool)
    fit_wanted = Signal()
    pixels_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("head")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        row.setSpacing(SPACE // 4)
        self.tools = _group(self, row, [header_switch(name, tip) for name, tip in TOOLS])
        row.addSpacing(SPACE)
        self.looks = _group(self, row, [header_switch(look.value[0], look.value[2]) for look in Look])
        self.loupe = header_button(
            "search", "Loupe", "Both sides enlarged under the pointer (L)", checkable=True
        )
        row.addWidget(self.loupe)
        row.addStretch(1)
        self.zoom = QLabel(self)
        self.zoom.setFont(small_font())
        self.zoom.setToolTip("How large the picture is shown")
        fit = header_button("fit", "Fit", "The whole picture (0, or a double click)")
        pixels = header_switch("1:1", "Each pixel of the picture is one of the screen (1)")
        pixels.setCheckable(False)
        for widget in (self.zoom, fit, pixels):
            row.addWidget(widget)
        self.tools.idClicked.connect(self.tool_chosen)
        self.looks.idClicked.connect(self._on_look)
        self.loupe.toggled.connect(self.loupe_switched)
        fit.clicked.connect(self.fit_wanted)
        pixels.clicked.connect(self.pixels_wanted)
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme())

    def choose_tool(self, place: int) -> None:
        """Press the button of a tool."""
        self.tools.button(place).click()

    def choose_look(self, look: Look) -> None:
        """Press the button of a look."""
        self.looks.button(list(Look).index(look)).click()

    def show_zoom(self, scale: float) -> None:
        """Say how large the picture is shown."""
        self.zoom.setText(f"{scale:.0%}" if scale >= 0.1 else f"{scale:.1%}")

    @Slot(int)
    def _on_look(self, place: int) -> None:
        self.look_chosen.emit(list(Look)[place])

    @Slot(object)
    def _on_theme_changed(self, now: Theme) -> None:
        chosen = mixed(now.accent, now.window, 0.86).name()
        self.setStyleSheet(
            f"#head {{ background: {now.panel}; border-bottom: 1px solid {now.line}; }}"
            f"#head QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 3px 6px; }}"
            f"#head QToolButton:hover {{ border-color: {now.line}; }}"
            f"#head QToolButton:focus {{ border-color: {now.accent}; }}"
            f"#head QToolButton:checked {{ background: {chosen}; color: {now.text}; }}"
        )


def _group(parent: QWidget, row: QHBoxLayout, buttons: Sequence[QToolButton]) -> QButtonGroup:
    group = QButtonGroup(parent)
    for place, button in enumerate(buttons):
        button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        group.addButton(button, place)
        row.addWidget(button)
    buttons[0].setChecked(True)
    return group
