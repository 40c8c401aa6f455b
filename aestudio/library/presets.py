"""The presets that ship: TOML files under ``resources/presets``, in the order they are taught."""

from __future__ import annotations

import difflib
import functools
from pathlib import Path

from aestudio.data.resources import resource
from aestudio.spec.faults import SpecError
from aestudio.spec.run import RunSpec
from aestudio.spec.toml import load_spec

ORDER = (
    "linear",
    "undercomplete",
    "deep",
    "overcomplete",
    "sparse-l1",
    "sparse-kl",
    "denoising-mask",
    "denoising-gaussian",
    "dense-denoiser",
    "contractive",
    "convolutional",
    "conv-denoiser",
    "compressor-20",
    "vae-2",
    "vae-20",
)
"""From the simplest to the richest; presets not named here follow by name."""


@functools.cache
def preset_names() -> tuple[str, ...]:
    """The names of all presets, in teaching order."""
    found = {path.stem for path in resource("presets").glob("*.toml") if not _is_recipe(path)}
    return (*(name for name in ORDER if name in found), *sorted(found - set(ORDER)))


def recipe_names() -> tuple[str, ...]:
    """The names of the recipes of nets for pictures."""
    return tuple(sorted(path.stem for path in resource("presets").glob("*.toml") if _is_recipe(path)))


def _is_recipe(path: Path) -> bool:
    """Whether a preset begins with its ``kind``: then it is no run, but one of the nets for pictures."""
    with path.open(encoding="utf-8") as file:
        return file.readline().startswith("kind")


@functools.cache
def load_preset(name: str) -> RunSpec:
    """The preset called ``name``. Raises SpecError, listing what there is."""
    if name not in preset_names():
        raise _no_preset(name)
    return load_spec(resource("presets", f"{name}.toml"))


def _no_preset(name: str) -> SpecError:
    nets = recipe_names()
    if name in nets:
        return SpecError(name, "is a net for pictures, no run", f"use aestudio train {name} --data FOLDER")
    near = difflib.get_close_matches(name, nets, n=1)
    fix = f"did you mean {near[0]}?" if near else f"use one of {', '.join(preset_names())}, or a TOML file"
    return SpecError(name, "is no preset", fix)


def find_spec(name_or_path: str) -> RunSpec:
    """A preset by name, or the run that a TOML file describes; a file named as a preset needs its path."""
    path = Path(name_or_path)
    is_file = path.suffix == ".toml" or (path.exists() and name_or_path not in preset_names())
    return load_spec(path) if is_file else load_preset(name_or_path)
