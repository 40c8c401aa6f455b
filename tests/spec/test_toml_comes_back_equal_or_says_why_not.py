"""A run written as TOML is read back equal, and what cannot be read is told with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aestudio.library.presets import load_preset, preset_names
from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.parts import BOTTLENECKS, CORRUPTIONS, LAYERS, LOSSES, PENALTIES
from aestudio.spec.run import DataSpec, Lesson, ModelSpec, RunSpec, TrainingSpec
from aestudio.spec.toml import dump_spec, load_spec, parse_spec

WHOLE = """
name = "mine"

[model]
encoder = [{ kind = "dense", units = 10 }]
bottleneck = { kind = "plain" }

[loss]
kind = "bce"

[training]
epochs = 3
"""

FULL = RunSpec(
    name='quotes " and ü — \\ \n lines',
    lesson=Lesson(title="x̂ = g(f(x))", shows="many\nlines", formula="‖W‖²", source="nowhere"),
    data=DataSpec(source="C:\\data\\set.csv", train_limit=7, validation=0.25),
    model=ModelSpec(
        encoder=(LAYERS.make("conv", stride=2), LAYERS.make("batch-norm"), LAYERS.make("dense", units=3)),
        bottleneck=BOTTLENECKS.make("variational", size=2),
        decoder=(LAYERS.make("dense", units=784),),
        output="tanh",
        pixels="-1..1",
    ),
    corruptions=(CORRUPTIONS.make("gaussian", sigma=0.1), CORRUPTIONS.make("masking")),
    loss=LOSSES.make("mse"),
    penalties=(PENALTIES.make("kl-prior", weight=4.0), PENALTIES.make("l1")),
    training=TrainingSpec(lr=3e-7, optimiser="sgd", seed=2**31 - 1),
)


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_comes_back_equal(name: str) -> None:
    assert parse_spec(dump_spec(load_preset(name))) == load_preset(name)


def test_everything_comes_back_equal() -> None:
    assert parse_spec(dump_spec(FULL)) == FULL


def test_an_empty_decoder_is_not_a_mirrored_one() -> None:
    free, mirrored = (ModelSpec(bottleneck=BOTTLENECKS.make("tied"), decoder=d) for d in ((), None))
    for model in (free, mirrored):
        run = RunSpec(model=model, loss=LOSSES.make("mse"))
        assert parse_spec(dump_spec(run)).model.decoder == model.decoder


def test_what_is_left_out_takes_its_default() -> None:
    run = parse_spec(WHOLE)
    assert run.training == TrainingSpec(epochs=3)
    assert run.data == DataSpec()
    assert run.model.decoder is None


@pytest.mark.parametrize(
    ("old", "new", "where", "fix"),
    [
        ('"dense"', '"dence"', "model.encoder.0.kind", "did you mean 'dense'?"),
        ('"dense"', '"§"', "model.encoder.0.kind", "use one of activation, "),
        ("units = 10", "unit = 10", "model.encoder.0.unit", "did you mean 'units'?"),
        ("units = 10", "units = -1", "model.encoder.0.units", "use a whole number from 1 to 65536"),
        ("units = 10", "units = 1.5", "model.encoder.0.units", "use a whole number"),
        ("units = 10", 'activation = "rely"', "model.encoder.0.activation", "use 'linear' or 'relu'"),
        ('kind = "dense", ', "", "model.encoder.0.kind", "use one of activation, "),
        ('{ kind = "plain" }', '"plain"', "model.bottleneck", "write a table here"),
        ('bottleneck = { kind = "plain" }', "", "model.bottleneck", "add bottleneck"),
        ('[{ kind = "dense", units = 10 }]', '{ kind = "dense" }', "model.encoder", "write a list of tables"),
        ('[{ kind = "dense", units = 10 }]', "[3]", "model.encoder.0", "write a table here"),
        ('[loss]\nkind = "bce"', "", "loss", "add loss"),
        ("[training]", "[traning]", "traning", "did you mean 'training'?"),
        ("epochs = 3", "epochs = 0", "training.epochs", "use a whole number from 1 to 100000"),
        ("epochs = 3", 'epochs = "3"', "training.epochs", "use a whole number"),
        ("epochs = 3", "lr = nan", "training.lr", "use a number from 1e-07 to 10"),
        ("epochs = 3", "lr = inf", "training.lr", "use a number from 1e-07 to 10"),
        ("epochs = 3", 'precision = "fp8"', "training.precision", "use 'auto' or 'float32' or 'bfloat16'"),
        ("epochs = 3", "zzz = 1", "training.zzz", "use one of epochs, "),
        ('name = "mine"', "name = 3", "name", "use a text in quotes"),
        ('name = "mine"', "penalties = 3", "penalties", "write a list of tables"),
        ('name = "mine"', "training = 3", "training", "write a table here"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, where: str, fix: str) -> None:
    assert old in WHOLE
    # A second [training] would be another fault than the one meant.
    text = WHOLE.replace(old, new)
    if new.startswith("training"):
        text = text.replace("[training]\nepochs = 3\n", "")
    with pytest.raises(SpecError) as caught:
        parse_spec(text)
    assert caught.value.where == where
    assert fix in caught.value.fix
    assert str(caught.value).startswith(f"{where}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "model = ", "a = 1\na = 2", "[model", "\x00"])
def test_no_toml_is_a_sentence(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_spec(text)
    assert ";" in str(caught.value) or "no valid TOML" in str(caught.value)


def test_a_file_is_named_in_its_errors(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    for content in (b"model = ", WHOLE.replace("units", "unit").encode(), b"\xff\xfe\x00"):
        path.write_bytes(content)
        with pytest.raises(UserError, match=re.escape(str(path))):
            load_spec(path)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(UserError, match=re.escape(f"{path}: cannot be read")):
            load_spec(path)
