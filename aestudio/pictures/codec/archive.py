"""Many small images in one file, through a trained run: a header that all share, and a code for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from aestudio.models.autoencoder import Autoencoder
from aestudio.pictures.codec.codes import packed_codes, read_codes, rounded_codes
from aestudio.pictures.codec.container import ARCHIVE, Sealed, Short, Source, seal
from aestudio.spec.faults import UserError

BATCH = 256
"""Images that a run sees at a time."""

BROKEN = (Short, AssertionError, ValueError, OverflowError)
"""What reading codes raises where the bytes make no sense."""


@dataclass(frozen=True, eq=False)
class Run:
    """A trained autoencoder, the hash that files name it by, and whether it takes pictures of any size."""

    net: Autoencoder
    digest: bytes
    name: str
    slides: bool = False

    def check(self, sealed: Sealed, name: str) -> None:
        """Raise UserError where the file called ``name`` was made with another run."""
        if sealed.digest != self.digest:
            raise UserError(
                f"{name}: was made with the run {sealed.digest.hex()}, not with {self.name} "
                f"({self.digest.hex()}); give that run's folder with --model"
            )


def pack_images(run: Run, images: torch.Tensor, bits: int) -> bytes:
    """The archive of images uint8 (N, C, H, W), or float vectors (N, D), with codes of ``bits`` bits.

    Raises
    ------
    SpecError
        ``bits`` is out of range.
    UserError
        the images are none that the run takes.
    """
    if tuple(images.shape[1:]) != run.net.data_shape:
        wanted, given = _text(run.net.data_shape), _text(images.shape[1:])
        raise UserError(f"{run.name} takes images of {wanted}, these are {given}; give ones of that size")
    return seal(ARCHIVE, run.digest, packed_codes(_codes(run, images), run.net.code_shape, bits))


def unpack_images(run: Run, sealed: Sealed, name: str) -> np.ndarray:
    """The images of an archive, uint8 (N, C, H, W), or float32 vectors (N, D).

    Raises
    ------
    UserError
        it was made with another run, or is damaged inside.
    """
    run.check(sealed, name)
    try:
        codes = read_codes(Source(sealed.payload), run.net.code_shape)
    except BROKEN as error:
        raise UserError(f"{name}: is damaged inside; get another copy of it") from error
    return _decoded(run, codes)


def rounded_images(run: Run, images: torch.Tensor, bits: int) -> np.ndarray:
    """What :func:`unpack_images` will give of an archive of ``images``."""
    return _decoded(run, rounded_codes(_codes(run, images), run.net.code_shape, bits))


@torch.inference_mode()
def _decoded(run: Run, codes: np.ndarray) -> np.ndarray:
    """Images uint8 (N, C, H, W), or float32 vectors, of codes (N, D)."""
    found = []
    for part in torch.from_numpy(codes).float().split(BATCH):
        x_hat = run.net.decode(part.unflatten(1, run.net.code_shape))
        found.append((x_hat.clamp(0, 1) * 255).round().byte() if x_hat.ndim == 4 else x_hat)
    shape = (0, *run.net.data_shape)
    return torch.cat(found).numpy() if found else np.zeros(shape, np.uint8)


@torch.inference_mode()
def _codes(run: Run, images: torch.Tensor) -> np.ndarray:
    """Codes (N, D) of images."""
    parts = []
    for part in images.split(BATCH):
        x = part.float() / 255 if part.dtype == torch.uint8 else part
        parts.append(run.net.encode(x).z.flatten(1))
    return torch.cat(parts).numpy() if parts else np.zeros((0, int(np.prod(run.net.code_shape))), np.float32)


def _text(shape: tuple[int, ...] | torch.Size) -> str:
    return " x ".join(map(str, shape))
