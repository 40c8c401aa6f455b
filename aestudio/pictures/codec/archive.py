"""Many small images in one file, through a trained run: a header that all share, and a code for each."""

from __future__ import annotations

import numpy as np
import torch

from aestudio.pictures.codec.codes import packed_codes, read_codes, rounded_codes
from aestudio.pictures.codec.container import ARCHIVE, Sealed, Short, Source, seal
from aestudio.pictures.codec.model import HASH_BYTES
from aestudio.pictures.own_runs import OwnRun
from aestudio.spec.faults import UserError

BATCH = 256
"""Images that a run sees at a time."""

BROKEN = (Short, AssertionError, ValueError, OverflowError)
"""What reading codes raises where the bytes make no sense."""


def mark(run: OwnRun) -> bytes:
    """What files name a run by."""
    return run.digest[:HASH_BYTES]


def refuse_others(run: OwnRun, sealed: Sealed, name: str) -> None:
    """Raise UserError where the file called ``name`` was made with another run."""
    if sealed.digest != mark(run):
        raise UserError(
            f"{name}: was made with the run {sealed.digest.hex()}, not with {run.folder} "
            f"({mark(run).hex()}); give that run's folder with --model"
        )


class ArchiveEncoder:
    """Images uint8 ``(N, C, H, W)``, or float vectors ``(N, D)``, that a run has looked at.

    They can be written in any number of bits. Raises UserError where they are none that the run takes.
    """

    def __init__(self, run: OwnRun, images: torch.Tensor) -> None:
        if tuple(images.shape[1:]) != run.model.data_shape:
            wanted, given = _text(run.model.data_shape), _text(images.shape[1:])
            raise UserError(
                f"{run.folder} takes images of {wanted}, these are {given}; give ones of that size"
            )
        self.run, self._codes = run, _codes(run, images)

    def file(self, bits: int) -> bytes:
        """The archive, with codes of ``bits`` bits. Raises SpecError where those are out of range."""
        return seal(ARCHIVE, mark(self.run), packed_codes(self._codes, self.run.model.code_shape, bits))

    def preview(self, bits: int) -> np.ndarray:
        """What :func:`unpack_images` will give of the file."""
        return _decoded(self.run, rounded_codes(self._codes, self.run.model.code_shape, bits))


def unpack_images(run: OwnRun, sealed: Sealed, name: str) -> np.ndarray:
    """The images of an archive, uint8 (N, C, H, W), or float32 vectors (N, D).

    Raises
    ------
    UserError
        it was made with another run, or is damaged inside.
    """
    refuse_others(run, sealed, name)
    try:
        codes = read_codes(Source(sealed.payload), run.model.code_shape)
    except BROKEN as error:
        raise UserError(f"{name}: is damaged inside; get another copy of it") from error
    return _decoded(run, codes)


@torch.inference_mode()
def _decoded(run: OwnRun, codes: np.ndarray) -> np.ndarray:
    """Images uint8 (N, C, H, W), or float32 vectors, of codes (N, D)."""
    found = []
    for part in torch.from_numpy(codes).float().split(BATCH):
        x_hat = run.model.decode(part.unflatten(1, run.model.code_shape))
        found.append((x_hat.clamp(0, 1) * 255).round().byte() if x_hat.ndim == 4 else x_hat)
    shape = (0, *run.model.data_shape)
    return torch.cat(found).numpy() if found else np.zeros(shape, np.uint8)


@torch.inference_mode()
def _codes(run: OwnRun, images: torch.Tensor) -> np.ndarray:
    """Codes (N, D) of images."""
    parts = []
    for part in images.split(BATCH):
        x = part.float() / 255 if part.dtype == torch.uint8 else part
        parts.append(run.model.encode(x).z.flatten(1))
    size = int(np.prod(run.model.code_shape))
    return torch.cat(parts).numpy() if parts else np.zeros((0, size), np.float32)


def _text(shape: tuple[int, ...] | torch.Size) -> str:
    return " x ".join(map(str, shape))
