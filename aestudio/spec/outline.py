"""A model laid out layer by layer: shapes, parameters and cost, and what is wrong with it, without torch.

The builder draws it, the trainer refuses what it finds at fault, and ``build`` follows the same rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aestudio.spec.faults import Fault, ShapeError, SpecError
from aestudio.spec.parts import Activation, Bottleneck, Layer, Shape
from aestudio.spec.run import ModelSpec

Role = Literal["encoder", "code", "decoder"]


@dataclass(frozen=True)
class Row:
    """One layer in its place.

    Parameters
    ----------
    role
        encoder, code or decoder.
    where
        dotted path of the layer in the spec; a mirrored layer has that of its original.
    name
        the layer as a person calls it, for example ``convolution 3``.
    part
        the layer or bottleneck itself; the last decoder layer carries the output activation.
    in_shape
        what it receives.
    out_shape
        what it gives.
    parameters
        weights and biases.
    macs
        multiply-adds for one image.
    mirrored
        True for a layer that follows from the encoder.
    """

    role: Role
    where: str
    name: str
    part: Layer | Bottleneck
    in_shape: Shape
    out_shape: Shape
    parameters: int
    macs: int
    mirrored: bool = False


@dataclass(frozen=True)
class Outline:
    """The rows that could be laid out, up to the first fault in each half, and the faults."""

    data_shape: Shape
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]

    @property
    def parameters(self) -> int:
        """Weights and biases of the whole model."""
        return sum(row.parameters for row in self.rows)

    @property
    def macs(self) -> int:
        """Multiply-adds of one image's forward pass."""
        return sum(row.macs for row in self.rows)

    @property
    def code_shape(self) -> Shape | None:
        """The shape of the code, or None when a fault lies before it."""
        return next((row.out_shape for row in self.rows if row.role == "code"), None)

    @property
    def code_size(self) -> int:
        """Numbers in a code; 0 when a fault lies before it."""
        return math.prod(self.code_shape) if self.code_shape else 0


def lay_out(model: ModelSpec, data_shape: Shape) -> Outline:
    """Follow ``data_shape`` through the model and note every shape, count and fault on the way."""
    rows: list[Row] = []
    try:
        for row in _rows(model, data_shape):
            rows.append(row)  # noqa: PERF402  # what was laid out before a fault is kept
    except _Misfit as misfit:
        return Outline(data_shape, tuple(rows), (misfit.fault,))
    return Outline(data_shape, tuple(rows), tuple(_end_faults(model, rows, data_shape)))


class _Misfit(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def _rows(model: ModelSpec, shape: Shape) -> Iterator[Row]:
    data_shape, shapes = shape, [shape]
    for index, layer in enumerate(model.encoder):
        row = _layer_row("encoder", f"model.encoder.{index}", index + 1, layer, shape)
        yield row
        shape = row.out_shape
        shapes.append(shape)
    yield (code := _code_row(model.bottleneck, shape))
    decoder = _mirror(model, shapes) if model.decoder is None else _own(model.decoder)
    shape = model.bottleneck.decoder_shape(code.in_shape)
    for index, (where, layer) in enumerate(decoder):
        row = _layer_row("decoder", where, index + 1, layer, shape, mirrored=model.decoder is None)
        yield row
        shape = row.out_shape
    if shape != data_shape:
        raise _Misfit(_wrong_end(model, shape, data_shape))


def _layer_row(
    role: Role, where: str, number: int, layer: Layer, shape: Shape, *, mirrored: bool = False
) -> Row:
    name = (
        f"{layer.label.lower()} {number}" if role == "encoder" else f"decoder {layer.label.lower()} {number}"
    )
    try:
        out = layer.out_shape(shape)
    except ShapeError as error:
        raise _Misfit(Fault(where, name, error.what, error.fix)) from None
    return Row(role, where, name, layer, shape, out, layer.parameters(shape), layer.macs(shape), mirrored)


def _code_row(bottleneck: Bottleneck, shape: Shape) -> Row:
    try:
        out = bottleneck.code_shape(shape)
    except ShapeError as error:
        raise _Misfit(Fault("model.bottleneck", "code", error.what, error.fix)) from None
    counts = bottleneck.parameters(shape), bottleneck.macs(shape)
    return Row("code", "model.bottleneck", "code", bottleneck, shape, out, *counts)


def _own(decoder: tuple[Layer, ...]) -> list[tuple[str, Layer]]:
    return [(f"model.decoder.{index}", layer) for index, layer in enumerate(decoder)]


def _mirror(model: ModelSpec, shapes: list[Shape]) -> list[tuple[str, Layer]]:
    """The encoder's layers in reverse, each with the activation that its counterpart's input has."""
    layers: list[tuple[str, Layer]] = []
    parts: list[tuple[str, str, Layer | Bottleneck]]
    parts = [
        (f"model.encoder.{i}", f"{layer.label.lower()} {i + 1}", layer)
        for i, layer in enumerate(model.encoder)
    ]
    parts.append(("model.bottleneck", "code", model.bottleneck))
    for index, (where, name, part) in reversed([*enumerate(parts)]):
        try:
            back = part.mirrored(shapes[index], _activation_at(model, shapes, index))
        except ShapeError as error:
            raise _Misfit(Fault(where, name, error.what, error.fix)) from None
        except SpecError as error:  # the mirror would lie outside a layer's bounds
            fix = "make it smaller, or give the model a free decoder"
            raise _Misfit(Fault(where, name, f"its mirror's {error.where} of {error.what}", fix)) from None
        layers += [(where, layer) for layer in back]
    return layers


def _activation_at(model: ModelSpec, shapes: list[Shape], index: int) -> Activation:
    """The activation of what enters layer ``index``: that of the nearest layer before it which has one.

    Before the first weighted layer it is linear: that layer's mirror ends the decoder, and only the output's
    activation may follow it.
    """
    if not any(layer.macs(shape) for layer, shape in zip(model.encoder[:index], shapes, strict=False)):
        return "linear"
    before = (getattr(layer, "activation", None) for layer in reversed(model.encoder[:index]))
    return next((activation for activation in before if activation), "linear")


def mirrored_decoder(model: ModelSpec, data_shape: Shape) -> tuple[Layer, ...]:
    """The decoder's layers written out, for unlinking it from the encoder; () when a fault lies before."""
    rows = lay_out(model, data_shape).rows
    return tuple(row.part for row in rows if row.role == "decoder")  # type: ignore[misc]  # decoders hold layers


def _wrong_end(model: ModelSpec, shape: Shape, data_shape: Shape) -> Fault:
    where = f"model.decoder.{len(model.decoder) - 1}" if model.decoder else "model.bottleneck"
    what = f"the decoder ends at {shape_text(shape)}, the images are {shape_text(data_shape)}"
    return Fault(
        where, "decoder", what, f"let its last layers give {shape_text(data_shape)}, or mirror the encoder"
    )


def _end_faults(model: ModelSpec, rows: list[Row], data_shape: Shape) -> Iterator[Fault]:
    # A reshape, say, may stand between the last activation and the output's.
    acting = (row for row in reversed(rows) if row.parameters or hasattr(row.part, "activation"))
    last = next(acting, rows[-1])
    if model.decoder and last.role == "decoder" and getattr(last.part, "activation", "linear") != "linear":
        what = f"{last.name} has an activation of its own before the output's"
        yield Fault(last.where, last.name, what, "set it to linear; the output's activation follows it")
    if model.pixels == "-1..1" and model.output in ("sigmoid", "relu", "softplus"):
        what = f"{model.output} never goes below 0, but pixels run from -1 to 1"
        yield Fault("model.output", "output", what, "use tanh, or set the pixels to 0..1")
    if model.pixels == "0..1" and model.output == "tanh":
        what = "tanh spends half its range below 0, where no pixel is"
        yield Fault("model.output", "output", what, "use sigmoid, or set the pixels to -1..1")


def shape_text(shape: Shape) -> str:
    """A shape as a person reads it: ``784`` or ``28 × 28 × 1`` (height, width, channels)."""
    if len(shape) == 3:
        channels, height, width = shape
        return f"{height} × {width} × {channels}"
    return " × ".join(map(str, shape))
