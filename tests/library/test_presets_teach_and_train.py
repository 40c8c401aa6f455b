"""Every preset that ships teaches, has no fault on MNIST and learns from its first steps on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from aestudio.data.resources import resource
from aestudio.library.presets import ORDER, find_spec, load_preset, preset_names, recipe_names
from aestudio.models.autoencoder import build
from aestudio.spec.check import faults
from aestudio.spec.edit import with_value
from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.knobs import fields_of
from aestudio.spec.outline import lay_out
from aestudio.spec.toml import dump_spec
from aestudio.training.events import Snapshot
from aestudio.training.train import train
from tests.small import only, small_mnist

DIGIT = (1, 28, 28)
EVERY = pytest.mark.parametrize("name", preset_names())


def test_the_presets_of_the_course_are_there_in_order() -> None:
    assert preset_names()[: len(ORDER)] == ORDER
    assert {path.stem for path in resource("presets").iterdir()} == {*preset_names(), *recipe_names()}


@EVERY
def test_a_preset_has_a_whole_lesson(name: str) -> None:
    run = load_preset(name)
    assert run.name == name
    for f in fields_of(type(run.lesson)):
        assert len(getattr(run.lesson, f.name)) > 8, f.name
    assert any(c.isdigit() for c in run.lesson.source), "a source has a year"
    assert len(run.lesson.title) < 60, "titles stand in a menu"


@EVERY
def test_a_preset_has_no_fault_on_mnist(name: str) -> None:
    assert faults(load_preset(name), DIGIT) == ()


@EVERY
def test_a_preset_learns_from_its_first_steps(name: str) -> None:
    """A dozen steps on real digits: every preset's whole loss falls."""
    run = load_preset(name)
    batch = min(run.training.batch, 32)
    for path, value in (("batch", batch), ("epochs", 1), ("precision", "float32"), ("seed", 1)):
        run = with_value(run, f"training.{path}", value)
    mnist = small_mnist()
    data = dataclasses.replace(mnist, train=mnist.train[: 14 * batch], validation=mnist.validation[:20])
    model = build(run.model, data.shape, run.training.seed)
    looks = only(list(train(model, data, run)), Snapshot)
    total = np.concatenate([sum(look.curves.terms.values()) for look in looks])
    assert np.isfinite(total).all()
    assert len(total) == 14
    assert total[-4:].mean() < total[:4].mean()


def test_the_compressor_has_exactly_its_twenty_layers() -> None:
    model = load_preset("compressor-20").model
    rows = lay_out(model, DIGIT).rows
    kinds = [row.part.kind for row in rows]
    encoder, decoder = kinds[: kinds.index("conv", 9) + 1], kinds[kinds.index("conv", 9) + 1 :]
    assert encoder == ["conv"] * 2 + ["max-pool"] + ["conv"] * 3 + ["max-pool"] + ["conv"] * 2 + ["conv"]
    assert decoder == ["conv"] * 3 + ["upsample"] + ["conv"] * 3 + ["upsample"] + ["conv"] + ["conv"]
    assert len(kinds) == 20
    assert rows[9].role == "code"
    assert rows[9].out_shape == (1, 7, 7)
    assert model.output == "tanh"
    weighted = [row.part for row in rows if row.part.kind == "conv"]
    assert all(getattr(part, "kernel") == 3 for part in weighted)  # noqa: B009  # parts differ in their fields
    assert all(getattr(part, "padding", "same") == "same" for part in weighted)
    assert all(getattr(part, "stride", 1) == 1 for part in weighted)
    inner = [row.part for row in rows if row.part.kind == "conv"][:-1]
    assert {getattr(part, "activation") for part in inner} == {"relu"}  # noqa: B009
    assert getattr(weighted[-1], "activation") == "linear", "tanh follows it"  # noqa: B009
    assert {getattr(row.part, "size", 2) for row in rows if row.part.kind == "max-pool"} == {2}
    filters = [row.out_shape[0] for row in rows]
    assert filters[0] == 128
    assert filters[:10] == sorted(filters[:10], reverse=True), "falling from 128 to 1"
    assert filters[9:19] == sorted(filters[9:19]), "and rising again"


def test_the_dense_denoiser_has_the_sizes_of_its_name() -> None:
    rows = lay_out(load_preset("dense-denoiser").model, DIGIT).rows
    assert [row.out_shape[0] for row in rows if len(row.out_shape) == 1] == [500, 300, 100, 300, 500, 784]


@pytest.mark.parametrize(
    ("name", "size"), [("vae-2", 2), ("vae-20", 20), ("linear", 32), ("undercomplete", 32), ("deep", 30)]
)
def test_code_sizes(name: str, size: int) -> None:
    assert lay_out(load_preset(name).model, DIGIT).code_size == size


def test_an_unknown_preset_is_answered_with_all() -> None:
    with pytest.raises(SpecError) as caught:
        find_spec("undercompleet")
    assert all(name in str(caught.value) for name in preset_names())


def test_a_spec_is_found_by_name_or_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(dump_spec(load_preset("deep")), encoding="utf-8")
    assert find_spec(str(path)) == load_preset("deep")
    with pytest.raises(UserError, match="cannot be read"):
        find_spec(str(tmp_path / "none.toml"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "linear").mkdir()  # as after ``--out linear``
    assert find_spec("linear") == load_preset("linear")
