"""Autoencoders that a person trained here, put to work on pictures of any size."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from aestudio.library.card import read_card
from aestudio.library.folder import BEST, SPEC
from aestudio.models.autoencoder import Autoencoder, build
from aestudio.pictures.waiting import ask_between_layers
from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.outline import lay_out
from aestudio.spec.toml import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aestudio.spec.parts import Shape
    from aestudio.spec.run import RunSpec

_SLIDING = {"conv", "conv-transposed", "max-pool", "avg-pool", "upsample", "activation", "dropout"}
_SLIDING |= {"batch-norm"}
"""Layers that may take pictures of any size."""
_SIDES = (28, 32, 64, 8, 48, 96, 128, 16)
"""Sides of pictures as data sources bring them, tried where a run's card does not tell."""
_PATCHES = 256  # at a time


@dataclass(frozen=True, eq=False)
class OwnRun:
    """A trained autoencoder as a cleaner of pictures.

    One made of convolutions alone runs on the whole picture. Any other knows one size: it runs on patches of
    it that overlap by half, blended by a window that is 0 at their edges.
    """

    model: Autoencoder
    slides: bool
    folder: Path
    digest: bytes = b""
    """SHA-256 of the weights' file, by which what the run has coded names it."""

    @property
    def side(self) -> tuple[int, int]:
        """Height and width that it was trained on."""
        return self.model.data_shape[1], self.model.data_shape[2]

    @property
    def widest(self) -> float:
        """Numbers that its largest layer holds for each pixel."""
        rows = lay_out(self.model.spec, self.model.data_shape).rows
        return max(math.prod(row.out_shape) for row in rows) / math.prod(self.side)

    @property
    def multiple(self) -> int:
        """Sides that it halves without a remainder; for patches, so that their grid is one for all tiles."""
        return max(self.side)

    @property
    def margin(self) -> int:
        """Half of what it was trained on: no pixel there looked further."""
        return max(self.side)

    @torch.no_grad()
    def __call__(self, x: Tensor) -> Tensor:
        """Reconstructions of ``(1, 3, H, W)`` in [0, 1]; channel by channel where it was trained on grey."""
        channels = self.model.data_shape[0]
        seen = x if channels == 3 else x.flatten(0, 1)[:, None]
        out = self._whole(seen) if self.slides else self._patched(seen)
        return out.view_as(x).clamp(0, 1)

    def _whole(self, x: Tensor) -> Tensor:
        return self.model.decode(self.model.encode(x).mean)

    def _patched(self, x: Tensor) -> Tensor:
        """``(N, C, H, W)`` patch by patch, N being channels where grey is all it knows."""
        h, w = self.side
        down, right = max(h // 2, 1), max(w // 2, 1)
        wide = F.pad(x, (w, w + -x.shape[3] % right, h, h + -x.shape[2] % down), mode="replicate")
        window = (torch.hann_window(h + 2)[1:-1, None] * torch.hann_window(w + 2)[1:-1]).flatten()

        def folded(columns: Tensor) -> Tensor:
            return F.fold(columns, wide.shape[2:], (h, w), stride=(down, right))

        columns = F.unfold(wide, (h, w), stride=(down, right))  # (N, C h w, patches)
        patches = columns.transpose(1, 2).reshape(-1, *self.model.data_shape)
        done = torch.cat([self._whole(part) for part in patches.split(_PATCHES)])
        columns = done.reshape(len(x), -1, columns.shape[1]).transpose(1, 2)
        weights = window.repeat(x.shape[1])[None, :, None].expand_as(columns)
        out = folded(columns * weights) / folded(weights).clamp_min(1e-6)
        return out[:, :, h : h + x.shape[2], w : w + x.shape[3]]


def open_own_run(folder: Path) -> OwnRun:
    """The autoencoder in a run's folder, with the weights that did best.

    Raises
    ------
    UserError
        the folder is none of a run, its files do not fit each other, or it was not trained on pictures.
    """
    if not (folder / SPEC).is_file() or not (folder / BEST).is_file():
        raise UserError(f"{folder}: is no run; give a folder with {SPEC} and {BEST}")
    run = load_spec(folder / SPEC)
    try:
        data = (folder / BEST).read_bytes()
        model = _fitting(run, load(data), _shapes(run, folder))
    except (OSError, SafetensorError, RuntimeError) as fault:
        reason = "it was trained on vectors" if _takes_vectors(folder) else str(fault).splitlines()[0]
        raise UserError(f"{folder}: cannot be opened ({reason}); give another run") from fault
    ask_between_layers(model)
    return OwnRun(model, _slides(model), folder, hashlib.sha256(data).digest())


def _takes_vectors(folder: Path) -> bool:
    with contextlib.suppress(UserError):
        shape = read_card(folder).shape
        return shape is not None and len(shape) != 3
    return False


def _shapes(run: RunSpec, folder: Path) -> Iterator[Shape]:
    """Shapes that its pictures may have had, the likeliest first.

    The card tells, but not every folder has one. Weights of convolutions alone fit any shape, so that what is
    only guessed comes last.
    """
    with contextlib.suppress(UserError):
        shape = read_card(folder).shape
        if shape and len(shape) == 3 and shape[0] in (1, 3):
            yield shape
    sides = (run.data.size,) if run.data.size else _SIDES
    wide = {"grey": (1,), "colour": (3,)}.get(run.data.channels, (1, 3))
    for side, channels in itertools.product(sides, wide):
        yield channels, side, side


def _fitting(run: RunSpec, weights: dict[str, Tensor], shapes: Iterator[Shape]) -> Autoencoder:
    """The autoencoder that the weights are of, by the first shape of picture that they fit.

    Raises
    ------
    RuntimeError
        none fits.
    """
    for shape in shapes:
        with contextlib.suppress(SpecError, RuntimeError):
            model = build(run.model, shape)
            model.load_state_dict(weights)
            return model.eval().requires_grad_(False)
    raise RuntimeError("its weights fit pictures of no side and channels tried")


def _slides(model: Autoencoder) -> bool:
    """Whether it takes twice the size and gives that back; layers say no in their own ways."""
    channels, height, width = model.data_shape
    kinds = {part.kind for part in (*model.spec.encoder, model.spec.bottleneck, *(model.spec.decoder or ()))}
    if not kinds <= _SLIDING:
        return False
    x = torch.zeros(1, channels, 2 * height, 2 * width)
    with contextlib.suppress(RuntimeError, ValueError):
        return model.decode(model.encode(x).mean).shape == x.shape
    return False
