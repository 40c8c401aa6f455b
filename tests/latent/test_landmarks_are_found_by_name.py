"""Landmarks: by number, by class, by picture file; and why there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aestudio.latent.landmarks import landmark
from aestudio.latent.space import Space
from aestudio.spec.faults import UserError


def _saved(space: Space, position: int, path: Path) -> Path:
    pixels = np.rint(space.test_images([position])[0] * 255).astype(np.uint8).transpose(1, 2, 0)
    Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[..., 0]).save(path)
    return path


@pytest.mark.parametrize("kind", ["plain", "variational", "mapped", "single", "vectors", "colour"])
@pytest.mark.parametrize("text", ["7", " 7 ", "007"])
def test_a_number_is_a_test_image(kind: str, text: str, request: pytest.FixtureRequest) -> None:
    space: Space = request.getfixturevalue(kind)
    place = landmark(space, text)
    assert (place.name, place.text) == ("test image 7", "7")
    np.testing.assert_array_equal(place.code, space.codes[7])
    np.testing.assert_array_equal(place.image, space.data.pixels(space.data.test[7:8]).numpy()[0])


def test_the_first_and_the_last_are_there_and_no_more(plain: Space) -> None:
    np.testing.assert_array_equal(landmark(plain, "0").code, plain.codes[0])
    np.testing.assert_array_equal(landmark(plain, "299").code, plain.codes[-1])
    with pytest.raises(UserError, match="there is no test image 300; they are numbered 0 to 299"):
        landmark(plain, "300")


def test_a_class_is_the_mean_code_of_its_training_images(plain: Space) -> None:
    labels = plain.fitted_labels
    assert labels is not None
    place = landmark(plain, "class:3")
    assert (place.name, place.text) == ("class 3", "class:3")
    np.testing.assert_allclose(place.code, plain.fitted[labels == 3].mean(axis=0), atol=1e-6)
    np.testing.assert_array_equal(place.image, plain.decode(place.code[None].copy())[0])


def test_a_class_is_found_by_its_name_whatever_that_is(plain: Space) -> None:
    named = replace(plain, data=replace(plain.data, classes=tuple(f"no {i}: ü" for i in range(10))))
    np.testing.assert_array_equal(landmark(named, "class:no 4: ü").code, landmark(plain, "class:4").code)


@pytest.mark.parametrize("kind", ["plain", "variational", "mapped", "colour"])
def test_a_picture_is_encoded_as_the_digit_that_it_shows(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    space: Space = request.getfixturevalue(kind)
    path = _saved(space, 5, tmp_path / "five.png")
    place = landmark(space, str(path))
    assert (place.name, place.text) == ("five.png", str(path))
    np.testing.assert_allclose(place.image, space.test_images([5])[0], atol=1e-6)
    np.testing.assert_allclose(place.code, space.codes[5], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "mode"), [("plain", "RGBA"), ("plain", "1"), ("colour", "L"), ("colour", "P")]
)
def test_any_picture_is_brought_to_the_shape_of_the_data(
    kind: str, mode: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    space: Space = request.getfixturevalue(kind)
    path = tmp_path / "wide.png"
    Image.radial_gradient("L").resize((90, 60)).convert(mode).save(path)
    place = landmark(space, str(path))
    assert place.image.shape == space.data.shape
    assert 0 <= place.image.min() < place.image.max() <= 1
    assert place.code.shape == (space.size,)


def test_a_class_without_training_images_is_a_sentence(plain: Space) -> None:
    """A folder of test pictures may have one more class; and of a rare class none may be encoded."""
    data, labels = plain.data, plain.fitted_labels
    assert labels is not None
    rows = np.flatnonzero(labels != 3)
    lacking = replace(plain, data=replace(data, train=data.train[rows.tolist()]), fitted=plain.fitted[rows])
    with pytest.raises(UserError, match="class"):
        landmark(lacking, "class:3")


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("plain", "class:ten", "there is no class 'ten'; there are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        ("plain", "class:", "there is no class ''"),
        (
            "plain",
            "-1",
            "-1: there is no such file; give a test image's number, class:NAME, or a picture file",
        ),
        ("plain", "absent.png", "absent.png: there is no such file"),
        ("plain", ".", r"\.: there is no such file"),
        ("plain", "", "there is no such file"),
        ("plain", "9" * 5_000, "there is no test image 9"),
        (
            "vectors",
            "class:3",
            "the data have no classes; name a test image by its number, or a picture file",
        ),
        ("vectors", "a.png", "works on 64, which no picture is brought to; name a test image by its number"),
        ("vectors", "5000", "there is no test image 5000; they are numbered 0 to 699"),
    ],
)
def test_what_is_not_there_is_a_sentence(
    kind: str, text: str, sentence: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(UserError, match=sentence):
        landmark(request.getfixturevalue(kind), text)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_picture_is_a_sentence(plain: Space, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"broken\.png: cannot be opened \(.+\); give another picture"):
        landmark(plain, str(path))


def test_data_that_are_not_square_take_no_picture(plain: Space, tmp_path: Path) -> None:
    path = _saved(plain, 0, tmp_path / "zero.png")
    upright = replace(plain, data=replace(plain.data, images=plain.data.images[:, :, :20]))
    with pytest.raises(UserError, match="works on 1 x 20 x 28, which no picture is brought to"):
        landmark(upright, str(path))
