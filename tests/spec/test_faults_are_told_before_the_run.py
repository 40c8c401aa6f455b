"""What cannot run, and what would disappoint, is told beside the part at fault."""

from __future__ import annotations

from typing import Any

import pytest

from aestudio.models.autoencoder import build
from aestudio.spec.check import faults, refuse_faults
from aestudio.spec.faults import SpecError
from aestudio.spec.outline import lay_out
from aestudio.spec.parts import BOTTLENECKS, CORRUPTIONS, LAYERS, LOSSES, PENALTIES, Layer, Shape
from aestudio.spec.run import ModelSpec, RunSpec, TrainingSpec
from tests.small import small_run

DIGIT = (1, 28, 28)
PLAIN = BOTTLENECKS.make("plain", size=4)


def _layers(*parts: tuple[str, dict[str, Any]]) -> tuple[Layer, ...]:
    return tuple(LAYERS.make(kind, **values) for kind, values in parts)


POOLS = [("max-pool", {"size": 3})] * 3
IMPOSSIBLE: dict[str, tuple[ModelSpec, Shape, str, str, str]] = {
    # name: the model, the images, where, and words of what and fix
    "a stride that empties the image": (
        ModelSpec(encoder=_layers(*POOLS, ("conv", {"stride": 4})), bottleneck=PLAIN),
        *(DIGIT, "model.encoder.3", "stride 4 turn 1 × 1 into nothing", "remove a pooling layer"),
    ),
    "one pool too many": (
        ModelSpec(encoder=_layers(*POOLS, *POOLS), bottleneck=PLAIN),
        *(DIGIT, "model.encoder.3", "turn 1 × 1 into nothing", "use a smaller window"),
    ),
    "a kernel larger than the image": (
        ModelSpec(encoder=_layers(("conv", {"kernel": 31, "padding": "valid"})), bottleneck=PLAIN),
        *(DIGIT, "model.encoder.0", "window 31", "use a smaller window"),
    ),
    "an even kernel with same padding": (
        ModelSpec(encoder=_layers(("conv", {"kernel": 4})), bottleneck=PLAIN),
        *(DIGIT, "model.encoder.0", "a kernel of 4 has no middle", "use 5"),
    ),
    "a convolution on vectors": (
        ModelSpec(encoder=_layers(("dense", {"units": 9}), ("conv", {})), bottleneck=PLAIN),
        *(DIGIT, "model.encoder.1", "receives a vector of 9", "reshape"),
    ),
    "a pool on vectors": (
        ModelSpec(encoder=_layers(("max-pool", {})), bottleneck=PLAIN),
        *((784,), "model.encoder.0", "receives a vector of 784", "dense"),
    ),
    "a reshape that does not fill": (
        ModelSpec(encoder=_layers(("dense", {"units": 9}), ("reshape", {"height": 4})), bottleneck=PLAIN),
        *(DIGIT, "model.encoder.1", "9 numbers do not fill 1 x 4 x 28", "give 112"),
    ),
    "too many extra pixels": (
        ModelSpec(encoder=_layers(("conv-transposed", {"stride": 2, "extra": 2})), bottleneck=PLAIN),
        *(DIGIT, "model.encoder.0", "2 extra pixels do not fit stride 2", "fewer"),
    ),
    "a code map on vectors": (
        ModelSpec(encoder=_layers(("dense", {})), bottleneck=BOTTLENECKS.make("conv")),
        *(DIGIT, "model.bottleneck", "receives a vector of 256", "reshape"),
    ),
    "a code map with an even kernel": (
        ModelSpec(bottleneck=BOTTLENECKS.make("conv", kernel=2)),
        *(DIGIT, "model.bottleneck", "has no middle", "use 3"),
    ),
    "sides that cannot be mirrored": (
        ModelSpec(encoder=_layers(("conv", {"stride": 2})), bottleneck=PLAIN),
        *((1, 28, 27), "model.encoder.0", "28 × 27 cannot be mirrored", "a decoder of its own"),
    ),
    "a decoder that ends too small": (
        ModelSpec(bottleneck=PLAIN, decoder=_layers(("dense", {"units": 700, "activation": "linear"}))),
        *(DIGIT, "model.decoder.0", "ends at 700, the images are 28 × 28 × 1", "mirror the encoder"),
    ),
    "a decoder that ends as a vector": (
        ModelSpec(bottleneck=PLAIN, decoder=_layers(("dense", {"units": 784, "activation": "linear"}))),
        *(DIGIT, "model.decoder.0", "ends at 784", "let its last layers give 28 × 28 × 1"),
    ),
    "a decoder with the wrong channels": (
        ModelSpec(
            encoder=_layers(("conv", {})),
            bottleneck=BOTTLENECKS.make("conv"),
            decoder=_layers(("conv", {"filters": 3, "activation": "linear"})),
        ),
        *(DIGIT, "model.decoder.0", "ends at 28 × 28 × 3", "28 × 28 × 1"),
    ),
    "an empty decoder": (
        ModelSpec(bottleneck=PLAIN, decoder=()),
        *(DIGIT, "model.bottleneck", "ends at 4", "mirror the encoder"),
    ),
    "an activation before the output's": (
        ModelSpec(bottleneck=PLAIN, decoder=_layers(("dense", {"units": 784}), ("reshape", {}))),
        *(DIGIT, "model.decoder.0", "an activation of its own", "set it to linear"),
    ),
    "an activation layer before the output's": (
        ModelSpec(
            bottleneck=PLAIN,
            decoder=_layers(
                ("dense", {"units": 784, "activation": "linear"}), ("activation", {}), ("reshape", {})
            ),
        ),
        *(DIGIT, "model.decoder.1", "an activation of its own", "set it to linear"),
    ),
    "a sigmoid for pixels below 0": (
        ModelSpec(bottleneck=PLAIN, pixels="-1..1"),
        *(DIGIT, "model.output", "sigmoid never goes below 0", "tanh"),
    ),
    "a tanh for pixels above 0": (
        ModelSpec(bottleneck=PLAIN, output="tanh"),
        *(DIGIT, "model.output", "half its range below 0", "sigmoid"),
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_model_is_told_beside_its_layer(name: str) -> None:
    model, shape, where, what, fix = IMPOSSIBLE[name]
    outline = lay_out(model, shape)
    assert [fault.where for fault in outline.faults] == [where]
    (fault,) = outline.faults
    assert what in fault.what
    assert fix in fault.fix
    assert not fault.advice
    with pytest.raises(SpecError) as caught:
        build(model, shape)
    assert str(caught.value) == str(fault)


def test_what_was_laid_out_before_a_fault_is_kept() -> None:
    model, shape, *_ = IMPOSSIBLE["a stride that empties the image"]
    outline = lay_out(model, shape)
    assert [row.out_shape for row in outline.rows] == [(1, 9, 9), (1, 3, 3), (1, 1, 1)]
    assert outline.code_shape is None
    assert outline.code_size == 0


def test_a_mirror_too_large_for_a_layer_is_told() -> None:
    model = ModelSpec(encoder=_layers(("dense", {"units": 4})), bottleneck=PLAIN)
    (fault,) = lay_out(model, (3, 200, 200)).faults
    assert fault.where == "model.encoder.0"
    assert "120000" in fault.what


def _run(*changes: tuple[str, Any], **parts: Any) -> RunSpec:
    return small_run(*changes, **parts)


TANH = ModelSpec(bottleneck=PLAIN, output="tanh", pixels="-1..1")
RELU = ModelSpec(bottleneck=BOTTLENECKS.make("plain", activation="relu"))
KL, PRIOR = PENALTIES.make("kl-sparsity"), PENALTIES.make("kl-prior")
UNSUITED: dict[str, tuple[RunSpec, Shape, str, str, str]] = {
    "cross-entropy of a tanh": (
        *(_run(model=TANH), DIGIT, "loss"),
        *("cross-entropy needs outputs in (0, 1), and tanh", "set the output to sigmoid"),
    ),
    "cross-entropy of a linear output": (
        *(_run(("model.output", "linear")), DIGIT, "loss"),
        *("linear does not keep to them", "squared error"),
    ),
    "KL sparsity of ReLU": (
        *(_run(model=RELU, penalties=(KL,)), DIGIT, "penalties.0"),
        *("KL sparsity needs codes in (0, 1), and the code's activation is relu", "sigmoid"),
    ),
    "KL sparsity of a tied code": (
        *(_run(model=ModelSpec(bottleneck=BOTTLENECKS.make("tied")), penalties=(KL,)), DIGIT, "penalties.0"),
        *("activation is linear", "use L1 sparsity"),
    ),
    "KL to the prior of a plain code": (
        *(_run(penalties=(PENALTIES.make("l1"), PRIOR)), DIGIT, "penalties.1"),
        *("no distribution", "use the variational code"),
    ),
    "the same penalty twice": (
        *(_run(penalties=(PENALTIES.make("l1"), PENALTIES.make("l1"))), DIGIT, "penalties.0"),
        *("stands twice", "keep one"),
    ),
    "blur of vectors": (
        *(_run(corruptions=(CORRUPTIONS.make("blur"),)), (13,), "corruptions.0"),
        *("blur needs images, and the data are vectors of 13", "masking"),
    ),
    "a square larger than the image": (
        *(_run(corruptions=(CORRUPTIONS.make("occlusion", size=28),)), DIGIT, "corruptions.0"),
        *("cover images of 28 × 28 whole", "below 28"),
    ),
    "moving vectors": (
        *(_run(training=TrainingSpec(shift=1)), (13,), "training.shift"),
        *("vectors have no pixels to move", "set training.shift to 0"),
    ),
}


@pytest.mark.parametrize("name", UNSUITED)
def test_parts_that_do_not_suit_are_told(name: str) -> None:
    run, shape, where, what, fix = UNSUITED[name]
    told = {fault.where: fault for fault in faults(run, shape)}
    assert what in told[where].what
    assert fix in told[where].fix
    assert not told[where].advice
    with pytest.raises(SpecError):
        refuse_faults(run, shape)


def test_advice_comes_last_and_does_not_refuse() -> None:
    run = _run(model=ModelSpec(bottleneck=BOTTLENECKS.make("variational")))
    (advice,) = faults(run, DIGIT)
    assert advice.advice
    assert "add the penalty 'KL to the prior'" in advice.fix
    refuse_faults(run, DIGIT)
    both = _run(("model.output", "linear"), model=run.model)
    assert [fault.advice for fault in faults(both, DIGIT)] == [False, True]


def test_a_sound_run_has_no_fault() -> None:
    assert faults(small_run(), DIGIT) == ()
    assert (
        faults(_run(model=ModelSpec(bottleneck=BOTTLENECKS.make("variational")), penalties=(PRIOR,)), DIGIT)
        == ()
    )
    assert faults(_run(model=TANH, loss=LOSSES.make("mse")), DIGIT) == ()
