from __future__ import annotations

import dataclasses

import pytest

from aestudio.models.bottlenecks.plain import Plain
from aestudio.models.bottlenecks.tied import Tied
from aestudio.models.layers.convolution import Convolution
from aestudio.models.layers.dense import Dense
from aestudio.models.layers.transposed_convolution import TransposedConvolution
from aestudio.spec import layers_edit as edit
from aestudio.spec.faults import SpecError
from aestudio.spec.outline import lay_out
from aestudio.spec.parts import LAYERS
from aestudio.spec.run import ModelSpec

SHAPE = (1, 28, 28)


def _model(*units: int) -> ModelSpec:
    layers = tuple(Dense(units=n) for n in units)
    return ModelSpec(encoder=layers, bottleneck=Plain(size=8))


def _units(model: ModelSpec) -> list[int]:
    return [layer.units for layer in model.encoder]  # type: ignore[attr-defined]  # all dense


@pytest.mark.parametrize(("index", "to", "units"), [(0, 2, [2, 3, 1]), (2, 0, [3, 1, 2]), (1, 1, [1, 2, 3])])
def test_a_layer_moves(index: int, to: int, units: list[int]) -> None:
    assert _units(edit.move_layer(_model(1, 2, 3), "encoder", index, to)) == units


def test_layers_are_added_removed_and_doubled() -> None:
    model = _model(1, 2)
    assert _units(edit.add_layer(model, "encoder", 1, Dense(units=9))) == [1, 9, 2]
    assert _units(edit.remove_layer(model, "encoder", 0)) == [2]
    assert _units(edit.duplicate_layer(model, "encoder", 0)) == [1, 1, 2]


def test_a_mirrored_decoder_has_no_layers_to_edit() -> None:
    with pytest.raises(SpecError, match="unlink it"):
        edit.remove_layer(_model(1), "decoder", 0)


def test_unlinking_changes_no_layer_and_linking_undoes_it() -> None:
    model = _model(300, 100)
    free = edit.unlink_decoder(model, SHAPE)
    before = [row.part for row in lay_out(model, SHAPE).rows]
    assert [row.part for row in lay_out(free, SHAPE).rows] == before
    assert free.decoder is not None
    assert edit.link_decoder(free) == model


def test_a_new_layer_takes_the_activation_used_around_it() -> None:
    model = dataclasses.replace(_model(1), encoder=(Dense(activation="tanh"),))
    assert edit.fresh_layer(Convolution, model, "encoder", 1).activation == "tanh"  # type: ignore[attr-defined]
    assert edit.fresh_layer(LAYERS.get("max-pool"), model, "encoder", 1) == LAYERS.get("max-pool")()


def test_another_kind_keeps_what_both_have() -> None:
    tied = edit.as_kind(Plain(size=7, activation="tanh"), Tied)
    assert tied == Tied(size=7)


def test_another_kind_drops_what_it_cannot_hold() -> None:
    transposed = TransposedConvolution(filters=5, stride=4)
    upsample = edit.as_kind(transposed, LAYERS.get("upsample"))
    assert upsample == LAYERS.get("upsample")()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", ("encoder", 2)),
        ("input", ("encoder", 0)),
        ("model.encoder.0", ("encoder", 1)),
        ("model.bottleneck", ("encoder", 2)),
        ("mirror.1", ("encoder", 2)),
        ("model.output", ("encoder", 2)),
    ],
)
def test_a_new_layer_goes_behind_the_chosen_one(path: str, place: tuple[str, int]) -> None:
    assert edit.place_after(_model(1, 2), path) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("model.bottleneck", ("decoder", 0)),
        ("model.decoder.1", ("decoder", 2)),
        ("model.output", ("decoder", 4)),
    ],
)
def test_a_free_decoder_takes_layers(path: str, place: tuple[str, int]) -> None:
    free = edit.unlink_decoder(_model(1, 2), SHAPE)
    assert edit.place_after(free, path) == place


@pytest.mark.parametrize(
    ("layer", "shape"),
    [(Convolution(stride=2, padding="valid"), (1, 28, 27)), (Convolution(filters=128), SHAPE)],
    ids=["odd sides", "a mirror outside a layer's bounds"],
)
def test_what_cannot_be_mirrored_is_a_fault(layer: object, shape: tuple[int, ...]) -> None:
    model = dataclasses.replace(_model(), encoder=(layer,))  # type: ignore[arg-type]
    (fault,) = lay_out(model, shape).faults
    assert "decoder" in fault.fix
