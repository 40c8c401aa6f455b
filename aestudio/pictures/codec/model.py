"""The codec's model file: the nets in half precision, the prior and its tables in whole numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from aestudio.pictures.codec.basis import SIDE, Basis
from aestudio.pictures.codec.coder import Models
from aestudio.pictures.codec.exact import FINE, ExactPrior
from aestudio.pictures.codec.net import PhotoCodec, Sizes
from aestudio.pictures.codec.tables import unpacked
from aestudio.pictures.waiting import ask_between_layers
from aestudio.spec.faults import UserError

FORMAT = "aestudio photo-codec 1"
HASH_BYTES = 8
_EXACT, _TABLES = "exact.", "tables"
_BROKEN = (OSError, SafetensorError, LookupError, ValueError, RuntimeError, TypeError, AttributeError)
_KEPT_ELSEWHERE = ("prior.synthesis.", "prior.slices.", "prior.log_std.", "prior.z_log_scale.")


@dataclass(frozen=True, eq=False)
class CodecModel:
    """All that coding needs; ``name`` is the file's, ``digest`` its hash, which files name it by."""

    net: PhotoCodec
    exact: ExactPrior
    models: Models
    name: str
    digest: bytes
    bytes: int

    @torch.inference_mode()
    def latents(self, x: Tensor) -> Tensor:
        """Latents (M, h, w), without gain, of pixels (3, H, W) in [0, 1], sides multiples of 16."""
        return self.net.analysis(x[None].contiguous(memory_format=torch.channels_last))[0]

    @torch.inference_mode()
    def hyperlatents(self, y: Tensor, level: int) -> np.ndarray:
        """Rounded hyperlatents (Z, h/4, w/4) int64 of latents (M, h, w) without gain, sides in fours."""
        normal = y / self.net.log_unit.exp()
        z = self.net.prior.hyperlatents(normal[None], position(level))[0]
        return z.round().long().numpy()

    def gain(self, level: int) -> Tensor:
        """What latents are multiplied with before they are rounded, (M, 1, 1)."""
        return self.net.gain.at(position(level))[0].detach().exp()

    @torch.inference_mode()
    def pixels(self, y_hat: Tensor, level: int) -> Tensor:
        """Pixels (3, 16 h, 16 w) in [0, 1], not clipped, of rounded latents (M, h, w) with their gain."""
        at = position(level)
        y = y_hat[None] * self.net.log_ungain(at).exp()
        return self.net.synthesis(y.contiguous(memory_format=torch.channels_last), at)[0]


def position(level: int) -> Tensor:
    """A level as a place among the anchors, (1,)."""
    return torch.tensor([level / FINE])


def open_model(path: Path) -> CodecModel:
    """The codec of a model file.

    Raises
    ------
    UserError
        the file is missing, damaged, or none of a codec.
    """
    try:
        return read_model(path.read_bytes(), path.stem)
    except (
        OSError,
        SafetensorError,
        LookupError,
        ValueError,
        RuntimeError,
        TypeError,
        AttributeError,
    ) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(
            f"{path}: is no model of the photo codec ({reason}); get another copy of it"
        ) from error


def read_model(data: bytes, name: str) -> CodecModel:
    """The codec in the bytes of a model file; errors of many kinds where they are none."""
    notes = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")]).get("__metadata__", {})
    if notes.get("format") != FORMAT:
        raise ValueError("it does not say that it is one")
    tensors = load(data)
    exact = {name.removeprefix(_EXACT): t for name, t in tensors.items() if name.startswith(_EXACT)}
    net = empty_net(json.loads(notes["sizes"]))
    floats = {name: t.float() for name, t in tensors.items() if not name.startswith((_EXACT, _TABLES))}
    missing, unexpected = net.load_state_dict(floats, strict=False)
    if unexpected or any(not name.startswith(_KEPT_ELSEWHERE) for name in missing):
        raise ValueError("it lacks weights")
    net.eval().requires_grad_(requires_grad=False)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # the stubs lack it
    ask_between_layers(net)
    models = Models(unpacked(tensors[_TABLES].numpy()))
    digest = hashlib.sha256(data).digest()[:HASH_BYTES]
    return CodecModel(net, ExactPrior(exact), models, name, digest, len(data))


def empty_net(sizes: Mapping[str, Any]) -> PhotoCodec:
    """A net of these sizes, whose weights are still to come."""
    latents, lambdas = int(sizes["latents"]), [float(value) for value in sizes["lambdas"]]
    basis = Basis(np.zeros((latents, 3, SIDE, SIDE), np.float32), np.ones(latents, np.float32))
    shape: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in sizes["net"].items()}
    return PhotoCodec(basis, lambdas, Sizes(**shape))


def halved(net: PhotoCodec) -> None:
    """Round the nets' weights to half precision, as the model file keeps them."""
    for name, value in net.state_dict().items():
        if not name.startswith(_KEPT_ELSEWHERE) and value.is_floating_point():
            value.copy_(value.half().float())


def model_bytes(
    net: PhotoCodec, exact: Mapping[str, Tensor], tables: np.ndarray, notes: Mapping[str, str]
) -> bytes:
    """A model file: the nets of ``net``, the whole numbers of ``exact`` and the packed ``tables``."""
    kept = {
        name: value.half().contiguous()
        for name, value in net.state_dict().items()
        if not name.startswith(_KEPT_ELSEWHERE)
    }
    kept |= {_EXACT + name: _narrow(value) for name, value in exact.items()}
    kept[_TABLES] = torch.from_numpy(tables)
    sizes = {
        "latents": sum(net.sizes.slices),
        "lambdas": [float(value) for value in net.lambdas],
        "net": asdict(net.sizes),
    }
    return save(kept, {"format": FORMAT, "sizes": json.dumps(sizes), **notes})


def _narrow(values: Tensor) -> Tensor:
    """Whole numbers in the smallest type that holds them."""
    for dtype in (torch.int16, torch.int32):
        limits = torch.iinfo(dtype)
        if limits.min <= int(values.min()) and int(values.max()) <= limits.max:
            return values.to(dtype).contiguous()
    return values.contiguous()
