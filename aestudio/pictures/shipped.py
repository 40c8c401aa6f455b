"""The nets that ship with the program: weights in ``resources/models``, each with a card."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from safetensors import SafetensorError, safe_open

from aestudio.data.resources import resource
from aestudio.pictures.recipe import RECIPES, Recipe
from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.toml import from_plain

if TYPE_CHECKING:
    from torch import Tensor, nn

_SUFFIX = ".safetensors"
MARGIN = 32
"""Pixels around a tile, a multiple of what nets take: what lies beyond moves those at its rim by 0.1 to 0.2
grey levels on average. Twice as many would cost a tenth more."""


@dataclass(frozen=True, eq=False)
class Model:
    """A net with what is known of it.

    Parameters
    ----------
    name
        of its file.
    recipe
        what it is and how it was trained.
    net
        the module, its weights float32, set for use rather than for training.
    card
        data, licences, hours and figures; empty where it has none.
    digest
        SHA-256 of the weights' file, in hexadecimal.
    """

    name: str
    recipe: Recipe
    net: nn.Module
    card: dict[str, Any]
    digest: str

    @property
    def multiple(self) -> int:
        """What height and width must be multiples of."""
        return cast("int", self.net.multiple)

    @property
    def margin(self) -> int:
        """Pixels that a tile needs around it."""
        return MARGIN

    def __call__(self, x: Tensor) -> Tensor:
        """Clean from noisy, both float32 ``(N, 3, H, W)`` in [0, 1]."""
        return self.net(x)


def model_names() -> tuple[str, ...]:
    """The models that ship."""
    return tuple(sorted(path.stem for path in resource("models").glob(f"*{_SUFFIX}")))


def find_model(name_or_path: str) -> Model:
    """A model that ships, by name, or one that a person trained, by the path of its weights.

    Raises
    ------
    UserError
        there is none, or it is damaged.
    """
    if name_or_path in model_names():
        return _open(resource("models", name_or_path + _SUFFIX))
    path = Path(name_or_path).expanduser()
    if path.suffix != _SUFFIX or not path.is_file():
        known = ", ".join(model_names()) or "none ships with this copy"
        raise UserError(f"{name_or_path}: is no model; use one of {known}, or the path of a {_SUFFIX} file")
    return _open(path)


def _open(path: Path) -> Model:
    """Opened once for each state of the file."""
    return _opened(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=4)
def _opened(path: Path, changed: int) -> Model:
    import torch

    from aestudio.pictures.waiting import ask_between_layers

    try:
        with safe_open(path, "pt") as file:
            plain = json.loads((file.metadata() or {})["recipe"])
            tensors = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118  # no mapping
        recipe = from_plain(RECIPES.get(plain.pop("kind")), plain)
        net = recipe.build()
        net.load_state_dict(tensors)
    except (OSError, SafetensorError, SpecError, ValueError, KeyError, RuntimeError, AttributeError) as fault:
        reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise UserError(f"{path}: is no model of a kind known here ({reason}); get another copy") from fault
    net = net.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # the stubs lack it
    ask_between_layers(net)
    return Model(path.stem, recipe, net, _card(path), digest(path))


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal: what names a model in a stream."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _card(path: Path) -> dict[str, Any]:
    card = path.with_suffix(".json")
    return json.loads(card.read_text(encoding="utf-8")) if card.is_file() else {}
