"""A training on disk: one file, replaced as a whole, so that a crash leaves the last one or the new one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from aestudio.library.disk import write_whole
from aestudio.spec.faults import UserError
from aestudio.spec.toml import to_plain

if TYPE_CHECKING:
    from torch import Tensor, nn

    from aestudio.pictures.recipe import Recipe

CHECKPOINT = "checkpoint.safetensors"
_FREE = ("minutes",)  # what may differ between a checkpoint and the recipe that goes on from it


def save_checkpoint(folder: Path, recipe: Recipe, notes: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    """Replace the checkpoint in ``folder``. Raises UserError where it cannot be written."""
    from safetensors.torch import save  # brings torch in; who only writes a whole file must not wait for that

    metadata = {"recipe": json.dumps(to_plain(recipe)), "notes": json.dumps(notes)}
    write_whole(folder / CHECKPOINT, save({k: v.contiguous() for k, v in tensors.items()}, metadata))


def load_checkpoint(folder: Path, recipe: Recipe) -> tuple[dict[str, Any], dict[str, Tensor]] | None:
    """Notes and tensors of the checkpoint in ``folder``, or None where there is none.

    Raises
    ------
    UserError
        it is damaged, or of another recipe.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata()
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  # it is no mapping
        kept, notes = json.loads(metadata["recipe"]), json.loads(metadata["notes"])
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as fault:
        raise UserError(f"{path}: is no checkpoint ({fault}); give an empty folder") from fault
    ours = to_plain(recipe)
    other = [k for k in {*kept, *ours} if k not in _FREE and kept.get(k) != ours.get(k)]
    if other:
        raise UserError(f"{path}: was trained with another {other[0]}; give an empty folder, or set it back")
    return notes, tensors


def weights_of(name: str, net: nn.Module) -> dict[str, Tensor]:
    """The net's tensors under ``name.``."""
    return {f"{name}.{key}": value for key, value in net.state_dict().items()}
