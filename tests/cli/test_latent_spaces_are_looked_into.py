"""``aestudio latent``: each act writes its file and tells of it; whatever cannot be is one sentence."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from aestudio.cli import main, make_parser
from aestudio.data.door import open_data
from aestudio.latent.samplers import SAMPLERS
from aestudio.latent.space import Space, explore
from aestudio.library.kept import open_run
from aestudio.spec.parts import BOTTLENECKS, LAYERS
from aestudio.spec.run import ModelSpec
from tests.library.kept_runs import kept
from tests.small import small_run

TESTED, SIDE = 270, 8  # test images of scikit-learn's digits, and their pixels across
SHOWN = 56  # pixels across on a sheet, as an image is enlarged to that at least


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``digits``, ``prior`` (variational) and ``rows`` (vectors without labels), each trained briefly."""
    folder = tmp_path_factory.mktemp("workspace")
    table = folder.parent / "rows.csv"
    pixels = load_digits().data[:400, 20:30]  # type: ignore[attr-defined]
    np.savetxt(table, pixels, delimiter=",", header=",".join("abcdefghij"), comments="")
    latent = ModelSpec(
        encoder=(LAYERS.make("dense", units=32),), bottleneck=BOTTLENECKS.make("variational", size=3)
    )
    runs = {
        "digits": small_run(("data.source", "digits"), ("training.epochs", 5)),
        "prior": small_run(("data.source", "digits"), model=latent),
        "rows": small_run(("data.source", str(table)), ("model.bottleneck.size", 3)),
    }
    for name, run in runs.items():
        kept(folder / name, run, data=open_data(run.data))
    return folder


@pytest.fixture(scope="module")
def space(workspace: Path) -> Space:
    """What the command opens as ``digits``."""
    run = open_run(workspace / "digits")
    return explore(run, open_data(run.run.data))


def _latent(*arguments: str | Path) -> int:
    return main(["latent", *map(str, arguments)])


def _told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    """The one object on stdout."""
    capsys.readouterr()
    assert _latent(*arguments, "--json") == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)


def _sheet(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image)


def _across(images: int, gap: int = 1) -> int:
    return images * (SHOWN + gap) - gap


def test_a_map_is_a_sheet_of_the_plane(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "map.png"
    told = _told(capsys, "map", workspace / "digits", "--columns", "5", "--out", out)
    assert _sheet(out).shape == (5 * SHOWN, 5 * SHOWN)
    assert (told["out"], told["code_size"], told["images"]) == (str(out), 8, 25)
    assert told["axes"].startswith("PC 1 (")
    for low, high in (told["across"], told["up"]):
        assert low < high


def test_a_map_goes_through_the_place_it_is_taken_at(workspace: Path, space: Space, tmp_path: Path) -> None:
    """With one cell, that is the anchor moved to the middle of the plane."""
    made = {}
    for place in ("", "3", "class:3"):
        out = tmp_path / f"map{len(made)}.npy"
        at = ["--at", place] if place else []
        assert _latent("map", workspace / "digits", "--columns", "1", "--out", out, *at) == 0
        made[place] = np.load(out)
    assert all(images.shape == (1, 1, SIDE, SIDE) for images in made.values())
    low, high = space.points.min(axis=0), space.points.max(axis=0)
    middle = space.projection.lifted(((low + high) / 2)[None], space.codes[3:4])
    np.testing.assert_allclose(made["3"], space.decode(middle), atol=1e-4)
    assert np.abs(made["3"] - made[""]).max() > 0.01
    assert np.abs(made["class:3"] - made[""]).max() > 0.01


@pytest.mark.parametrize("kind", [one.kind for one in SAMPLERS])
def test_samples_are_a_sheet_of_what_was_drawn(
    kind: str, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "samples.png"
    told = _told(capsys, "sample", workspace / "digits", "--count", "9", "--from", kind, "--out", out)
    assert _sheet(out).shape == (_across(3), _across(3))
    assert (told["from"], told["images"]) == (kind, 9)
    assert told["rms_to_nearest_training_image"] > 0
    assert told["the_same_of_test_images"] > 0


@pytest.mark.parametrize(("run", "kind"), [("digits", "gaussian"), ("prior", "prior")])
def test_what_suits_the_model_is_drawn(
    run: str, kind: str, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _told(capsys, "sample", run, "--workspace", workspace, "--out", tmp_path / "samples.png")
    assert (told["from"], told["images"]) == (kind, 64)
    assert _sheet(tmp_path / "samples.png").shape == (_across(8), _across(8))


def test_equal_seeds_give_equal_bytes_and_others_others(workspace: Path, tmp_path: Path) -> None:
    for kind in ("png", "npy"):
        made = []
        for i, seed in enumerate("556"):
            out = tmp_path / f"{i}.{kind}"
            assert _latent("sample", workspace / "digits", "--seed", seed, "--count", "4", "--out", out) == 0
            made.append(out.read_bytes())
        assert made[0] == made[1] != made[2]


def test_without_heat_all_samples_are_one(workspace: Path, space: Space, tmp_path: Path) -> None:
    out = tmp_path / "samples.npy"
    assert _latent("sample", workspace / "digits", "--temperature", "0", "--count", "3", "--out", out) == 0
    middle = space.decode(space.fitted.mean(axis=0)[None])
    np.testing.assert_allclose(np.load(out), np.repeat(middle, 3, axis=0), atol=1e-4)


@pytest.mark.parametrize("spherical", [[], ["--spherical"]])
def test_a_path_is_a_row_of_the_space_over_a_row_of_pixels(
    spherical: list[str], workspace: Path, space: Space, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["path", str(workspace / "digits"), "3", "class:5", *spherical, "--steps", "4"]
    told = _told(capsys, *command, "--out", tmp_path / "path.png")
    assert (told["a"], told["b"], told["steps"]) == ("test image 3", "class 5", 4)
    assert _sheet(tmp_path / "path.png").shape == (_across(2), _across(4))
    assert _latent(*command, "--out", tmp_path / "path.npy") == 0
    images = np.load(tmp_path / "path.npy")
    assert images.shape == (8, 1, SIDE, SIDE)
    np.testing.assert_allclose(images[:1], space.decode(space.codes[3:4]), atol=1e-5)
    np.testing.assert_allclose(images[4], space.test_images([3])[0], atol=1e-6)
    np.testing.assert_allclose(images[3], images[7], atol=1e-4)  # a class's picture is its middle decoded
    np.testing.assert_allclose(images[5], 2 / 3 * images[4] + 1 / 3 * images[7], atol=1e-5)


def test_a_way_around_differs_from_the_straight_one(workspace: Path, tmp_path: Path) -> None:
    made = []
    for i, way in enumerate(([], ["--spherical"])):
        out = tmp_path / f"{i}.npy"
        assert _latent("path", workspace / "digits", "0", "1", *way, "--steps", "3", "--out", out) == 0
        made.append(np.load(out))
    assert np.abs(made[0][1] - made[1][1]).max() > 1e-3
    np.testing.assert_allclose(made[0][[0, 2, 3, 4, 5]], made[1][[0, 2, 3, 4, 5]], atol=1e-4)


def test_arithmetic_shows_its_terms_and_what_comes_out(
    workspace: Path, space: Space, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["arithmetic", str(workspace / "digits"), "4", "9", "11"]
    told = _told(capsys, *command, "--out", tmp_path / "sum.png")
    assert _sheet(tmp_path / "sum.png").shape == (SHOWN, _across(4))
    code = space.codes[4] - space.codes[9] + space.codes[11]
    distances = np.linalg.norm(space.codes - code, axis=1)
    assert told["nearest"] == f"test image {distances.argmin()}"
    assert told["distance"] == pytest.approx(distances.min(), rel=1e-3)
    assert _latent(*command, "--out", tmp_path / "sum.npy") == 0
    images = np.load(tmp_path / "sum.npy")
    np.testing.assert_allclose(images[:3], space.test_images([4, 9, 11]), atol=1e-6)
    np.testing.assert_allclose(images[3:], space.decode(code[None]), atol=1e-4)


def test_a_term_less_itself_is_the_other(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _told(capsys, "arithmetic", workspace / "digits", "4", "4", "11", "--out", tmp_path / "sum.png")
    assert (told["nearest"], told["distance"]) == ("test image 11", pytest.approx(0, abs=1e-5))


def test_codes_are_a_table(
    workspace: Path, space: Space, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _told(capsys, "codes", workspace / "digits", "--out", tmp_path / "codes.csv")["images"] == TESTED
    with (tmp_path / "codes.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["test_position", "class", *(f"z{i}" for i in range(1, 9))]
    assert space.labels is not None
    assert [row[:2] for row in rows] == [[str(i), str(label)] for i, label in enumerate(space.labels)]
    np.testing.assert_allclose(np.array([row[2:] for row in rows], float), space.codes, rtol=1e-5, atol=1e-6)


def test_codes_are_an_array(workspace: Path, space: Space, tmp_path: Path) -> None:
    assert _latent("codes", workspace / "digits", "--out", tmp_path / "codes.NPY") == 0
    codes = np.load(tmp_path / "codes.NPY")
    assert codes.dtype == np.float32
    np.testing.assert_allclose(codes, space.codes, rtol=1e-5, atol=1e-6)


def test_a_picture_file_is_a_place(
    workspace: Path, space: Space, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digit = tmp_path / "digit.png"
    Image.fromarray(np.rint(255 * space.test_images([6])[0, 0]).astype(np.uint8)).save(digit)
    command = [
        "arithmetic",
        str(workspace / "digits"),
        str(digit),
        "1",
        "1",
        "--out",
        str(tmp_path / "a.png"),
    ]
    told = _told(capsys, *command)
    assert (told["a"], told["nearest"]) == ("digit.png", "test image 6")
    assert told["distance"] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(
    ("act", "shape"),
    [
        (["map", "--columns", "2"], (4, 10)),
        (["sample", "--count", "5"], (5, 10)),
        (["path", "0", "1", "--steps", "3"], (6, 10)),
        (["arithmetic", "0", "1", "2"], (4, 10)),
        (["codes"], (60, 3)),
    ],
)
def test_vectors_are_kept_as_numbers(
    act: list[str], shape: tuple[int, ...], workspace: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.npy"
    assert _latent(act[0], workspace / "rows", *act[1:], "--out", out) == 0
    assert np.load(out).shape == shape


def test_vectors_are_no_pictures(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _latent("map", workspace / "rows", "--out", tmp_path / "map.png") == 1
    assert "map.png: vectors are no pictures; give a name that ends in .npy" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_a_name_the_file_is_called_like_the_act(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for act in (
        ["map", "--columns", "2"],
        ["sample"],
        ["path", "0", "1"],
        ["arithmetic", "0", "1", "2"],
        ["codes"],
    ):
        assert _latent(act[0], workspace / "digits", *act[1:]) == 0
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["arithmetic.png", "codes.csv", "map.png", "path.png", "sample.png"]


def test_a_person_reads_a_line_for_each_fact(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _latent("path", workspace / "digits", "0", "1", "--out", tmp_path / "path.png") == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["out", str(tmp_path / "path.png")]
    assert lines[-3:] == [["a", "test image 0"], ["b", "test image 1"], ["steps", "11"]]


def test_a_file_that_is_there_stays_unless_asked(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "map.png"
    out.write_bytes(b"mine")
    command = ["map", str(workspace / "digits"), "--columns", "2", "--out", str(out)]
    assert _latent(*command) == 1
    told = capsys.readouterr()
    assert f"{out}: is there already; give another name with --out, or --overwrite" in told.err
    assert not told.out
    assert out.read_bytes() == b"mine"
    assert _latent(*command, "--overwrite") == 0
    assert _sheet(out).shape == (2 * SHOWN, 2 * SHOWN)


@pytest.mark.parametrize(
    ("act", "name", "right"),
    [("map", "a.jpg", ".png"), ("sample", "a", ".png"), ("map", "a.csv", ".png"), ("codes", "a.png", ".csv")],
)
def test_a_name_of_another_kind_is_wrong_usage(
    act: str, name: str, right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which is told before the run is looked for."""
    assert _latent(act, "nowhere", "--out", tmp_path / name) == 2
    assert f"{name} is named like no kind of file known here; end in {right}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["map", "r", "--columns", "0"], "0 is no whole number from 1 to"),
        (["map", "r", "--columns", "10000"], "10000 is no whole number from 1 to"),
        (["sample", "r", "--count", "0"], "0 is no whole number from 1 to 10,000"),
        (["sample", "r", "--count", "10001"], "10001 is no whole number from 1 to 10,000"),
        (["sample", "r", "--count", "2.5"], "2.5 is no whole number"),
        (["sample", "r", "--temperature", "3.01"], "3.01 is no number from 0 to 3"),
        (["sample", "r", "--temperature", "-0.1"], "-0.1 is no number from 0 to 3"),
        (["sample", "r", "--temperature", "nan"], "nan is no number from 0 to 3"),
        (["sample", "r", "--temperature", "hot"], "hot is no number from 0 to 3"),
        (["sample", "r", "--seed", "-1"], "-1 is no whole number from 0 to 2,147,483,647"),
        (["sample", "r", "--seed", "2147483648"], "2147483648 is no whole number from 0 to"),
        (["sample", "r", "--from", "kde"], "invalid choice: 'kde'"),
        (["path", "r", "0", "1", "--steps", "1"], "1 is no whole number from 2 to 1,000"),
        (["path", "r", "0"], "the following arguments are required: B"),
        (["arithmetic", "r", "0", "1"], "the following arguments are required: C"),
        (["map"], "the following arguments are required: RUN"),
        ([], "the following arguments are required: DO"),
        (["fly", "r"], "invalid choice: 'fly'"),
    ],
)
def test_what_is_out_of_range_is_wrong_usage(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A map of 10,000 images across would have 100 million of them."""
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args(["latent", *arguments])
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (["map", "nowhere"], "there is no run 'nowhere'"),
        (
            ["path", "digits", "absent.png", "1"],
            "absent.png: there is no such file; give a test image's number",
        ),
        (["path", "digits", "0", "270"], "there is no test image 270; they are numbered 0 to 269"),
        (["path", "digits", "class:ten", "1"], "there is no class 'ten'; there are 0, 1, 2"),
        (["map", "digits", "--at", "270"], "there is no test image 270"),
        (
            ["sample", "rows", "--from", "classes"],
            "the data have no classes to draw from; draw from one Gaussian",
        ),
        (["path", "rows", "0", "class:1"], "the data have no classes; name a test image by its number"),
        (["path", "rows", "0", "a.png"], "a.png: untitled works on 10, which no picture is brought to"),
    ],
)
def test_what_is_not_there_is_a_sentence(
    act: list[str], sentence: str, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.npy"
    assert _latent(*act, "--workspace", workspace, "--out", out) == 1
    told = capsys.readouterr()
    assert sentence in told.err
    assert "Traceback" not in told.err
    assert not told.out
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_a_sentence(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert _latent("codes", workspace / "digits", "--out", tmp_path / "file" / "codes.csv") == 1
    assert "cannot be written" in capsys.readouterr().err


def test_data_that_are_no_longer_those_of_the_run_are_refused(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = workspace.parent / "rows.csv"
    before = table.read_bytes()
    table.write_bytes(before.replace(b"1", b"2"))
    try:
        assert _latent("map", workspace / "rows", "--out", tmp_path / "map.npy") == 1
    finally:
        table.write_bytes(before)
    assert "was trained on another rows" in capsys.readouterr().err
