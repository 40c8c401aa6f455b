"""What the hourglass draws, worked out from a model and its outline. No Qt."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from aestudio.spec.faults import Fault
from aestudio.spec.outline import Outline, Row, shape_text
from aestudio.spec.parts import Bottleneck, Layer
from aestudio.spec.run import ModelSpec

Place = Literal["input", "encoder", "code", "decoder", "output"]


@dataclass(frozen=True)
class Entry:
    """One row of the hourglass.

    Args:
        key: what the row is called among the others; the dotted path of what it edits, if it edits anything.
        place: where in the hourglass it stands.
        index: its place in the half's list, or -1 where there is no list.
        title: the layer's name, as in ``Convolution``.
        help: what it does, in a sentence.
        shape: what it gives, as in ``28 × 28 × 32``; empty while a fault lies before it.
        before: how many numbers enter, 0 while unknown.
        after: how many it gives, 0 while unknown.
        activation: the activation, empty for none.
        parameters: weights and biases.
        original: for a mirrored row, the key of the row that it follows.
        faults: what is wrong here.
    """

    key: str
    place: Place
    index: int
    title: str
    help: str = ""
    shape: str = ""
    before: int = 0
    after: int = 0
    activation: str = ""
    parameters: int = 0
    original: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def known(self) -> bool:
        """Whether its shape is known."""
        return self.after > 0

    @property
    def wrong(self) -> bool:
        """Whether a fault here keeps the model from running."""
        return any(not fault.advice for fault in self.faults)

    @property
    def number(self) -> str:
        """Its number in its half, from 1; empty for what has none."""
        return str(self.index + 1) if self.place in ("encoder", "decoder") and self.index >= 0 else ""

    @property
    def spoken(self) -> str:
        """The row in words, for tooltips and screen readers."""
        parts = [f"{self.title} {self.number}".strip()]
        parts.append(f"gives {self.shape}" if self.shape else "shape not known yet")
        parts += [self.activation] * bool(self.activation)
        parts += [f"{self.parameters:,} parameters"] * bool(self.parameters)
        parts += ["follows the encoder"] * bool(self.original)
        parts += [f"{fault.what}; {fault.fix}" for fault in self.faults]
        return ", ".join(parts)


def entries_of(model: ModelSpec, outline: Outline | None, faults: Sequence[Fault] = ()) -> tuple[Entry, ...]:
    """The rows from input to output; without an outline (no data yet) no shape is known."""
    rows = outline.rows if outline else ()
    bare = tuple(_entries(model, outline, rows))
    return tuple(replace(entry, faults=_faults_at(entry, bare, faults)) for entry in bare)


def _entries(model: ModelSpec, outline: Outline | None, rows: tuple[Row, ...]) -> Iterator[Entry]:
    numbers = math.prod(outline.data_shape) if outline else 0
    shape = shape_text(outline.data_shape) if outline else ""
    yield Entry("input", "input", -1, "Input", "The images, as they come", shape, numbers, numbers)
    encoder = [row for row in rows if row.role == "encoder"]
    for index, layer in enumerate(model.encoder):
        yield _layer(f"model.encoder.{index}", "encoder", index, layer, _at(encoder, index))
    code = next((row for row in rows if row.role == "code"), None)
    yield _layer("model.bottleneck", "code", -1, model.bottleneck, code)
    decoder = [row for row in rows if row.role == "decoder"]
    if model.decoder is not None:
        for index, layer in enumerate(model.decoder):
            yield _layer(f"model.decoder.{index}", "decoder", index, layer, _at(decoder, index))
    else:
        for index, row in enumerate(decoder):
            entry = _layer(f"mirror.{index}", "decoder", index, row.part, row)
            yield replace(entry, original=row.where)
    ends = outline is not None and not any(
        f.where.startswith("model") and not f.advice for f in outline.faults
    )
    after, shape = (numbers, shape) if ends or _reaches(decoder, numbers) else (0, "")
    told = "What is compared with the input; its activation must reach the pixels' range"
    yield Entry("model.output", "output", -1, "Output", told, shape, after, after, model.output)


def _layer(key: str, place: Place, index: int, part: Layer | Bottleneck, row: Row | None) -> Entry:
    activation = getattr(part, "activation", "")
    entry = Entry(
        key, place, index, part.label, part.summary(), activation="" if activation == "linear" else activation
    )
    if row is None:
        return entry
    return replace(
        entry,
        shape=shape_text(row.out_shape),
        before=math.prod(row.in_shape),
        after=math.prod(row.out_shape),
        parameters=row.parameters,
    )


def _at(rows: list[Row], index: int) -> Row | None:
    return rows[index] if index < len(rows) else None


def _reaches(decoder: list[Row], numbers: int) -> bool:
    return bool(decoder) and math.prod(decoder[-1].out_shape) == numbers


def _faults_at(entry: Entry, entries: Sequence[Entry], faults: Sequence[Fault]) -> tuple[Fault, ...]:
    mine = (fault for fault in faults if fault.where.startswith("model"))
    return tuple(fault for fault in mine if _home(fault, entries) == entry.key)


def _home(fault: Fault, entries: Sequence[Entry]) -> str:
    """The key of the row beside which a fault is told; what names no row is told at the output."""
    homes = (e.key for e in entries if fault.where == e.key or fault.where.startswith(f"{e.key}."))
    return next(homes, "model.output")


def largest(entries: Sequence[Entry]) -> int:
    """The most numbers that stand anywhere in the model: what the widest row is drawn for."""
    return max((max(entry.before, entry.after) for entry in entries), default=0)


def width_share(numbers: int, most: int) -> float:
    """How wide ``numbers`` are drawn, as a share of the widest: areas tell the numbers, sides their root."""
    return math.sqrt(numbers / most) if most else 0.0


def count_text(count: int) -> str:
    """A count in at most five letters: ``9,999``, ``148 k``, ``1.2 M``."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if count >= size:
            value = count / (1e3 if unit == "k" else size)
            return f"{value:.0f} {unit}" if value >= 9.95 else f"{value:.1f} {unit}"
    return f"{count:,}"
