"""A result is saved, copied and dragged out as it is, and never onto an original nor unasked onto a file."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QColorSpace, QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from aestudio.pictures.picture import Picture, packed_picture
from aestudio.qt.pages.pictures import PicturesPage
from tests.qt.darkroom.page_bench import (
    PATIENCE,
    digests,
    open_all,
    photograph,
    slow_to_open,
    wait_worked,
)


def _answer(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """What a person types in the dialog, with PNG as the kind."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(place), "PNG (*.png)"))


def test_a_name_that_gets_its_suffix_replaces_nothing(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_all(qtbot, page, photograph(tmp_path / "in" / "a.png"))
    other = photograph(tmp_path / "b.png", 3)
    before = digests(tmp_path)
    _answer(monkeypatch, tmp_path / "b")  # the dialog asks about b, which is not there
    with qtbot.waitSignal(page.trouble, timeout=PATIENCE) as told:
        page.actions_.save.trigger()
    assert told.args == [f"{other}: is there already; give its full name to replace it, or another one"]
    assert digests(tmp_path) == before
    _answer(monkeypatch, other)  # the dialog has asked about b.png itself
    with qtbot.waitSignal(page.said, timeout=PATIENCE):
        page.actions_.save.trigger()
    assert digests(tmp_path) != before


@pytest.mark.parametrize(("name", "kind"), [("c.jpeg", "JPEG"), ("c.JPG", "JPEG"), ("c.tiff", "TIFF")])
def test_all_suffixes_of_a_kind_are_taken(
    qtbot: QtBot,
    page: PicturesPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    kind: str,
) -> None:
    open_all(qtbot, page, photograph(tmp_path / "in" / "a.png"))
    _answer(monkeypatch, tmp_path / name)
    with qtbot.waitSignal(page.said, timeout=PATIENCE):
        page.actions_.save.trigger()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]
    with Image.open(tmp_path / name) as saved:
        assert saved.format == kind


def test_no_original_of_the_roll_is_overwritten(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = photograph(tmp_path / "a.png"), photograph(tmp_path / "b.png", 3)
    open_all(qtbot, page, a, b)
    before = digests(tmp_path)
    for original in (a, b):
        _answer(monkeypatch, original)
        with qtbot.waitSignal(page.trouble, timeout=PATIENCE) as told:
            page.actions_.save.trigger()
        assert told.args is not None
        assert "never overwritten" in told.args[0]
    assert digests(tmp_path) == before


def test_the_original_on_the_table_is_not_overwritten_while_another_is_opened(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = photograph(tmp_path / "a.png"), photograph(tmp_path / "b.png", 3)
    open_all(qtbot, page, a, b)
    before = digests(tmp_path)
    with slow_to_open(monkeypatch, b):
        page.view.remove_current()  # b is chosen instead, and a still on the table
        assert page.table.opened is not None
        assert page.table.opened.name == "a.png"
        _answer(monkeypatch, a)
        with qtbot.waitSignal(page.trouble, timeout=PATIENCE) as told:
            page.actions_.save.trigger()
    assert told.args is not None
    assert "never overwritten" in told.args[0]
    assert digests(tmp_path) == before


def test_only_the_result_that_is_shown_is_dragged_out(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, packing = threading.Event(), threading.Event()

    def slow(picture: Picture, suffix: str) -> bytes:
        packing.set()
        gate.wait()
        return packed_picture(picture, suffix)

    open_all(qtbot, page, photograph(tmp_path / "a.png"))
    monkeypatch.setattr("aestudio.qt.darkroom.denoising.packed_picture", slow)
    try:
        page.foot.handle.wanted.emit()
        qtbot.waitUntil(packing.is_set, timeout=PATIENCE)
        page.denoise_panel.strength.field.setValue(20)
        qtbot.waitUntil(lambda: page.denoising.done is not None and page.denoising.done.strength == 0.2)
        wait_worked(qtbot, page)
    finally:
        gate.set()
    qtbot.waitUntil(lambda: page.outcome.saving._packer._thread is None, timeout=PATIENCE)
    assert page.foot.handle.file == ""
    page.foot.handle.wanted.emit()
    qtbot.waitUntil(lambda: page.foot.handle.file != "", timeout=PATIENCE)
    result = page.table.result()
    assert result is not None
    assert np.array_equal(np.asarray(Image.open(page.foot.handle.file)), result.picture.pixels)


@pytest.mark.parametrize("kind", ["RGBA", "LA"])
def test_a_copy_keeps_transparency_and_colours(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path, kind: str
) -> None:
    space = QColorSpace(QColorSpace.NamedColorSpace.DisplayP3)
    picture = Image.open(photograph(tmp_path / "in" / "opaque.png")).convert(kind)
    alpha = np.zeros((64, 64), dtype=np.uint8)
    alpha[:, 32:] = 200
    picture.putalpha(Image.fromarray(alpha))
    profile = bytes(space.iccProfile().data()) if kind == "RGBA" else None
    picture.save(tmp_path / "a.png", icc_profile=profile)
    open_all(qtbot, page, tmp_path / "a.png")
    page.actions_.copy.trigger()
    image = QGuiApplication.clipboard().image()
    assert [image.pixelColor(x, 5).alpha() for x in (10, 40)] == [0, 200]
    result = page.table.result()
    assert result is not None
    colour = image.pixelColor(40, 5)
    wanted = np.broadcast_to(result.picture.pixels[5, 40], 3).tolist()
    assert [colour.red(), colour.green(), colour.blue()] == wanted
    if profile:
        assert image.colorSpace().primaries() == QColorSpace.Primaries.DciP3D65
