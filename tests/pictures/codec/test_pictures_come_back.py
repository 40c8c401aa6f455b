"""Pictures through the codec: equal to the preview to the byte, at any size, with all that goes with them."""

from __future__ import annotations

import copy
import dataclasses

import numpy as np
import pytest
import torch

from aestudio.pictures.codec import layout as layouts
from aestudio.pictures.codec import stream
from aestudio.pictures.codec.layout import Layout, analysed, painted
from aestudio.pictures.codec.model import CodecModel
from aestudio.pictures.codec.rate import fitted, level_of, quality_of
from aestudio.pictures.codec.stream import Encoder, decode
from aestudio.pictures.codec.tile import read_tile, write_tile
from aestudio.pictures.picture import Picture
from aestudio.pictures.quality import psnr
from aestudio.spec.faults import SpecError, UserError
from tests.pictures.codec.conftest import flower


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles of 128 pixels, so that a small picture has many."""
    monkeypatch.setattr(layouts, "TILE", 8)


def _picture(height: int, width: int, channels: int = 3) -> Picture:
    return Picture(np.ascontiguousarray(flower()[60 : 60 + height, 100 : 100 + width, :channels]))


def _outspoken(model: CodecModel) -> CodecModel:
    """The same, with nets that count for as much as the transform, so that all they see shows."""
    net = copy.deepcopy(model.net)
    for half in (net.analysis, net.synthesis):
        half.leave.weight.mul_(100)
        for name, weight in half.named_parameters():
            if name.endswith("second.weight"):
                weight.mul_(5)
    return dataclasses.replace(model, net=net)


@pytest.mark.parametrize("level", [0, 150, 384])
def test_a_tile_is_read_as_it_was_written(model: CodecModel, level: int) -> None:
    y = model.latents(torch.from_numpy(flower()[:128, :192]).permute(2, 0, 1).float() / 255)
    data, written = write_tile(model, y, level)
    assert torch.equal(read_tile(model, data, 8, 12, level), written)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (16, 500), (130, 67), (300, 200)])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.usefixtures("small_tiles")
def test_what_is_opened_is_the_preview(model: CodecModel, height: int, width: int, channels: int) -> None:
    encoded = Encoder(model, _picture(height, width, channels)).at(200)
    back = decode(model, encoded.file)
    assert back.pixels.shape == (height, width, channels)
    assert np.array_equal(back.pixels, encoded.preview().pixels)


def test_more_bytes_are_a_better_picture(model: CodecModel) -> None:
    picture = _picture(256, 256)
    encoder = Encoder(model, picture)
    found = [encoder.at(level) for level in (0, 128, 256, 384)]
    sizes = [len(each.file) for each in found]
    gains = [psnr(picture.pixels, each.preview().pixels, 255) for each in found]
    assert sizes == sorted(sizes)
    assert gains == sorted(gains)
    assert gains[-1] > gains[0] + 6


@pytest.mark.usefixtures("small_tiles")
def test_tiles_have_no_seams(model: CodecModel) -> None:
    """Latents and pixels of tiles are those of the whole picture, but for float32's last digits."""
    model = _outspoken(model)
    pixels = np.ascontiguousarray(flower()[:384, :320])
    layout = Layout(320, 384)
    x = torch.from_numpy(pixels).permute(2, 0, 1).float() / 255
    whole = model.latents(x)
    parts = {(t.row, t.column): analysed(pixels, layout, t, model.latents) for t in layout}
    assert len(parts) == 9
    for tile in layout:
        rows, columns = slice(tile.top, tile.top + tile.height), slice(tile.left, tile.left + tile.width)
        assert torch.allclose(parts[tile.row, tile.column], whole[:, rows, columns], atol=1e-4)
    at_once = model.pixels(whole.round(), 300)
    for tile in layout:
        y = {place: part.round() for place, part in parts.items()}
        part = painted(layout, tile, lambda r, c, y=y: y[r, c], lambda y: model.pixels(y, 300))
        top, left = tile.top * 16, tile.left * 16
        wanted = at_once[:, top : top + part.shape[1], left : left + part.shape[2]]
        assert torch.allclose(part, wanted, atol=1e-4)


@pytest.mark.usefixtures("small_tiles")
def test_large_pictures_keep_few_tiles_and_come_out_the_same(
    model: CodecModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = _picture(300, 200)
    kept = Encoder(model, picture).at(250)
    monkeypatch.setattr(stream, "_KEPT_TILES", 2)
    not_kept = Encoder(model, picture).at(250)
    assert not_kept.tiles is None
    assert not_kept.file == kept.file
    assert np.array_equal(not_kept.preview().pixels, kept.preview().pixels)


def test_transparency_profile_and_pixels_to_an_inch_survive(model: CodecModel) -> None:
    deep = (flower()[:90, :100].astype(np.uint16) * 257)[..., :3]
    alpha = (np.arange(9000) % 65536).reshape(90, 100).astype(np.uint16)
    whole = Picture(deep, alpha, b"a profile " * 30, density=(300.0, 72.01))
    encoded = Encoder(model, whole).at(200)
    back = decode(model, encoded.file)
    assert back.alpha is not None
    assert np.array_equal(back.alpha, (alpha.astype(np.uint32) + 128) // 257)
    assert back.icc == b"a profile " * 30
    assert back.density == (300.0, 72.01)
    assert back.depth == 8
    preview = encoded.preview()
    assert preview.alpha is not None
    assert np.array_equal(preview.alpha, back.alpha)
    assert preview.density == back.density


def test_odd_pixels_to_an_inch_cost_no_picture(model: CodecModel) -> None:
    picture = Picture(np.ascontiguousarray(flower()[:64, :64]), density=(1.002, 1.002))
    assert decode(model, Encoder(model, picture).at(100).file).density is None


@pytest.mark.parametrize("most", [2500, 6000, 15_000])
def test_a_file_fits_into_the_bytes_wanted(model: CodecModel, most: int) -> None:
    encoder = Encoder(model, _picture(256, 256))
    found = fitted(encoder, most)
    assert 0.9 * most < len(found.file) <= most
    assert len(encoder.at(found.level + 12).file) > most


def test_too_few_bytes_are_told(model: CodecModel) -> None:
    with pytest.raises(UserError, match=r"10 bytes are too few for 64 x 64 pixels, which take [\d,]+"):
        fitted(Encoder(model, _picture(64, 64)), 10)


def test_more_than_enough_bytes_give_the_finest(model: CodecModel) -> None:
    assert fitted(Encoder(model, _picture(64, 64)), 10**9).level == model.exact.top


def test_qualities_are_levels() -> None:
    assert [level_of(q, 896) for q in (1, 100)] == [0, 896]
    assert level_of(quality_of(417, 896), 896) == 417
    with pytest.raises(SpecError, match="use a number from 1 to 100"):
        level_of(0, 896)


def test_another_model_is_refused(model: CodecModel) -> None:
    file = Encoder(model, _picture(64, 64)).at(100).file
    other = dataclasses.replace(model, digest=b"another!", name="other")
    with pytest.raises(UserError, match=r"was made with the model [0-9a-f]{16}, not with other"):
        decode(other, file)


def test_work_can_be_broken_off(model: CodecModel) -> None:
    def stop(share: float, doing: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Encoder(model, _picture(64, 64)).at(100, stop)
    encoded = Encoder(model, _picture(64, 64)).at(100)
    with pytest.raises(KeyboardInterrupt):
        decode(model, encoded.file, progress=stop)
