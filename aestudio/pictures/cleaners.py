"""Whatever can clean a picture, by the name that a person gives it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aestudio.pictures.shipped import find_model, model_names
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from aestudio.pictures.denoise import Cleaner

KINDS = ("photo-denoiser", "scan-cleaner")
"""Recipes whose nets clean pictures."""


def cleaner_names() -> tuple[str, ...]:
    """The cleaners that ship."""
    return tuple(name for name in KINDS if name in model_names())


def find_cleaner(name_or_path: str) -> Cleaner:
    """A model that ships, the path of one's weights, or the folder of a run of one's own.

    Raises
    ------
    UserError
        there is none, it is damaged, or it cleans no pictures.
    """
    if name_or_path in model_names() and name_or_path not in KINDS:
        raise UserError(f"{name_or_path}: cleans no pictures; use one of {', '.join(KINDS)}")
    folder = Path(name_or_path).expanduser()
    if name_or_path not in model_names() and folder.is_dir():
        from aestudio.pictures.own_runs import open_own_run

        return open_own_run(folder)
    model = find_model(name_or_path)
    if model.recipe.kind not in KINDS:
        raise UserError(f"{name_or_path}: is a {model.recipe.label.lower()}; use one of {', '.join(KINDS)}")
    return model
