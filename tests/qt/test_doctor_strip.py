"""The strip below the views: there when a run is ill, with its reasons, and a mend that undo takes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from aestudio.evaluation.doctor.evidence import Finding
from aestudio.evaluation.doctor.mends import add_noise, set_to
from aestudio.qt.bars.doctor import DoctorStrip
from aestudio.qt.window import Window
from aestudio.spec.faults import UserError
from aestudio.training.events import (
    Curves,
    EpochEnded,
    Event,
    Finished,
    FloorsKnown,
    Started,
    Wanted,
    frozen,
)
from tests.library.kept_runs import kept
from tests.qt.fakes import FakeEngine, snapshot
from tests.qt.windows import open_window_on
from tests.small import small_run

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

SLOW = Finding(
    "rate-too-high",
    "Learning rate too high",
    "It leaps.",
    ("lr 1",),
    "Lower it",
    set_to(("training.lr", 1e-4)),
)
COPY = Finding(
    "copying", "Copying its input", "It copies.", ("R² 0.99",), "Add noise", partial(add_noise, 0.3)
)


class Leaping(FakeEngine):
    """A run whose error leaps to ten times its start and stays there."""

    def _events(self, run_id: str, ask: Callable[[], Wanted]) -> Iterator[Event]:
        yield Started(run_id, 1000, (2,), 40, 20, 2, "cpu", "float32", ("mse",), ("squared error",))
        yield FloorsKnown(run_id, pca_mse=0.02, mean_mse=0.067, noisy_mse=None, bce_nats=40.0)
        for epoch in (1, 2):
            steps = np.arange(20 * epoch - 19, 20 * epoch + 1)
            mse = np.where(steps == 1, 0.067, 0.67).astype(np.float32)
            curves = Curves(frozen(steps), frozen(mse), {"mse": frozen(mse)})
            yield replace(snapshot(run_id, 20 * epoch, ask()), curves=curves)
            yield EpochEnded(
                run_id, epoch, 20 * epoch, 0.67, 0.67, {"mse": 525.0}, best=epoch == 1, seconds=1.0
            )
        yield Finished(run_id, "done", 40, 1.0, 1e4, 0, {}, {})


@pytest.fixture
def strip(qtbot: QtBot) -> DoctorStrip:
    one = DoctorStrip()
    qtbot.addWidget(one)
    one.resize(1000, 40)
    one.set_spec(small_run())
    return one


def test_it_is_hidden_while_nothing_ails(strip: DoctorStrip) -> None:
    strip.show_findings(())
    assert not strip.isVisible()
    strip.show_findings((SLOW,))
    assert strip.isVisible()
    strip.show_findings(())
    assert not strip.isVisible()


def test_it_tells_the_gravest_and_offers_the_others(strip: DoctorStrip) -> None:
    strip.show_findings((SLOW, COPY))
    assert (strip.title.text(), strip.mend.text(), strip.others.text()) == (SLOW.title, "Lower it", "1 more")
    strip.others.menu().actions()[0].trigger()
    assert (strip.title.text(), strip.mend.text()) == (COPY.title, "Add noise")
    strip.show_findings((SLOW,))
    assert strip.title.text() == SLOW.title
    assert not strip.others.isVisible()


def test_why_shows_the_figures(strip: DoctorStrip, qtbot: QtBot) -> None:
    strip.show_findings((SLOW, COPY))
    assert not strip.evidence.isVisible()
    strip.why.setFocus()
    qtbot.keyClick(strip.why, Qt.Key.Key_Space)
    assert strip.evidence.isVisible()
    assert "lr 1" in strip.evidence.text()


def test_what_one_reads_stays_when_the_next_epoch_ends(strip: DoctorStrip) -> None:
    strip.show_findings((COPY,))
    strip.why.setChecked(True)
    strip.show_findings((SLOW, COPY))
    assert strip.title.text() == COPY.title


def test_closed_it_stays_closed_until_the_next_run(strip: DoctorStrip) -> None:
    strip.show_findings((SLOW,))
    strip.dismiss.click()
    strip.show_findings(())
    strip.show_findings((SLOW,))
    assert not strip.isVisible()
    strip.show_findings((SLOW, COPY))
    assert strip.title.text() == COPY.title, "what is new is told"
    strip.forget()
    strip.show_findings((SLOW,))
    assert strip.isVisible()


def test_a_mend_that_is_there_already_is_not_offered(strip: DoctorStrip) -> None:
    strip.show_findings((SLOW,))
    assert strip.mend.isEnabled()
    strip.set_spec(SLOW.mend(small_run()))
    assert not strip.mend.isEnabled()


def test_every_control_has_a_name_and_a_tooltip_and_is_reached_by_key(strip: DoctorStrip) -> None:
    strip.show_findings((SLOW, COPY))
    for control in (strip.why, strip.others, strip.mend, strip.dismiss):
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.fixture
def opened(qtbot: QtBot) -> Callable[[FakeEngine], Window]:
    """Opens a window on an engine, with its data."""
    return partial(open_window_on, qtbot)


@pytest.fixture
def window(opened: Callable[[FakeEngine], Window]) -> Window:
    return opened(Leaping())


def test_a_run_that_leaps_is_told_and_mended_in_one_step(window: Window, qtbot: QtBot) -> None:
    strip, document = window.page.doctor, window.session.document
    assert not strip.isVisible()
    qtbot.mouseClick(window.page.transport.train, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(strip.isVisible, timeout=20_000)
    assert strip.title.text() == "Learning rate too high"
    before = document.spec
    qtbot.mouseClick(strip.mend, Qt.MouseButton.LeftButton)
    assert document.spec.training.lr == before.training.lr / 10
    assert document.undo_stack.undoText() == strip.mend.text()
    assert not strip.mend.isEnabled()
    document.undo_stack.undo()
    assert document.spec == before
    assert strip.mend.isEnabled()


def test_a_new_run_begins_without_a_word(window: Window, qtbot: QtBot) -> None:
    strip = window.page.doctor
    qtbot.mouseClick(window.page.transport.train, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(strip.isVisible, timeout=20_000)
    found: list[Sequence[Finding]] = []
    window.page.checkup.found.connect(found.append)
    with qtbot.waitSignal(window.session.began):
        window.session.restart()
    assert found[0] == ()


def test_an_opened_run_is_not_given_the_findings_of_another(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    strip, session = window.page.doctor, window.session
    with qtbot.waitSignal(session.trainer.rested, timeout=20_000):
        qtbot.mouseClick(window.page.transport.train, Qt.MouseButton.LeftButton)
    assert strip.isVisible()
    before = session.document.spec
    session.show_kept(kept(tmp_path / "run", small_run()))
    assert not strip.isVisible()
    mine = kept(tmp_path / "mine", before)
    session.show_kept(replace(mine, card=replace(mine.card, id=session.trainer.focus)))
    assert strip.isVisible()


def test_a_run_that_broke_off_is_told(opened: Callable[[FakeEngine], Window], qtbot: QtBot) -> None:
    error = UserError("mse is nan at step 3 (learning rate 0.1); try 0.01")
    window = opened(FakeEngine(steps=5, fail_at=3, error=error))
    qtbot.mouseClick(window.page.transport.train, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.page.doctor.isVisible, timeout=20_000)
    assert window.page.doctor.title.text() == "Learning rate too high"
