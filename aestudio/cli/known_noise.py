"""Known noise on the command line: put on clean pictures, and what is left of it measured."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aestudio.cli.interruption import Interruption
from aestudio.cli.measures import measures_of, measures_words
from aestudio.spec.faults import SpecError

if TYPE_CHECKING:
    from aestudio.pictures.damage import Damage
    from aestudio.pictures.picture import Picture

Tell = Callable[[str], None]
"""Told what is done."""


def add_noise_options(parser: argparse.ArgumentParser) -> None:
    """Which noise to put on, and what to measure then."""
    parser.add_argument(
        "--add-noise",
        metavar="KIND[=AMOUNT]",
        help="put known noise on clean pictures first: white, camera, salt-and-pepper, speckle or jpeg",
    )
    parser.add_argument("--measure", action="store_true", help="tell PSNR and SSIM before and after")
    parser.add_argument(
        "--beside", metavar="C,…", help="measure classics too, told the true σ: nlm, wavelets, bm3d"
    )


@dataclass(frozen=True)
class KnownNoise:
    """What is put on, whether it is measured, and the classics to measure beside."""

    damage: Damage
    measure: bool
    classics: tuple[str, ...]

    def figures(self, clean: Picture, noisy: Picture, cleaned: Picture, tell: Tell) -> dict[str, Any]:
        """What is told of a picture, its measures by who made it."""
        from aestudio.pictures.damage import true_sigma

        sigma = true_sigma(clean.pixels, noisy.pixels, clean.peak)
        noise = {"kind": self.damage.kind, "amount": self.damage.amount, "sigma": round(255 * sigma, 2)}
        if not self.measure:
            return {"added_noise": noise}
        measured = {"noisy": _measures(noisy, clean), "denoised": _measures(cleaned, clean)}
        for name in self.classics:
            tell(name)
            measured[name] = _measures(_through_classic(name, noisy, sigma), clean)
        return {"added_noise": noise, "measured": measured}


def known_noise(options: argparse.Namespace) -> KnownNoise | None:
    """What the options ask for, None where it is nothing.

    Raises
    ------
    SpecError
        the noise or a classic is none that there is, or there is nothing to measure against.
    UserError
        a classic is not installed.
    """
    classics = tuple(dict.fromkeys(options.beside.split(","))) if options.beside is not None else ()
    if options.add_noise is None:
        for option, given in (("--beside", options.beside is not None), ("--measure", options.measure)):
            if given:
                raise SpecError(option, "needs pictures known without noise", "give --add-noise, as white=25")
        return None
    from aestudio.pictures.classics import find_classic

    for name in classics:
        find_classic(name)
    return KnownNoise(_damage(options.add_noise), options.measure or bool(classics), classics)


def _damage(given: str) -> Damage:
    from aestudio.pictures.damage import KINDS, Damage

    name, equals, amount = given.partition("=")
    start = KINDS[name].start if name in KINDS else 0.0
    damage = Damage(name, start)  # it says which kinds there are
    try:
        return Damage(name, float(amount)) if equals else damage
    except SpecError:
        raise
    except ValueError as fault:
        raise SpecError("--add-noise", f"{amount!r} is no number", f"use {name}={start:g}") from fault


def measures_text(row: dict[str, Any]) -> str:
    """The measures of a picture as lines; empty where there are none."""
    if "measured" not in row:
        return ""
    noise = row["added_noise"]
    lines = [f"{row['in']}: {noise['kind']} {noise['amount']:g}, σ {noise['sigma']:g} of 255"]
    lines += [f"  {name:9} {measures_words(figures)}" for name, figures in row["measured"].items()]
    return "\n".join(lines) + "\n"


def _measures(picture: Picture, clean: Picture) -> dict[str, float]:
    return measures_of(picture.pixels, clean.pixels, clean.peak)


def _through_classic(name: str, noisy: Picture, sigma: float) -> Picture:
    import numpy as np

    from aestudio.pictures.classics import run_classic_apart

    with Interruption() as interruption:  # a classic takes minutes in one call, which Ctrl+C would wait for
        y = noisy.pixels.astype(np.float32) / noisy.peak
        found = run_classic_apart(name, y, sigma, interruption.ask)
    return noisy.with_pixels(np.rint(noisy.peak * found).astype(noisy.pixels.dtype))
