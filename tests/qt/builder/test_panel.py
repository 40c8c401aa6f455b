"""Presets, faults, figures and sections around the hourglass."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from aestudio.qt.builder.document import Document
from aestudio.qt.builder.lesson import BriefLabel
from aestudio.qt.builder.panel import BuilderPanel
from aestudio.qt.builder.part_picker import first_clause
from aestudio.qt.builder.summary import code_text
from aestudio.qt.theme import theme_source, use_theme
from aestudio.spec.edit import with_value
from aestudio.spec.parts import CORRUPTIONS, LAYERS, PENALTIES
from tests.qt.builder.hands import LEFT, bar, click, press, settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from aestudio.qt.builder.parts_section import PartsSection

ROOT = __file__.rpartition("tests")[0]


def test_a_preset_is_opened_and_undone(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    combo = panel.chooser.combo
    assert combo.currentIndex() == -1  # the small run is no preset
    combo.setFocus()
    qtbot.keyClicks(combo, "Sparse")
    assert document.spec.name.startswith("sparse")
    assert panel.lesson.isVisible()
    document.undo_stack.undo()
    assert document.spec.name == "small"
    assert combo.currentIndex() == -1
    assert not panel.lesson.isVisible()


def test_back_to_the_preset_can_itself_be_undone(panel: BuilderPanel, document: Document) -> None:
    assert not panel.chooser.back.isEnabled()
    document.set_value("training.epochs", 3)
    panel.chooser.back.trigger()
    assert not document.is_modified
    document.undo_stack.undo()
    assert document.spec.training.epochs == 3


def test_the_lesson_unfolds(panel: BuilderPanel, qtbot: QtBot) -> None:
    panel.chooser.combo.setFocus()
    qtbot.keyClicks(panel.chooser.combo, "Sparse")
    brief = panel.lesson.findChild(BriefLabel)
    assert isinstance(brief, BriefLabel)
    folded = panel.lesson.sizeHint().height()
    qtbot.mouseClick(brief, LEFT)
    settle()
    assert panel.lesson.fold.isChecked()
    assert panel.lesson.height() > folded


def test_a_fault_is_told_beside_its_layer(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    click(panel, "model.encoder.1", qtbot)
    with qtbot.waitSignal(panel.faults_changed) as told:
        panel.model.actions_on_layer.kinds[_kind(panel, "Max pool")].trigger()
    assert told.args is not None
    assert [fault.where for fault in told.args[0]] == ["model.encoder.2"]
    row = panel.model.hourglass.row("model.encoder.2")
    assert row is not None
    assert row.faults.isVisible()
    assert row.faults.text.startswith("It needs a map")
    settle()
    assert row.faults.geometry().top() >= row.bar.geometry().bottom()
    assert not bar(panel, "model.bottleneck").entry.known
    with qtbot.waitSignal(panel.faults_changed):
        document.undo_stack.undo()
    assert not row.faults.isVisible()
    assert panel.faults == ()


def test_a_fault_of_a_part_stands_beside_it(panel: BuilderPanel) -> None:
    panel.penalties.add(PENALTIES.get("l1"))
    panel.penalties.add(PENALTIES.get("kl-sparsity"))
    first, second = panel.penalties.items
    assert not first.faults.isVisible()
    assert second.faults.isVisible()
    assert not panel.penalties.faults.isVisible()
    panel.penalties.header.setChecked(False)
    assert panel.penalties.faults.isVisible()


def test_figures_follow_the_model(panel: BuilderPanel, document: Document) -> None:
    assert panel.summary.code.text() == "32 numbers → 128 bytes a code (float32)"
    assert panel.summary.cost.text().startswith("538,416 parameters")
    assert "about" in panel.summary.cost.text()
    panel.set_speed(1e9)
    assert panel.summary.cost.text().endswith("30 s an epoch")
    document.set_value("data.train_limit", 5_500)
    assert panel.summary.cost.text().endswith("3.0 s an epoch")
    panel.set_data_shape(None, 0)
    assert panel.summary.code.text() == "No data is open yet"
    assert panel.faults == ()


@pytest.mark.parametrize("section", ["corruptions", "penalties"])
def test_parts_are_added_edited_moved_and_removed(
    section: str, panel: BuilderPanel, document: Document, qtbot: QtBot
) -> None:
    parts: PartsSection = getattr(panel, section)

    def kinds() -> list[str]:
        return [part.kind for part in getattr(document.spec, section)]

    first, second = [cls.kind for cls in parts.family][:2]
    for kind in (first, second):
        parts.add(parts.family.get(kind))
    assert kinds() == [first, second]
    if parts.ordered:
        parts.items[1].up.trigger()
        assert kinds() == [second, first]
        document.undo_stack.undo()
    button = next(b for b in parts.items[0].findChildren(QToolButton) if b.toolTip().startswith("Remove"))
    panel.area.ensureWidgetVisible(button)
    settle()
    qtbot.mouseClick(button, LEFT)
    assert kinds() == [second]
    assert not parts.items[1].isVisible()
    document.undo_stack.undo()
    assert kinds() == [first, second]


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_what_is_half_typed_goes_with_its_part(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    panel.penalties.adding[0].trigger()
    form = panel.penalties.items[0].form.form
    assert form is not None
    weight = form.field("weight")
    weight.setFocus()
    qtbot.keyClick(weight, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(weight, "1e9")
    document.edit("Remove", with_value(document.spec, "penalties", ()))
    panel.chooser.combo.setFocus()
    assert document.spec.penalties == ()


def test_a_section_tells_its_state_while_folded(panel: BuilderPanel, document: Document) -> None:
    assert panel.corruptions.header.state_text == "none"
    panel.corruptions.add(CORRUPTIONS.get("gaussian"))
    assert panel.corruptions.header.state_text == "Gaussian noise 0.5"
    document.set_value("training.lr", 0.01)
    assert panel.training.header.state_text == "10 epochs, batch 128, adam 0.01"


def test_sections_open_by_key_and_edit(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    panel.training.header.setFocus()
    qtbot.keyClick(panel.training.header, Qt.Key.Key_Space)
    assert panel.training.form is not None
    rate = panel.training.form.field("lr")
    rate.setFocus()
    qtbot.keyClick(rate, Qt.Key.Key_Up)
    assert document.spec.training.lr == 0.002
    assert document.undo_stack.undoText() == "Change learning rate"


def test_tab_goes_from_top_to_bottom(panel: BuilderPanel, document: Document, qtbot: QtBot) -> None:
    panel.model.actions_on_layer.link.trigger()  # rows that come late
    panel.corruptions.adding[0].trigger()  # parts that come late, the later first
    panel.corruptions.adding[1].trigger()
    panel.training.header.click()
    panel.model.select("model.decoder.1")
    settle()
    panel.chooser.combo.setFocus()
    walked = []
    while not walked or walked[-1] is not panel.chooser.combo:
        press(panel, Qt.Key.Key_Tab)
        walked.append(QApplication.focusWidget())
    fields = [widget for widget in walked[:-1] if not isinstance(widget, QToolButton)]
    lines = [widget.mapTo(panel, QPoint(0, widget.height())).y() for widget in fields]
    assert len(fields) > 25
    assert lines == sorted(lines)


def test_a_section_folds_and_keeps_its_form(panel: BuilderPanel, qtbot: QtBot) -> None:
    for _ in range(3):
        qtbot.mouseClick(panel.data.header, LEFT)
    first = panel.data.body
    assert first is not None
    assert first.isVisible()
    qtbot.mouseClick(panel.data.header, LEFT)
    assert panel.data.body is first
    assert not first.isVisible()


def test_forms_are_made_when_they_are_opened(panel: BuilderPanel) -> None:
    assert all(section.body is None for section in panel.sections)


def test_every_action_has_a_name_and_says_what_it_does(panel: BuilderPanel) -> None:
    actions = panel.actions()
    assert len({action.text() for action in actions}) == len(actions)
    assert all(action.toolTip() for action in actions)
    assert {"Undo", "Redo", "Unlink decoder"} <= {action.text().strip() for action in actions}


@pytest.mark.parametrize("preset", ["compressor-20", "conv-denoiser", "vae-20"])
def test_no_name_runs_into_the_shape_at_360_pixels(preset: str, qtbot: QtBot) -> None:
    from PySide6.QtGui import QFontMetrics

    from aestudio.library.presets import load_preset
    from aestudio.qt.theme import heading_font

    panel = BuilderPanel(Document(load_preset(preset)))
    qtbot.addWidget(panel)
    panel.resize(360, 560)
    panel.set_data_shape((1, 28, 28), 55_000)
    panel.show()
    settle()
    for row in panel.model.hourglass.rows():
        title = QFontMetrics(row.bar.font()).horizontalAdvance(row.bar.entry.title)
        shape = QFontMetrics(heading_font()).horizontalAdvance(row.bar.entry.shape)
        fits = 26 + title <= (row.bar.width() - shape) / 2
        assert fits or row.bar.height() > 28, row.bar.entry.title


def test_words_keep_to_the_theme(panel: BuilderPanel, qapp: QApplication) -> None:
    panel.penalties.add(PENALTIES.get("kl-sparsity"))
    colours = []
    for mode in ("dark", "light"):
        use_theme(qapp, mode)
        words = [w for w in panel.penalties.items[0].faults.findChildren(QLabel) if w.text()]
        colours.append(words[-1].palette().windowText().color().name() == theme_source().current.bad)
    assert colours == [True, True]


def test_the_builder_loads_no_torch() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from aestudio.qt.builder.document import Document;"
        "from aestudio.qt.builder.panel import BuilderPanel;"
        "from aestudio.library.presets import load_preset;"
        "panel = BuilderPanel(Document(load_preset('undercomplete')));"
        "panel.set_data_shape((1, 28, 28), 55000); panel.show(); app.processEvents();"
        "sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_one_number_is_one_number() -> None:
    assert code_text(1) == "1 number → 4 bytes a code (float32)"


def _kind(panel: BuilderPanel, label: str) -> int:
    return [action.text() for action in panel.model.actions_on_layer.kinds].index(f"Add layer: {label}")


def test_a_kind_is_told_in_one_clause() -> None:
    assert first_clause(LAYERS.get("dense")) == "Every output sees every input"
    assert all(0 < len(first_clause(cls)) < 76 for cls in LAYERS)
