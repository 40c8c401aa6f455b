"""The tool that compresses: what is asked last is what comes, and the file is what was shown."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot
from skimage import data

from aestudio.pictures.codec import layout as layouts
from aestudio.pictures.codec.container import unseal
from aestudio.pictures.codec.found import find_codec
from aestudio.pictures.codec.patches import unpack_picture
from aestudio.pictures.codec.stream import decode
from aestudio.pictures.curves import RIVALS
from aestudio.pictures.own_runs import open_own_run
from aestudio.pictures.picture import Picture
from aestudio.pictures.pyramid import pyramid_of
from aestudio.pictures.tiles import Box
from aestudio.qt.darkroom import compressing, squeezing
from aestudio.qt.darkroom.compressing import Compressing
from aestudio.qt.darkroom.squeezed import RivalFigures
from aestudio.qt.darkroom.tool import Opened
from aestudio.spec.faults import UserError
from aestudio.spec.words import bytes_text
from tests.library.kept_runs import kept
from tests.pictures.codec.conftest import flower
from tests.qt.darkroom.compress_bench import PATIENCE, Watched, opened, opened_pixels, small_codec
from tests.small import small_run


@pytest.fixture
def watched(qtbot: QtBot, tmp_path: Path) -> Iterator[Watched]:
    tool = Compressing()
    tool.set_model(small_codec(tmp_path))
    yield Watched(tool)
    tool.close()


def _file(watched: Watched) -> bytes:
    result = watched.tool.result()
    assert result is not None
    return result.packed(".aes")


@pytest.mark.parametrize("channels", [1, 3])
def test_the_file_opens_as_what_was_shown(qtbot: QtBot, watched: Watched, channels: int) -> None:
    watched.tool.use(opened(channels=channels))
    now = watched.wait_whole(qtbot)
    result = watched.tool.result()
    assert result is not None
    assert (result.name, result.suffixes) == ("flower.aes", (".aes", ".png"))
    back = decode(find_codec(watched.tool.settings.model), _file(watched))
    assert np.array_equal(back.pixels, result.picture.pixels)
    assert np.array_equal(back.pixels, watched.after[-1].levels[0]), "as on the stage"
    with Image.open(io.BytesIO(result.packed(".png"))) as image:
        assert np.array_equal(np.asarray(image).reshape(back.pixels.shape), back.pixels)
    assert now.size == len(_file(watched))
    assert now.share == len(_file(watched)) / 40_000
    assert now.figures is not None
    assert now.figures.on == ""
    assert 20 < now.figures.psnr < 60
    assert 0.5 < now.figures.ssim < 1


def test_the_newest_wish_wins_and_its_size_is_guessed_at_once(qtbot: QtBot, watched: Watched) -> None:
    watched.tool.use(opened())
    watched.wait_whole(qtbot)
    qtbot.waitUntil(lambda: any(curve.points for curve in watched.curves[-1].curves), timeout=PATIENCE)
    for quality in (10, 30, 80):
        watched.tool.set_quality(quality)
        assert (watched.now.is_exact, watched.now.quality) == (False, quality)
    guess = watched.now.size
    assert guess is not None
    assert watched.named[-1][1].startswith("Compressed, ≈ ")
    now = watched.wait_whole(qtbot)
    assert now.quality == pytest.approx(80, abs=0.2)
    assert now.size == pytest.approx(guess, rel=0.3)


@pytest.mark.usefixtures("small_tiles")
def test_large_pictures_come_in_parts_and_what_is_in_sight_first(qtbot: QtBot, watched: Watched) -> None:
    watched.tool.look_at(Box(0, 300, 90, 500))
    watched.tool.use(opened(300, 500))
    watched.wait_whole(qtbot)
    boxes = [patch.box for patch in watched.patches]
    assert boxes == [
        Box(0, 384, 128, 500),  # the inside of what is in sight, then each whole
        *(Box(0, 256, 256, 500), Box(256, 256, 300, 500), Box(0, 0, 256, 256), Box(256, 0, 300, 256)),
    ]
    assert np.array_equal(watched.after[-1].levels[0], watched.tool.result().picture.pixels)  # type: ignore[union-attr]


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "TILE", 16)
    monkeypatch.setattr(compressing, "_TILE", 1000)


@pytest.mark.usefixtures("small_tiles")
def test_figures_and_curves_of_a_part_say_so(
    qtbot: QtBot, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(squeezing, "CHARTED", 10_000)
    monkeypatch.setattr(squeezing, "_MEASURED", 20_000)
    watched.tool.use(opened(200, 300))
    now = watched.wait_whole(qtbot)
    assert now.figures is not None
    assert now.figures.on == "middle 0.02 of 0.06 MP"
    assert watched.curves[-1].on == "middle 0.0099 of 0.06 MP"
    qtbot.waitUntil(
        lambda: bool(watched.curves[-1].ours and watched.curves[-1].ours.points), timeout=PATIENCE
    )


def test_it_fits_into_a_size_and_stays_there(qtbot: QtBot, watched: Watched) -> None:
    watched.tool.set_target_bytes(1500)
    watched.tool.use(opened())
    now = watched.wait_whole(qtbot)
    assert now.size is not None
    assert 1400 < now.size <= 1500
    assert now.quality is not None
    watched.tool.set_target_bytes(None)
    assert watched.tool.settings.quality == round(now.quality)
    assert watched.wait_whole(qtbot).size == pytest.approx(now.size, rel=0.02)


def test_too_few_bytes_are_told(qtbot: QtBot, watched: Watched) -> None:
    watched.tool.set_target_bytes(10)
    watched.tool.use(opened())
    qtbot.waitUntil(lambda: bool(watched.failed), timeout=PATIENCE)
    assert "10 bytes are too few for 128 x 96 pixels" in watched.failed[0]
    assert watched.now.trouble == watched.failed[0]
    assert watched.tool.result() is None
    watched.tool.set_target_bytes(None)
    assert watched.wait_whole(qtbot).trouble == ""


def test_a_file_that_is_no_model_is_told(qtbot: QtBot, watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"no model")
    watched.tool.set_model(str(tmp_path / "bad.safetensors"))
    watched.tool.use(opened())
    qtbot.waitUntil(lambda: bool(watched.failed), timeout=PATIENCE)
    assert "is no model of the photo codec" in watched.failed[0]


@pytest.mark.parametrize("rival", [rival.name for rival in RIVALS])
def test_a_rival_stands_beside_at_the_same_size(qtbot: QtBot, watched: Watched, rival: str) -> None:
    picture = opened()
    watched.tool.set_quality(95)
    watched.tool.use(picture)
    watched.tool.set_rival(rival)
    qtbot.waitUntil(lambda: bool(watched.told) and watched.now.rival is not None, timeout=PATIENCE)
    beside = watched.now.rival
    assert beside is not None
    assert watched.now.size is not None
    assert beside.fits
    assert 0.6 * watched.now.size < beside.bytes <= watched.now.size
    assert watched.named[-1][0].startswith(rival)
    shown = watched.before[-1].levels[0]
    assert shown.shape == picture.picture.pixels.shape
    assert not np.array_equal(shown, picture.picture.pixels)
    with qtbot.waitSignal(watched.tool.finished):  # or the foot would go on telling of the rival
        watched.tool.set_rival(None)
    assert watched.before[-1] is picture.pyramid
    assert watched.now.rival is None


def _wait_beside(qtbot: QtBot, watched: Watched, rival: str) -> RivalFigures:
    qtbot.waitUntil(
        lambda: bool(watched.told) and watched.now.rival is not None and watched.now.rival.name == rival,
        timeout=PATIENCE,
    )
    assert watched.now.rival
    return watched.now.rival


def test_the_left_side_is_named_after_what_stands_there(qtbot: QtBot, watched: Watched) -> None:
    watched.tool.use(opened())
    watched.tool.set_rival("JPEG")
    jpeg = _wait_beside(qtbot, watched, "JPEG")
    name = f"JPEG, {bytes_text(jpeg.bytes)}"
    assert (watched.named[-1][0], watched.before[-1]) == (name, jpeg.pyramid)
    watched.tool.set_rival("WebP")
    watched.tool.cancel()
    assert (watched.named[-1][0], watched.before[-1]) == (name, jpeg.pyramid)
    assert watched.now.rival is None, "figures are of what is asked for"
    watched.tool.set_rival("JPEG")
    assert watched.now.rival is jpeg, "it stands there still"
    watched.tool.finished.connect(watched.tool.cancel)
    watched.tool.set_quality(90)
    assert (watched.named[-1][0], watched.before[-1]) == (name, jpeg.pyramid)
    assert watched.now.rival is None, "it is no more of the same size"
    qtbot.waitUntil(lambda: watched.now.is_exact, timeout=PATIENCE)
    assert (watched.named[-1][0], watched.before[-1]) == (name, jpeg.pyramid)
    assert watched.now.rival is None
    watched.tool.set_rival(None)
    assert watched.named[-1][0] == "Original"


def test_a_rival_that_cannot_encode_the_picture_leaves_the_rest(
    qtbot: QtBot, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WebP takes at most 16,383 pixels a side."""
    monkeypatch.setattr(squeezing, "_ORDER", ("JPEG", "Ours", "JPEG 2000", "AVIF", "WebP"))
    wide = opened_pixels(np.tile(flower()[100:108, 100:200], (1, 164, 1)))
    said, progress = [], []
    watched.tool.said.connect(said.append)
    watched.tool.progressed.connect(lambda _, doing: progress.append(doing))
    watched.tool.finished.connect(progress.clear)
    watched.tool.use(wide)
    watched.tool.set_rival("JPEG")
    _wait_beside(qtbot, watched, "JPEG")
    watched.tool.set_rival("WebP")
    qtbot.waitUntil(lambda: bool(said), timeout=PATIENCE)
    assert said[0].startswith("WebP cannot encode this picture here")
    assert (watched.named[-1][0], watched.before[-1]) == ("Original", wide.pyramid)
    qtbot.waitUntil(lambda: all(curve.is_whole for curve in watched.curves[-1].curves), timeout=PATIENCE)
    assert [curve.name for curve in watched.curves[-1].curves] == ["Ours", "JPEG", "AVIF", "JPEG 2000"]
    assert progress == [], "nothing is told after its end"
    watched.tool.set_quality(30)
    watched.wait_whole(qtbot)
    assert len(said) == 1, "it is not tried again"


def test_what_fails_after_the_file_ends_the_work_and_leaves_the_file(
    qtbot: QtBot, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise UserError("no figures")

    monkeypatch.setattr(squeezing, "_figures", fail)
    told: list[str] = []
    watched.tool.finished.connect(lambda: told.append("finished"))
    watched.tool.said.connect(told.append)
    watched.tool.set_rival("JPEG")
    watched.tool.use(opened())
    qtbot.waitUntil(lambda: "no figures" in told, timeout=PATIENCE)
    assert told == ["finished", "finished", "no figures"], "nobody waits for JPEG any more"
    assert watched.tool.result() is not None


def test_a_rival_is_as_transparent_as_the_original(qtbot: QtBot, watched: Watched) -> None:
    alpha = np.tile(np.arange(128, dtype=np.uint8), (96, 1))
    picture = Picture(opened().picture.pixels, alpha=alpha)
    watched.tool.use(Opened("flower.png", picture, pyramid_of(picture), 40_000))
    watched.tool.set_rival("WebP")
    beside = _wait_beside(qtbot, watched, "WebP")
    assert beside.pyramid.alpha is not None
    assert np.array_equal(beside.pyramid.alpha, alpha)


def test_all_curves_come_and_say_who_is_better(qtbot: QtBot, watched: Watched) -> None:
    watched.tool.use(opened())
    qtbot.waitUntil(
        lambda: bool(watched.curves[-1].curves) and all(c.is_whole for c in watched.curves[-1].curves),
        timeout=PATIENCE,
    )
    last = watched.curves[-1]
    assert [curve.name for curve in last.curves] == ["Ours", *(rival.name for rival in RIVALS)]
    for curve in last.curves:
        assert len(curve.points) == len(curve.settings) >= 7
    ours = last.ours
    assert ours is not None
    assert ours.at(0) == ours.points[0]
    assert watched.now.here is not None
    assert watched.now.worth is not None
    assert watched.now.worth.against == "JPEG"
    assert watched.now.worth.model_bytes == Path(watched.tool.settings.model).stat().st_size


def test_a_run_of_ones_own_compresses_in_few_bits(qtbot: QtBot, watched: Watched, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    kept(folder, small_run())
    watched.tool.set_model(str(folder))
    watched.tool.set_bits(3)
    watched.tool.use(opened())
    three = watched.wait_whole(qtbot)
    assert (three.quality, three.bits) == (None, 3)
    back = unpack_picture(open_own_run(folder), unseal(_file(watched), "it"), "it")
    assert np.array_equal(back.pixels, watched.after[-1].levels[0])
    watched.tool.set_bits(8)
    assert watched.now.size is not None, "all sizes are known by now"
    assert watched.now.size > (three.size or 0)
    watched.wait_whole(qtbot)
    watched.tool.set_target_bytes(len(_file(watched)) * 3 // 4)
    fitted = watched.wait_whole(qtbot).bits
    assert fitted
    assert fitted < 8
    watched.tool.set_target_bytes(None)
    assert watched.tool.settings.bits == fitted, "it stays at what fitted"


def test_what_goes_along_with_the_pixels_is_kept_by_a_run(
    qtbot: QtBot, watched: Watched, tmp_path: Path
) -> None:
    kept(tmp_path / "run", small_run())
    plain = opened(64, 64)
    alpha = plain.picture.pixels[..., 0]
    picture = dataclasses.replace(plain.picture, alpha=alpha, icc=b"a profile " * 9, density=(300.0, 300.0))
    watched.tool.set_model(str(tmp_path / "run"))
    watched.tool.use(dataclasses.replace(plain, picture=picture))
    watched.wait_whole(qtbot)
    file = unseal(_file(watched), "it")
    result = watched.tool.result()
    assert result is not None
    for seen in (unpack_picture(open_own_run(tmp_path / "run"), file, "it"), result.picture):
        assert seen.alpha is not None
        assert np.array_equal(seen.alpha, alpha)
        assert (seen.icc, seen.density) == (picture.icc, picture.density)


def test_stopping_leaves_no_result_and_using_another_begins_anew(qtbot: QtBot, watched: Watched) -> None:
    watched.tool.use(opened())
    watched.tool.cancel()
    assert watched.tool.result() is None
    watched.tool.use(opened(64, 64))
    watched.wait_whole(qtbot)
    assert watched.tool.result().picture.size == (64, 64)  # type: ignore[union-attr]
    watched.tool.use(None)
    assert watched.tool.result() is None


def test_closing_in_the_middle_waits(qtbot: QtBot, tmp_path: Path) -> None:
    tool = Compressing()
    tool.set_model(small_codec(tmp_path))
    tool.set_rival("AVIF")
    tool.use(opened(200, 300))
    with qtbot.waitSignal(tool.finished, timeout=PATIENCE):
        pass
    tool.close()  # a rival's process is at work


def test_the_command_says_the_same(watched: Watched) -> None:
    model = watched.tool.settings.model
    watched.tool.set_quality(37)
    assert watched.tool.command() == f"aestudio compress FILE --model {model} --quality 37"
    watched.tool.set_target_bytes(5000)
    assert watched.tool.command().endswith("--target-bytes 5000")


def test_a_run_says_that_a_photograph_is_none_of_its_digits(
    qtbot: QtBot, watched: Watched, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    kept(folder, small_run(("training.epochs", 30), ("model.bottleneck.size", 16)))
    watched.tool.set_model(str(folder))
    watched.tool.use(opened_pixels(data.chelsea()[60:188, 100:260]))
    qtbot.waitUntil(lambda: bool(watched.told) and bool(watched.now.oddity), timeout=PATIENCE)
    watched.tool.set_model(small_codec(tmp_path))
    assert watched.wait_whole(qtbot).oddity == ""
