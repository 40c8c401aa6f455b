from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from aestudio.spec.faults import SpecError
from aestudio.spec.run import Lesson

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from aestudio.qt.builder.document import Document


def test_edits_of_one_value_are_one_step(document: Document) -> None:
    for epochs in (5, 50, 500):
        document.set_value("training.epochs", epochs)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.spec.training.epochs == 10
    document.undo_stack.redo()
    assert document.spec.training.epochs == 500


def test_a_sealed_step_is_not_added_to(document: Document) -> None:
    document.set_value("training.epochs", 5)
    document.seal()
    document.set_value("training.epochs", 6)
    document.undo_stack.undo()
    assert document.spec.training.epochs == 5


def test_after_an_undo_nothing_is_merged_into_what_is_left(document: Document) -> None:
    document.set_value("training.epochs", 5)
    document.set_value("training.batch", 64)
    document.undo_stack.undo()
    document.set_value("training.epochs", 6)
    document.undo_stack.undo()
    assert document.spec.training.epochs == 5


def test_an_edit_that_comes_back_leaves_no_step(document: Document) -> None:
    document.set_value("training.epochs", 5)
    document.set_value("training.epochs", 10)
    assert document.undo_stack.count() == 0
    assert not document.is_modified


def test_every_change_is_told_once(document: Document, qtbot: QtBot) -> None:
    told: list[int] = []
    document.changed.connect(lambda spec: told.append(spec.training.epochs))
    document.set_value("training.epochs", 5)
    document.set_value("training.epochs", 5)
    document.undo_stack.undo()
    document.undo_stack.redo()
    assert told == [5, 10, 5]


def test_loading_is_undone_with_its_base(document: Document) -> None:
    first = document.spec
    document.set_value("training.epochs", 5)
    other = dataclasses.replace(first, name="other", lesson=Lesson(title="Another"))
    document.load(other)
    assert (document.base, document.is_modified) == (other, False)
    assert document.undo_stack.undoText() == "Open Another"
    document.undo_stack.undo()
    assert (document.base, document.is_modified) == (first, True)


def test_a_value_out_of_bounds_changes_nothing(document: Document) -> None:
    with pytest.raises(SpecError):
        document.set_value("training.epochs", 0)
    assert document.undo_stack.count() == 0
