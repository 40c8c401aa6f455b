"""Edits of a model's two lists of layers: what the builder's buttons and keys do, without a window.

Each function takes a model and gives a changed copy.
"""

from __future__ import annotations

import dataclasses
from typing import Literal, TypeVar

from aestudio.spec.faults import SpecError
from aestudio.spec.knobs import KnobField, check_value, fields_of
from aestudio.spec.outline import mirrored_decoder
from aestudio.spec.parts import Layer, Part, Shape
from aestudio.spec.run import ModelSpec

Half = Literal["encoder", "decoder"]
T = TypeVar("T")
P = TypeVar("P", bound=Part)


def layers_of(model: ModelSpec, half: Half) -> tuple[Layer, ...]:
    """The half's layers. Raises SpecError for a decoder that follows the encoder."""
    layers = model.encoder if half == "encoder" else model.decoder
    if layers is None:
        raise SpecError("model.decoder", "follows the encoder", "unlink it to edit its layers")
    return layers


def add_layer(model: ModelSpec, half: Half, index: int, layer: Layer) -> ModelSpec:
    """``layer`` put before the one at ``index``."""
    return _with_layers(model, half, inserted(layers_of(model, half), index, layer))


def remove_layer(model: ModelSpec, half: Half, index: int) -> ModelSpec:
    """The model without one layer."""
    return _with_layers(model, half, without(layers_of(model, half), index))


def duplicate_layer(model: ModelSpec, half: Half, index: int) -> ModelSpec:
    """One layer twice, the copy behind the original."""
    layers = layers_of(model, half)
    return _with_layers(model, half, inserted(layers, index + 1, layers[index]))


def move_layer(model: ModelSpec, half: Half, index: int, to: int) -> ModelSpec:
    """One layer brought to the place ``to``, counted without it."""
    return _with_layers(model, half, moved(layers_of(model, half), index, to))


def unlink_decoder(model: ModelSpec, data_shape: Shape) -> ModelSpec:
    """The mirrored decoder written out, so that it can be edited; the same net as before."""
    return dataclasses.replace(model, decoder=mirrored_decoder(model, data_shape))


def link_decoder(model: ModelSpec) -> ModelSpec:
    """The decoder follows the encoder again."""
    return dataclasses.replace(model, decoder=None)


def fresh_layer(cls: type[Layer], model: ModelSpec, half: Half, index: int) -> Layer:
    """A new layer for the place ``index``, with the activation that is used around it."""
    layers = layers_of(model, half)
    near = (*reversed(layers[:index]), *layers[index:])
    activations = (getattr(layer, "activation", "linear") for layer in near)
    used = next((activation for activation in activations if activation != "linear"), None)
    own = any(f.name == "activation" for f in fields_of(cls))
    return cls(activation=used) if own and used else cls()  # type: ignore[call-arg]  # it has that field


def place_after(model: ModelSpec, path: str) -> tuple[Half, int]:
    """Where a layer added behind ``path`` goes: into the decoder where that is free, else the encoder."""
    half, _, index = path.removeprefix("model.").partition(".")
    if half in ("encoder", "decoder") and index.isdigit():
        return ("encoder" if half == "encoder" else "decoder"), int(index) + 1
    if path == "input":
        return "encoder", 0
    if model.decoder is None or path not in ("model.bottleneck", "model.output"):
        return "encoder", len(model.encoder)
    return "decoder", 0 if path == "model.bottleneck" else len(model.decoder)


def as_kind(part: Part, cls: type[P]) -> P:
    """A part of another kind that keeps the values of the fields which both have (a code's size, say)."""
    return cls(**{f.name: getattr(part, f.name) for f in fields_of(cls) if _takes(f, part)})


def inserted(items: tuple[T, ...], index: int, item: T) -> tuple[T, ...]:
    """The tuple with ``item`` before place ``index``."""
    return (*items[:index], item, *items[index:])


def without(items: tuple[T, ...], index: int) -> tuple[T, ...]:
    """The tuple without the item at ``index``."""
    return (*items[:index], *items[index + 1 :])


def moved(items: tuple[T, ...], index: int, to: int) -> tuple[T, ...]:
    """The tuple with one item brought to the place ``to``, counted without it."""
    return inserted(without(items, index), to, items[index])


def _takes(f: KnobField, part: Part) -> bool:
    try:
        check_value(f, getattr(part, f.name), f.name)
    except (AttributeError, SpecError):
        return False
    return True


def _with_layers(model: ModelSpec, half: Half, layers: tuple[Layer, ...]) -> ModelSpec:
    return dataclasses.replace(model, **{half: layers})
