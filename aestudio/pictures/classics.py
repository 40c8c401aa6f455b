"""Denoisers from before nets, told how strong the noise is, to hold a net against.

Each works on the whole picture at once. A megapixel in colour takes wavelets a fifth of a second of one core,
non-local means 1.3 seconds, and BM3D more than two minutes: in a process of its own it can be broken off.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aestudio.pictures.waiting import Ask
from aestudio.spec.faults import SpecError, UserError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_LOOK_SECONDS = 0.05
_LEAST = 32  # pixels a side that they all can work on
_LEVELS, _WAVELET = 4, "sym8"  # as in the experiments of Chang, Yu and Vetterli


@dataclass(frozen=True)
class Classic:
    """A denoiser that nobody trained.

    Parameters
    ----------
    name
        as the command line has it.
    label
        as a person calls it.
    source_citation
        its paper.
    package
        what it comes with, by its name in the package index.
    hint
        how to get it.
    modules
        what of it is imported.
    """

    name: str
    label: str
    source_citation: str
    package: str
    hint: str
    modules: tuple[str, ...]


_SCIENCE = "pip install 'aestudio[science]'"
_CLASSICS = (
    Classic(
        name="nlm",
        label="Non-local means",
        source_citation="Buades, Coll and Morel 2005: means of pixels whose patches are alike",
        package="scikit-image",
        hint=_SCIENCE,
        modules=("skimage",),
    ),
    Classic(
        name="wavelets",
        label="Wavelets (BayesShrink)",
        source_citation="Chang, Yu and Vetterli 2000: soft thresholds σ²/σ_x, one for each band",
        package="scikit-image with PyWavelets",
        hint=_SCIENCE,
        modules=("skimage", "pywt"),
    ),
    Classic(
        name="bm3d",
        label="BM3D",
        source_citation="Dabov, Foi, Katkovnik and Egiazarian 2007: like blocks filtered as one, twice",
        package="bm3d",
        hint="pip install bm3d (its licence forbids commercial use)",
        modules=("bm3d",),
    ),
)
CLASSICS: dict[str, Classic] = {classic.name: classic for classic in _CLASSICS}
"""By name, in the order in which they are offered."""


def is_here(classic: Classic) -> bool:
    """Whether what it comes with is installed; nothing is imported."""
    return all(importlib.util.find_spec(module) for module in classic.modules)


def find_classic(name: str) -> Classic:
    """The classic of that name, which can be run.

    Raises
    ------
    SpecError
        there is none of that name.
    UserError
        what it comes with is not installed.
    """
    if name not in CLASSICS:
        raise SpecError("classic", f"there is none called {name!r}", f"use one of {', '.join(CLASSICS)}")
    classic = CLASSICS[name]
    if not is_here(classic):
        raise UserError(f"{classic.label} needs {classic.package}, not installed here; {classic.hint}")
    return classic


def run_classic(name: str, pixels: np.ndarray, sigma: float) -> np.ndarray:
    """A noisy picture, float32 ``(H, W, C)`` of 1 or 3 channels, without its noise, clipped to [0, 1].

    White is 1, for ``sigma`` too, which is the standard deviation of the noise, 0 to 1.

    Raises
    ------
    SpecError
        there is no classic of that name, or ``sigma`` is out of range.
    UserError
        what it comes with is not installed.
    """
    find_classic(name)
    if not 0 <= sigma <= 1:
        raise SpecError("sigma", f"{sigma:g} is out of range", "use a number from 0 to 1")
    if sigma == 0:
        return np.clip(pixels, 0, 1)
    height, width = pixels.shape[:2]
    missing = [(0, max(_LEAST - length, 0)) for length in (height, width)]
    wide = np.pad(pixels, (*missing, (0, 0)), mode="symmetric")
    return np.clip(_WORK[name](wide, sigma)[:height, :width], 0, 1).astype(np.float32)


def run_classic_apart(name: str, pixels: np.ndarray, sigma: float, ask: Ask) -> np.ndarray:
    """As :func:`run_classic`, in a process of its own, which ends as soon as ``ask`` raises.

    Raises
    ------
    UserError
        besides, the process has ended without a result.
    """
    find_classic(name)
    import multiprocessing  # 10 ms, which the first window need not wait for

    context = multiprocessing.get_context("spawn")  # a fork would take over Qt's and torch's threads half
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, name, pixels, sigma), daemon=True)
    with _deaf_to_ctrl_c():
        process.start()
    theirs.close()  # so that its end is seen here
    try:
        while not ours.poll(_LOOK_SECONDS):
            ask()
        return ours.recv()
    except EOFError:
        ask()  # what stops this program may have ended the other first
        raise UserError(f"{CLASSICS[name].label} has ended without a result; is memory short?") from None
    finally:
        process.kill()
        process.join()
        ours.close()


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Let what is started meanwhile hear no Ctrl+C: a terminal tells all, and who started it ends it."""
    if os.name == "nt":
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # before, since starting it lets every signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _answer(pipe: Connection, name: str, pixels: np.ndarray, sigma: float) -> None:
    """What the process does: it gives way to the window, works, and sends the result."""
    if hasattr(os, "nice"):
        os.nice(10)
    pipe.send(run_classic(name, pixels, sigma))


def _non_local_means(y: np.ndarray, sigma: float) -> np.ndarray:
    """With the settings of scikit-image's own example: fast, 5 x 5 patches, h = 0.8 σ."""
    from skimage.restoration import denoise_nl_means

    settings = {"patch_size": 5, "patch_distance": 6, "fast_mode": True}
    axis = 2 if y.shape[2] == 3 else None
    out = denoise_nl_means(
        y if axis else y[..., 0], h=0.8 * sigma, sigma=sigma, channel_axis=axis, **settings
    )
    return out if axis else out[..., None]


def _wavelets(y: np.ndarray, sigma: float) -> np.ndarray:
    """Soft thresholds for each band by its variance, brightness apart from colour."""
    import pywt
    from skimage.restoration import denoise_wavelet

    levels = max(min(_LEVELS, pywt.dwt_max_level(min(y.shape[:2]), _WAVELET)), 1)
    settings = {"wavelet": _WAVELET, "wavelet_levels": levels, "rescale_sigma": True}
    if y.shape[2] == 1:
        return denoise_wavelet(y[..., 0], sigma, **settings)[..., None]
    return denoise_wavelet(y, sigma, convert2ycbcr=True, channel_axis=2, **settings)


def _bm3d(y: np.ndarray, sigma: float) -> np.ndarray:
    package = importlib.import_module("bm3d")  # not among what this program needs

    if y.shape[2] == 3:
        return package.bm3d_rgb(y, sigma)
    return np.asarray(package.bm3d(y[..., 0], sigma)).reshape(y.shape)


_WORK: dict[str, Callable[[np.ndarray, float], np.ndarray]]
_WORK = {"nlm": _non_local_means, "wavelets": _wavelets, "bm3d": _bm3d}
