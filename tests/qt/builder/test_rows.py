"""The hourglass by mouse and by key: what is done to layers, and that undo has all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QSpinBox

from aestudio.models.layers.convolution import Convolution
from aestudio.models.layers.dense import Dense
from aestudio.models.layers.dropout import Dropout
from aestudio.spec.edit import with_value
from aestudio.spec.layers_edit import add_layer
from aestudio.spec.parts import LAYERS
from tests.qt.builder.hands import bar, click, drag, drop, field_of, kind_of, press, settle, units

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from aestudio.qt.builder.bar import Bar
    from aestudio.qt.builder.document import Document
    from aestudio.qt.builder.panel import BuilderPanel

Key, Alt, Ctrl = Qt.Key, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def _gap(panel: BuilderPanel, half: str, index: int) -> QPoint:
    gap = next(gap for gap in panel.model.hourglass.gaps() if (gap.half, gap.index) == (half, index))
    return QPoint(panel.model.hourglass.width() // 2, gap.y)


def test_a_click_opens_the_fields_below_the_row(panel: BuilderPanel, qtbot: QtBot) -> None:
    row = click(panel, "model.encoder.0", qtbot).parentWidget()
    field = QApplication.focusWidget()
    assert field is bar(panel, "model.encoder.0")
    drawer = panel.model.drawer
    assert drawer is not None
    assert drawer.isVisible()
    assert drawer.parentWidget() is row
    click(panel, "model.encoder.0", qtbot)
    assert not drawer.isVisible()


def test_arrows_walk_and_open(panel: BuilderPanel, qtbot: QtBot) -> None:
    click(panel, "input", qtbot)
    walked = []
    for _ in range(4):
        press(panel, Key.Key_Down)
        walked.append(panel.model.selected)
    assert walked == ["model.encoder.0", "model.encoder.1", "model.bottleneck", "mirror.0"]
    assert QApplication.focusWidget() is bar(panel, "mirror.0")
    press(panel, Key.Key_Home)
    assert panel.model.selected == "input"


def test_escape_leaves_a_field_then_closes_the_row(panel: BuilderPanel, qtbot: QtBot) -> None:
    row = click(panel, "model.encoder.0", qtbot)
    press(panel, Key.Key_Tab)
    assert QApplication.focusWidget() is not row
    press(panel, Key.Key_Escape)
    assert QApplication.focusWidget() is row
    press(panel, Key.Key_Escape)
    assert panel.model.drawer is None


def test_typing_in_a_field_is_one_step(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    click(panel, "model.encoder.0", qtbot)
    field = field_of(panel, "units")
    field.setFocus()
    qtbot.keyClick(field, Key.Key_A, Ctrl)
    qtbot.keyClicks(field, "512")
    assert units(document.spec) == [512, 100]
    assert bar(panel, "model.encoder.0").entry.shape == "512"
    assert bar(panel, "mirror.1").entry.shape == "512"
    assert document.undo_stack.count() == 1
    press(panel, Key.Key_Z, Ctrl)  # heard although a text field has the focus
    assert units(document.spec) == [300, 100]
    assert document.undo_stack.canRedo()


@pytest.mark.parametrize("typed", ["5e", "-"])
def test_undo_takes_back_what_is_half_typed_before_anything_else(
    typed: str, panel: BuilderPanel, document: Document, qtbot: QtBot
) -> None:
    document.set_value("training.epochs", 7)
    click(panel, "model.encoder.0", qtbot)
    field = field_of(panel, "units")
    field.setFocus()
    qtbot.keyClick(field, Key.Key_A, Ctrl)
    qtbot.keyClicks(field, typed)
    assert isinstance(field, QSpinBox)
    assert not field.hasAcceptableInput()
    press(panel, Key.Key_Z, Ctrl)
    assert field.text() == "300"
    assert units(document.spec) == [300, 100]
    assert document.spec.training.epochs == 7


@pytest.mark.parametrize(
    "change",
    [
        {"encoder": ()},
        {"encoder": (Convolution(filters=3), Dense(units=100))},
        {"encoder": (Dropout(), Dense(units=100))},
    ],
)
def test_what_is_half_typed_goes_with_its_layer(
    change: dict[str, Any], panel: BuilderPanel, document: Document, qtbot: QtBot
) -> None:
    click(panel, "model.encoder.0", qtbot)
    field = field_of(panel, "units")
    field.setFocus()
    qtbot.keyClick(field, Key.Key_A, Ctrl)
    qtbot.keyClick(field, Key.Key_0)
    changed = replace(document.spec.model, **change)
    document.edit("Change", with_value(document.spec, "model", changed))
    panel.chooser.combo.setFocus()
    assert document.spec.model == changed


def test_leaving_a_field_ends_the_step(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    click(panel, "model.encoder.0", qtbot)
    field = field_of(panel, "units")
    for _ in range(2):
        field.setFocus()
        qtbot.keyClick(field, Key.Key_Up)
        panel.model.hourglass.focus_selected()
    assert units(document.spec) == [1200, 100]
    assert document.undo_stack.count() == 2


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_plus_adds_where_it_stands(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    hourglass = panel.model.hourglass
    place = _gap(panel, "encoder", 1)
    qtbot.mouseMove(hourglass, place + QPoint(0, 40))
    qtbot.mouseMove(hourglass, place)
    settle()
    assert hourglass.plus.isVisible()
    qtbot.mouseClick(hourglass.plus, Qt.MouseButton.LeftButton)
    picker = panel.model.picker
    assert picker.isVisible()
    qtbot.keyClicks(picker.list, "Dense")
    qtbot.keyClick(picker.list, Key.Key_Return)
    assert not picker.isVisible()
    assert units(document.spec) == [300, 256, 100]
    assert panel.model.selected == "model.encoder.1"
    document.undo_stack.undo()
    assert units(document.spec) == [300, 100]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_insert_adds_behind_the_chosen_row(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    click(panel, "model.encoder.1", qtbot)
    press(panel, Key.Key_Insert)
    picker = panel.model.picker
    assert picker.isVisible()
    (item,) = picker.list.findItems("Dropout", Qt.MatchFlag.MatchExactly)
    place = picker.list.visualItemRect(item).center()
    qtbot.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [layer.kind for layer in document.spec.model.encoder] == ["dense", "dense", "dropout"]
    assert QApplication.focusWidget() is bar(panel, "model.encoder.2")


@pytest.mark.parametrize(("key", "modifier", "after"), [
    (Key.Key_Delete, Qt.KeyboardModifier.NoModifier, [100]),
    (Key.Key_D, Ctrl, [300, 300, 100]),
    (Key.Key_Down, Alt, [100, 300]),
])  # fmt: skip
def test_keys_edit_the_chosen_layer(
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    after: list[int],
    panel: BuilderPanel,
    document: Document,
    qtbot: QtBot,
) -> None:
    click(panel, "model.encoder.0", qtbot)
    press(panel, key, modifier)
    assert units(document.spec) == after
    press(panel, Key.Key_Z, Ctrl)
    assert units(document.spec) == [300, 100]
    press(panel, Key.Key_Z, Ctrl | Qt.KeyboardModifier.ShiftModifier)
    assert units(document.spec) == after


def test_every_kind_can_be_added_from_the_palette(
    panel: BuilderPanel, document: Document, qtbot: QtBot
) -> None:
    adding = [action for action in panel.actions() if action.text().startswith("Add layer: ")]
    assert len(adding) == len([*LAYERS])
    for action in adding:
        click(panel, "model.encoder.0", qtbot)
        action.trigger()
        assert action.text().endswith(document.spec.model.encoder[1].label)
        document.undo_stack.undo()
        assert len(document.spec.model.encoder) == 2


def test_a_moved_layer_stays_chosen_with_its_fields(panel: BuilderPanel, qtbot: QtBot) -> None:
    click(panel, "model.encoder.1", qtbot)
    press(panel, Key.Key_Up, Alt)
    assert panel.model.selected == "model.encoder.0"
    assert QApplication.focusWidget() is bar(panel, "model.encoder.0")
    drawer = panel.model.drawer
    assert drawer is not None
    assert drawer.parentWidget() is bar(panel, "model.encoder.0").parentWidget()


def test_a_layer_at_its_end_stays_chosen(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    click(panel, "model.encoder.0", qtbot)
    press(panel, Key.Key_Up, Alt)
    assert panel.model.selected == "model.encoder.0"
    press(panel, Key.Key_Down, Alt)
    press(panel, Key.Key_Down, Alt)
    assert units(document.spec) == [100, 300]
    assert panel.model.selected == "model.encoder.1"


def test_delete_in_a_field_removes_no_layer(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    click(panel, "model.encoder.0", qtbot)
    field_of(panel, "activation").setFocus()
    press(panel, Key.Key_Delete)
    assert units(document.spec) == [300, 100]


def test_a_drag_moves_a_layer(panel: BuilderPanel, document: Document) -> None:
    start, place = bar(panel, "model.encoder.0"), _gap(panel, "encoder", 2)
    drag(panel, start, place)
    drop(panel, start, place)
    assert units(document.spec) == [100, 300]
    document.undo_stack.undo()
    assert units(document.spec) == [300, 100]


@pytest.mark.parametrize(
    ("index", "gap", "after"),
    [(0, 2, [100, 300, 7]), (2, 1, [300, 7, 100]), (1, 2, [300, 100, 7]), (1, 1, [300, 100, 7])],
)
def test_a_drag_ends_in_the_gap_that_is_shown(
    index: int, gap: int, after: list[int], panel: BuilderPanel, document: Document
) -> None:
    model = add_layer(document.spec.model, "encoder", 2, Dense(units=7))
    document.edit("Add", with_value(document.spec, "model", model))
    settle()
    start, place = bar(panel, f"model.encoder.{index}"), _gap(panel, "encoder", gap)
    drag(panel, start, place)
    drop(panel, start, place)
    assert units(document.spec) == after


def test_another_button_does_not_drop_what_is_dragged(
    panel: BuilderPanel, document: Document, qtbot: QtBot
) -> None:
    start, place = bar(panel, "model.encoder.0"), _gap(panel, "encoder", 2)
    drag(panel, start, place)
    qtbot.mouseRelease(start, Qt.MouseButton.RightButton)
    assert document.undo_stack.count() == 0
    drop(panel, start, place)
    assert units(document.spec) == [100, 300]


def test_escape_gives_up_a_drag(panel: BuilderPanel, document: Document) -> None:
    start, place = bar(panel, "model.encoder.0"), _gap(panel, "encoder", 2)
    drag(panel, start, place)
    press(panel, Key.Key_Escape)
    drop(panel, start, place)
    assert document.undo_stack.count() == 0


def test_a_drag_let_go_elsewhere_is_over(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    start, place = bar(panel, "model.encoder.0"), _gap(panel, "encoder", 2)
    drag(panel, start, place)
    QTest.mouseRelease(panel.chooser, Qt.MouseButton.LeftButton)
    _hover(start)
    click(panel, "model.encoder.0", qtbot)
    assert panel.model.selected == "model.encoder.0"
    assert document.undo_stack.count() == 0


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_menu_gives_up_a_drag(panel: BuilderPanel, document: Document) -> None:
    start, place = bar(panel, "model.encoder.0"), _gap(panel, "encoder", 2)
    drag(panel, start, place)
    middle = start.rect().center()
    mouse = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(start, QContextMenuEvent(mouse, middle, start.mapToGlobal(middle)))
    for menu in panel.findChildren(QMenu):
        menu.close()
    drop(panel, start, place)
    assert document.undo_stack.count() == 0


@pytest.mark.parametrize("index", [0, 1])
def test_a_drag_of_a_layer_that_goes_meanwhile_moves_no_other(
    index: int, panel: BuilderPanel, document: Document
) -> None:
    start, place = bar(panel, f"model.encoder.{index}"), _gap(panel, "encoder", 2 * (1 - index))
    drag(panel, start, place)
    few = replace(document.spec.model, encoder=(Dense(units=7), Dense(units=8))[index:], decoder=())
    document.edit("Change", with_value(document.spec, "model", few))
    drop(panel, start, place)
    assert document.spec.model == few


def _hover(start: Bar) -> None:
    """Move the mouse over a row with no button down."""
    middle, none = QPointF(start.rect().center()), Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        middle,
        start.mapToGlobal(middle),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(start, event)


def test_the_link_frees_the_decoder_and_ties_it_again(
    panel: BuilderPanel, document: Document, qtbot: QtBot
) -> None:
    button = panel.model.hourglass.caption.button
    assert button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert document.spec.model.decoder is not None
    assert len(document.spec.model.decoder) == 4
    click(panel, "model.decoder.0", qtbot)
    press(panel, Key.Key_Delete)
    assert len(document.spec.model.decoder) == 3
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert document.spec.model.decoder is None
    document.undo_stack.undo()
    assert document.spec.model.decoder is not None
    assert not button.isChecked()


def test_a_mirrored_row_leads_to_its_original(panel: BuilderPanel, qtbot: QtBot) -> None:
    click(panel, "mirror.1", qtbot)
    assert panel.model.selected == "mirror.1"
    panel.model.to_original.trigger()
    assert panel.model.selected == "model.encoder.1"


def test_unlinking_keeps_the_mirrored_row_chosen_and_so_does_linking(
    panel: BuilderPanel, qtbot: QtBot
) -> None:
    click(panel, "mirror.1", qtbot)
    press(panel, Key.Key_L, Ctrl)
    assert panel.model.selected == "model.decoder.1"
    press(panel, Key.Key_L, Ctrl)
    assert panel.model.selected == "mirror.1"


def test_a_layer_moved_among_its_like_is_the_one_that_is_edited(
    panel: BuilderPanel, document: Document, qtbot: QtBot
) -> None:
    click(panel, "model.encoder.0", qtbot)
    press(panel, Key.Key_D, Ctrl)
    press(panel, Key.Key_Up, Alt)
    assert panel.model.hourglass.selected == panel.model.selected == "model.encoder.0"
    field = field_of(panel, "units")
    row = panel.model.hourglass.row("model.encoder.0")
    assert row is not None
    assert row.isAncestorOf(field)
    field.setFocus()
    qtbot.keyClick(field, Key.Key_A, Ctrl)
    qtbot.keyClicks(field, "77")
    assert units(document.spec) == [77, 300, 100]


def test_the_code_changes_its_kind(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    click(panel, "model.bottleneck", qtbot)
    kind = kind_of(panel)
    kind.setFocus()
    qtbot.keyClicks(kind, "Var")
    qtbot.keyClick(kind, Key.Key_Return)
    assert document.spec.model.bottleneck.kind == "variational"
    assert document.spec.model.bottleneck.size == 32  # type: ignore[attr-defined]
    document.undo_stack.undo()
    assert document.spec.model.bottleneck.kind == "plain"


def test_the_output_is_edited_in_place(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    click(panel, "model.output", qtbot)
    field = field_of(panel, "output")
    field.setFocus()
    qtbot.keyClicks(field, "tan")
    assert document.spec.model.output == "tanh"
    row = panel.model.hourglass.row("model.output")
    assert row is not None
    assert "Tanh spends half its range" in row.faults.text
