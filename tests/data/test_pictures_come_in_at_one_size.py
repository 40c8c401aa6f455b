"""Pictures of any size and kind come in at one size; each that cannot is told with its reason."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from aestudio.data import archive as archives
from aestudio.data.door import open_data
from aestudio.spec.run import DataSpec
from tests.data.makers import Fault


def save(path: Path, array: np.ndarray, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)  # type: ignore[arg-type]  # as Pillow takes them
    return path


def photo(seed: int, height: int = 60, width: int = 80) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten photographs of 80 x 60."""
    home = tmp_path / "photos"
    for i in range(10):
        save(home / f"{i}.png", photo(i))
    return home


def bomb(side: int = 60_000) -> bytes:
    """A PNG whose header promises a square of that side."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def test_size_and_channels_are_chosen_by_the_pictures(folder: Path, tmp_path: Path) -> None:
    assert open_data(DataSpec(source=str(folder))).shape == (3, 32, 32)
    for i in range(5):
        save(tmp_path / "grey" / f"{i}.png", np.full((100, 200), 40 * i, np.uint8))
    assert open_data(DataSpec(source=str(tmp_path / "grey"))).shape == (1, 64, 64)


def test_size_and_channels_are_taken_as_wished(folder: Path) -> None:
    found = open_data(DataSpec(source=str(folder), size=20, channels="grey"))
    assert found.shape == (1, 20, 20)
    assert "10 of 10 pictures resized to 20 x 20, cropped to a square at the centre" in found.report.notes
    assert "10 of 10 pictures turned from colour to grey" in found.report.notes


def test_the_right_size_comes_in_bit_for_bit(tmp_path: Path) -> None:
    originals = [photo(i, 32, 32) for i in range(6)]
    for i, original in enumerate(originals):
        save(tmp_path / f"{i}.png", original)
    found = open_data(DataSpec(source=str(tmp_path), size=32))
    assert torch.equal(found.images, torch.from_numpy(np.stack(originals)).permute(0, 3, 1, 2))
    assert found.report.lines() == ()


def test_resampling_averages_rather_than_picks(tmp_path: Path) -> None:
    checks = np.indices((256, 256)).sum(axis=0) % 2 * 255
    for i in range(4):
        save(tmp_path / f"{i}.png", checks.astype(np.uint8))
    images = open_data(DataSpec(source=str(tmp_path), size=32)).images
    assert (images.float() - 127.5).abs().max() <= 3


def test_a_sub_folder_is_a_class(tmp_path: Path) -> None:
    for i in range(12):
        save(tmp_path / "pets" / ("cat", "dog", "owl")[i % 3] / f"{i}.png", photo(i))
    found = open_data(DataSpec(source=str(tmp_path)))
    assert found.classes == ("cat", "dog", "owl")
    assert found.labels is not None
    assert found.labels.tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_train_and_test_folders_are_kept(tmp_path: Path) -> None:
    for part, count in (("test", 4), ("train", 8), ("val", 2)):
        for i in range(count):
            save(tmp_path / part / ("cat", "dog")[i % 2] / f"{i}.png", photo(i))
    (tmp_path / "test" / "cat" / "broken.png").write_bytes(b"no")
    found = open_data(DataSpec(source=str(tmp_path)))
    assert found.classes == ("cat", "dog")
    assert found.test.tolist() == [10, 11, 12, 13]
    assert found.report.skipped_count == 1


def test_exif_orientation_is_honoured(tmp_path: Path) -> None:
    half = np.zeros((40, 40), np.uint8)
    half[:, :20] = 255  # light on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise: light above
    for i in range(3):
        save(tmp_path / f"{i}.png", half, exif=exif)
    found = open_data(DataSpec(source=str(tmp_path), size=40))
    assert found.images[0, 0, 0].min() == 255
    assert found.images[0, 0, -1].max() == 0
    assert "3 of 3 pictures turned upright as their EXIF tag says" in found.report.notes


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    clear = np.zeros((32, 32, 4), np.uint8)
    clear[:16] = (200, 0, 0, 255)
    for i in range(3):
        save(tmp_path / f"{i}.png", clear)
    found = open_data(DataSpec(source=str(tmp_path), size=32))
    assert found.images[0, :, -1, 0].tolist() == [255, 255, 255]
    assert found.images[0, :, 0, 0].tolist() == [200, 0, 0]
    assert "3 of 3 pictures transparent, laid on white" in found.report.notes


def test_16_bits_keep_their_range(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65_535, 32 * 32).reshape(32, 32).astype(np.uint16)
    for i in range(3):
        save(tmp_path / f"{i}.png", ramp)
    images = open_data(DataSpec(source=str(tmp_path), size=32)).images
    np.testing.assert_allclose(images[0, 0].numpy(), ramp / 257, atol=0.51)


def test_animation_gives_its_first_frame(folder: Path) -> None:
    frames = [Image.fromarray(np.full((40, 40), level, np.uint8)) for level in (10, 200)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    found = open_data(DataSpec(source=str(folder), channels="grey"))
    assert int(found.images[10].max()) == 10  # "moving" sorts last
    assert "1 of 11 pictures animated or of several pages, the first frame taken" in found.report.notes


def test_what_cannot_be_read_is_left_out_and_told(folder: Path) -> None:
    whole = (folder / "3.png").read_bytes()
    (folder / "3.png").write_bytes(whole[:-2000])
    (folder / "5.png").write_bytes(bomb())
    (folder / "7.jpg").write_bytes(b"this is no picture")
    (folder / "8.tif").write_bytes(b"II*\0" + b"\xff" * 40)
    (folder / "notes.txt").write_text("left alone")
    found = open_data(DataSpec(source=str(folder)))
    assert len(found) == 8
    assert {s.name for s in found.report.skipped} == {"3.png", "5.png", "7.jpg", "8.tif"}
    reasons = {s.name: s.reason for s in found.report.skipped}
    assert "truncated" in reasons["3.png"]
    assert "decompression bomb" in reasons["5.png"]
    assert reasons["7.jpg"] == "no picture in a format known here"
    assert "1 file that is no picture was left alone" in found.report.notes


@pytest.mark.parametrize("side", [9_440, 10_000, 20_000])
def test_bombs_are_refused_below_and_above_what_pillow_warns_of(folder: Path, side: int) -> None:
    (folder / "a.png").write_bytes(bomb(side))
    found = open_data(DataSpec(source=str(folder)))
    assert "decompression bomb" in found.report.skipped[0].reason


def test_a_broken_file_leaves_no_gap(folder: Path) -> None:
    before = open_data(DataSpec(source=str(folder))).images
    (folder / "0.png").write_bytes(b"")
    assert torch.equal(open_data(DataSpec(source=str(folder))).images, before[1:])


def test_a_zip_opens_as_its_folder_does(folder: Path, tmp_path: Path) -> None:
    packed = tmp_path / "photos.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"photos/{path.name}")
        archive.writestr("__MACOSX/photos/._0.png", b"junk")
    assert torch.equal(
        open_data(DataSpec(source=str(packed))).images, open_data(DataSpec(source=str(folder))).images
    )


def test_an_entry_whose_sum_is_wrong_is_left_out(folder: Path, tmp_path: Path) -> None:
    packed = tmp_path / "photos.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    data = bytearray(packed.read_bytes())
    data[5_000] ^= 0xFF
    packed.write_bytes(data)
    assert "its entry in the zip" in open_data(DataSpec(source=str(packed))).report.skipped[0].reason


@pytest.mark.parametrize("name", ["../../evil.png", "/etc/evil.png", "C:\\evil.png", "a\\..\\..\\evil.png"])
def test_an_entry_that_points_outside_is_refused(tmp_path: Path, fault: Fault, name: str) -> None:
    packed = tmp_path / "photos.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, b"")
    assert "points outside it" in fault(packed)
    assert not list(tmp_path.glob("**/evil.png"))


def test_a_zip_bomb_is_refused(tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_BOMB_BYTES", 10 << 20)
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.png", "w") as entry:
        for _ in range(11):
            entry.write(bytes(1 << 20))
    assert "as a zip bomb does" in fault(packed)


def test_a_damaged_zip_is_told(tmp_path: Path, fault: Fault) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.png", b"x" * 1000)
    data = bytearray(buffer.getvalue())
    data[data.rindex(b"PK\x01\x02")] = 0
    (tmp_path / "photos.zip").write_bytes(data)
    assert "is a damaged zip file" in fault(tmp_path / "photos.zip")


def test_empty_and_pictureless_folders_are_told(tmp_path: Path, fault: Fault) -> None:
    (tmp_path / "bare").mkdir()
    assert "holds no files" in fault(tmp_path / "bare")
    (tmp_path / "bare" / "letter.txt").write_text("hello")
    assert "holds 1 files but no picture" in fault(tmp_path / "bare")


def test_a_folder_of_broken_pictures_is_told(tmp_path: Path, fault: Fault) -> None:
    (tmp_path / "a.png").write_bytes(bomb())
    text = fault(tmp_path)
    assert "none of the 1 pictures" in text
    assert "decompression bomb" in text


def test_one_picture_is_no_data_set(folder: Path, fault: Fault) -> None:
    assert "is one picture" in fault(folder / "1.png")


def test_an_exception_from_progress_cancels(folder: Path) -> None:
    def stop(share: float, doing: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_data(DataSpec(source=str(folder)), progress=stop)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_the_pictures_does_not_block(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")
    assert len(open_data(DataSpec(source=str(folder)))) == 10
