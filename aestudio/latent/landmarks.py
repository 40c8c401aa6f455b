"""Places in a latent space by name: a test image, the middle of a class, or a picture of one's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aestudio.data.picture import Refused, read_picture
from aestudio.latent.space import Space
from aestudio.spec.faults import UserError

Floats = NDArray[np.float32]

_CLASS = "class:"
_DIGITS = 18  # of a number; more are no more of a position, and Python refuses to read thousands of them


@dataclass(frozen=True, eq=False)
class Landmark:
    """A place, and what is there.

    Parameters
    ----------
    name
        what it is called, for example ``test image 7`` or ``class 3``.
    text
        what finds it again: a position, ``class:NAME``, or a path.
    code
        ``(k,)``.
    image
        what is encoded there, ``(*data_shape)`` in [0, 1]; for a class what the decoder makes of its middle.
    """

    name: str
    text: str
    code: Floats = field(repr=False)
    image: Floats = field(repr=False)


def landmark(space: Space, text: str) -> Landmark:
    """The place that ``text`` names: a test image by its position, ``class:NAME``, or a picture file.

    Raises
    ------
    UserError
        there is no such place.
    """
    text = text.strip()
    if text.startswith(_CLASS):
        return _class(space, text.removeprefix(_CLASS))
    if text.isdecimal():
        return test_image(space, int(text[:_DIGITS]))
    return _picture(space, Path(text))


def test_image(space: Space, position: int) -> Landmark:
    """The test image at a position.

    Raises
    ------
    UserError
        there are fewer.
    """
    if not 0 <= position < len(space.codes):
        last = len(space.codes) - 1
        raise UserError(f"there is no test image {position}; they are numbered 0 to {last:,}")
    image = space.test_images([position])[0]
    return Landmark(f"test image {position:,}", str(position), space.codes[position], image)


def _class(space: Space, name: str) -> Landmark:
    """The mean code of a class's training images."""
    labels, names = space.fitted_labels, space.data.classes
    if labels is None:
        raise UserError("the data have no classes; name a test image by its number, or a picture file")
    if name not in names:
        raise UserError(f"there is no class {name!r}; there are {', '.join(names)}")
    own = space.fitted[labels == names.index(name)]
    if not len(own):
        raise UserError(
            f"no training image that was encoded is of class {name!r}; name a test image by its number"
        )
    code = own.mean(axis=0)
    return Landmark(f"class {name}", f"{_CLASS}{name}", code, space.decode(code[None])[0])


def _picture(space: Space, path: Path) -> Landmark:
    """A picture file, brought to the shape of the data."""
    shape = space.data.shape
    if len(shape) != 3 or shape[0] not in (1, 3) or shape[1] != shape[2]:
        raise UserError(
            f"{path}: {space.name} works on {' x '.join(map(str, shape))}, which no picture is brought to; "
            f"name a test image by its number, or a class as class:NAME"
        )
    try:
        with path.open("rb") as file:
            pixels = read_picture(file, shape[1], shape[0]).pixels
    except (FileNotFoundError, IsADirectoryError):
        raise UserError(
            f"{path}: there is no such file; give a test image's number, class:NAME, or a picture file"
        ) from None
    except (OSError, Refused) as fault:
        raise UserError(f"{path}: cannot be opened ({fault}); give another picture") from fault
    image = pixels.astype(np.float32) / np.float32(255)
    return Landmark(path.name, str(path), space.encode(image[None])[0], image)
