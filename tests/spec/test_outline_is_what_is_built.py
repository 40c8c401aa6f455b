"""The outline's shapes and counts, drawn without torch, are those of the module that is built."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from aestudio.library.presets import load_preset, preset_names
from aestudio.models.autoencoder import build
from aestudio.spec.outline import Row, lay_out, mirrored_decoder, shape_text
from aestudio.spec.parts import BOTTLENECKS, LAYERS, Layer, Shape
from aestudio.spec.run import ModelSpec

DIGIT = (1, 28, 28)


def _dense(units: int, activation: str = "relu") -> Layer:
    return LAYERS.make("dense", units=units, activation=activation)


def _conv(filters: int, **options: Any) -> Layer:
    return LAYERS.make("conv", filters=filters, **options)


PLAIN, MAP = BOTTLENECKS.make("plain", size=4), BOTTLENECKS.make("conv", filters=2)
NETS: dict[str, ModelSpec] = {
    **{name: load_preset(name).model for name in preset_names()},
    "bare": ModelSpec(bottleneck=PLAIN),
    "strided": ModelSpec(encoder=(_conv(4, stride=2), _conv(8, stride=3, kernel=5)), bottleneck=MAP),
    "valid": ModelSpec(encoder=(_conv(4, padding="valid"), LAYERS.make("avg-pool", size=3)), bottleneck=MAP),
    "odd pools": ModelSpec(
        encoder=(LAYERS.make("max-pool", size=3), LAYERS.make("max-pool")), bottleneck=MAP
    ),
    "to a vector and back": ModelSpec(
        encoder=(_conv(3), LAYERS.make("batch-norm"), LAYERS.make("activation"), _dense(9)), bottleneck=PLAIN
    ),
    "dropout": ModelSpec(encoder=(_dense(9), LAYERS.make("dropout"), _dense(5)), bottleneck=PLAIN),
    "tied behind a map": ModelSpec(
        encoder=(_conv(3, stride=2),), bottleneck=BOTTLENECKS.make("tied", size=5), output="linear"
    ),
    "larger first": ModelSpec(encoder=(LAYERS.make("upsample"), _conv(2)), bottleneck=MAP),
    "layer norm": ModelSpec(encoder=(_dense(9), LAYERS.make("layer-norm")), bottleneck=PLAIN),
}
SHAPES = [DIGIT, (3, 32, 32), (1, 27, 27), (2, 28, 20)]


@pytest.mark.parametrize("shape", SHAPES, ids=shape_text)
@pytest.mark.parametrize("name", NETS)
def test_shapes_and_counts_are_the_modules(name: str, shape: Shape) -> None:
    outline = lay_out(NETS[name], shape)
    if outline.faults:
        # The strided and pooled nets need sides that fit; a digit always does.
        assert shape != DIGIT, outline.faults
        return
    model = build(NETS[name], shape).eval()
    with torch.inference_mode():
        p = model(torch.rand(2, *shape))
    assert outline.parameters == sum(w.numel() for w in model.parameters())
    assert outline.code_shape == tuple(p.code.z.shape[1:]) == model.code_shape
    assert outline.code_size == math.prod(model.code_shape)
    assert p.x_hat.shape == p.logits.shape == p.x.shape
    assert p.x_hat.isfinite().all()


@pytest.mark.parametrize("name", NETS)
def test_multiply_adds_are_those_that_run(name: str) -> None:
    """Counted by torch on the built module; biases and norms are no multiply-adds."""
    model = build(NETS[name], DIGIT).eval()
    # torch counts its own products, but not those of oneDNN that dense layers run in on some processors.
    ours = {torch.ops.mkldnn._linear_pointwise: lambda x, weight, *_, **__: 2 * math.prod(x) * weight[0]}
    with torch.inference_mode(), FlopCounterMode(display=False, custom_mapping=ours) as counter:
        model(torch.rand(1, *DIGIT))
    assert lay_out(NETS[name], DIGIT).macs == counter.get_total_flops() // 2


@pytest.mark.parametrize("shape", SHAPES, ids=shape_text)
@pytest.mark.parametrize("name", [name for name in NETS if NETS[name].decoder is None])
def test_a_mirror_ends_where_it_began(name: str, shape: Shape) -> None:
    outline = lay_out(NETS[name], shape)
    if not outline.faults and outline.rows[-1].role == "decoder":
        assert outline.rows[-1].out_shape == shape
        assert all(row.mirrored for row in outline.rows if row.role == "decoder")


@pytest.mark.parametrize("name", [name for name in NETS if NETS[name].decoder is None])
def test_the_mirror_written_out_is_the_same_net(name: str) -> None:
    model = NETS[name]
    free = dataclasses.replace(model, decoder=mirrored_decoder(model, DIGIT))
    assert lay_out(free, DIGIT).parameters == lay_out(model, DIGIT).parameters
    assert not lay_out(free, DIGIT).faults
    x = torch.rand(2, *DIGIT, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        one, other = (build(spec, DIGIT, 3).eval()(x).x_hat for spec in (model, free))
    assert torch.equal(one, other)


def _told(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    return [(row.name, getattr(row.part, "activation", "")) for row in rows]


def test_activations_are_mirrored_between_the_same_sizes() -> None:
    model = ModelSpec(encoder=(_dense(50, "relu"), _dense(20, "tanh")), bottleneck=PLAIN)
    assert _told(lay_out(model, DIGIT).rows) == [
        ("dense 1", "relu"),
        ("dense 2", "tanh"),
        ("code", "linear"),
        ("decoder dense 1", "tanh"),
        ("decoder dense 2", "relu"),
        ("decoder dense 3", "linear"),
        ("decoder reshape 4", ""),
    ]


@pytest.mark.parametrize("first", ["activation", "layer-norm", "max-pool", "dropout"])
def test_a_mirror_has_no_activation_before_the_outputs(first: str) -> None:
    """A ReLU there would keep a sigmoid above one half."""
    pair = (LAYERS.make(first), LAYERS.make("activation", activation="relu"))
    rows = lay_out(ModelSpec(encoder=(*pair, _dense(9)), bottleneck=PLAIN), DIGIT).rows
    ends = [row for row in rows if row.role == "decoder" and hasattr(row.part, "activation")]
    assert getattr(ends[-1].part, "activation") == "linear"  # noqa: B009  # a Layer need not have it


def test_rows_say_where_their_layer_stands() -> None:
    outline = lay_out(ModelSpec(encoder=(_dense(50), _dense(20)), bottleneck=PLAIN), DIGIT)
    assert [row.where for row in outline.rows] == [
        *("model.encoder.0", "model.encoder.1", "model.bottleneck"),
        *("model.bottleneck", "model.encoder.1", "model.encoder.0", "model.encoder.0"),
    ]


def test_vectors_need_no_reshape() -> None:
    rows = lay_out(ModelSpec(encoder=(_dense(5),), bottleneck=PLAIN), (13,)).rows
    assert [row.part.kind for row in rows] == ["dense", "plain", "dense", "dense"]


def test_shapes_read_height_first() -> None:
    assert shape_text((3, 28, 20)) == "28 × 20 × 3"
    assert shape_text((784,)) == "784"
