"""What a person does to the hourglass, as real mouse and key events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from aestudio.qt.builder.row_editors import PartDrawer

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from aestudio.qt.builder.bar import Bar
    from aestudio.qt.builder.panel import BuilderPanel
    from aestudio.spec.run import RunSpec

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def bar(panel: BuilderPanel, key: str) -> Bar:
    row = panel.model.hourglass.row(key)
    assert row is not None, f"no row {key}"
    return row.bar


def click(panel: BuilderPanel, key: str, qtbot: QtBot) -> Bar:
    """Click a row, and wait until it stands where it will stay."""
    found = bar(panel, key)
    panel.area.ensureWidgetVisible(found)
    qtbot.mouseClick(found, LEFT)
    settle()
    return found


def press(
    panel: BuilderPanel, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key wherever the focus is, through the window, so that shortcuts hear it."""
    handle = panel.window().windowHandle()
    assert handle is not None
    QTest.keyClick(handle, key, modifier)
    settle()


def drag(panel: BuilderPanel, start: Bar, to: QPoint) -> None:
    """Drag a row to a place on the hourglass, but do not let go."""
    QTest.mousePress(start, LEFT, NONE, start.rect().center())
    there = start.mapFromGlobal(panel.model.hourglass.mapToGlobal(to))
    half = (start.rect().center() + there) / 2
    for point in (half, there):
        QTest.mouseMove(start, point)
        settle()


def drop(panel: BuilderPanel, start: Bar, to: QPoint) -> None:
    """Let go."""
    there = start.mapFromGlobal(panel.model.hourglass.mapToGlobal(to))
    QTest.mouseRelease(start, LEFT, NONE, there)
    settle()


def settle() -> None:
    """Let layouts and zero timers run."""
    for _ in range(3):
        QTest.qWait(0)


def units(spec: RunSpec) -> list[int]:
    """Units of the encoder's dense layers; 0 for another kind."""
    return [getattr(layer, "units", 0) for layer in spec.model.encoder]


def field_of(panel: BuilderPanel, name: str) -> QWidget:
    """A field of the open row."""
    drawer = panel.model.drawer
    assert drawer is not None
    form = drawer.form.form if isinstance(drawer, PartDrawer) else drawer.form  # type: ignore[attr-defined]
    assert form is not None
    return form.field(name)


def kind_of(panel: BuilderPanel) -> QWidget:
    """The chooser of kinds in the open row."""
    drawer = panel.model.drawer
    assert isinstance(drawer, PartDrawer)
    return drawer.form.kind
