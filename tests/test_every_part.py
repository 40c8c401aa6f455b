"""One contract for every registered part: a new file is held to it without an edit here."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import load, save

from aestudio.models.autoencoder import build
from aestudio.models.seeded_dropout import give_generator
from aestudio.spec.check import faults
from aestudio.spec.faults import ShapeError
from aestudio.spec.knobs import fields_of
from aestudio.spec.outline import lay_out
from aestudio.spec.parts import (
    BOTTLENECKS,
    CORRUPTIONS,
    FAMILIES,
    LAYERS,
    LOSSES,
    PENALTIES,
    Bottleneck,
    Code,
    Corruption,
    Layer,
    Part,
    Pass,
    Shape,
)
from aestudio.spec.run import ModelSpec, RunSpec, TrainingSpec
from aestudio.spec.toml import dump_spec, parse_spec
from aestudio.training.events import Finished, Snapshot
from aestudio.training.objective import forward, loss_terms
from tests.small import four_patterns, only, small_mnist, trained
from tests.variants import at_bounds, variants

if TYPE_CHECKING:
    from torch import Tensor

PARTS = [cls for family in FAMILIES.values() for cls in family]
SHAPES: list[Shape] = [(1, 28, 28), (3, 27, 27), (1, 7, 5), (3, 8, 8), (16, 5, 4), (1, 1, 1), (784,), (13,)]
DIGIT = (1, 28, 28)
SLOTS = dict(zip(FAMILIES, ("encoder", "bottleneck", "loss", "penalties", "corruptions"), strict=True))
WALKED = 20_000  # weights and outputs of what is built in the walk over all shapes; sizes are checked beyond
each = pytest.mark.parametrize


def _name(part: Part | type[Part]) -> str:
    return part.kind


def _seed(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _fits(part: Layer | Bottleneck, shape: Shape) -> bool:
    try:
        (part.out_shape if isinstance(part, Layer) else part.code_shape)(shape)
    except ShapeError:
        return False
    return True


def _examples(count: int, shape: Shape) -> Tensor:
    return torch.rand(count, *shape, generator=_seed(1))


# --------------------------------------------------------------------------------------- what every part has


@each("cls", PARTS, ids=_name)
def test_a_part_tells_what_it_is(cls: type[Part]) -> None:
    assert cls.label
    assert len(cls.summary()) > 20, "the docstring's first paragraph is the help text"
    for f in fields_of(cls):
        assert f.knob.help, f"{f.name} has no help"
        assert f.choices or f.type in (bool, str) or None not in (f.knob.low, f.knob.high), f.name


@each("cls", PARTS, ids=_name)
def test_a_part_is_made_without_arguments(cls: type[Part]) -> None:
    assert cls() == cls()
    assert hash(cls()) == hash(cls())


@each("cls", PARTS, ids=_name)
def test_a_part_comes_back_from_toml(cls: type[Part]) -> None:
    for part in (cls(), *at_bounds(cls), *variants(cls)):
        run = _run_with(part)
        assert parse_spec(dump_spec(run)) == run


def _run_with(part: Part) -> RunSpec:
    """A run, not always a possible one, that holds ``part``."""
    slots: dict[str, Any] = {"bottleneck": BOTTLENECKS.make("plain"), "loss": LOSSES.make("mse")}
    for base, slot in SLOTS.items():
        if isinstance(part, base):
            slots[slot] = part if slot in slots else (part, part)
    model = ModelSpec(encoder=slots.pop("encoder", ()), bottleneck=slots.pop("bottleneck"))
    return RunSpec(model=model, **slots)


# ---------------------------------------------------------------------------- layers and bottlenecks: shapes


@functools.cache
def _places(cls: type[Layer] | type[Bottleneck]) -> list[tuple[Any, Shape]]:
    """Every variant with every shape that it takes."""
    return [(part, shape) for part in variants(cls) for shape in SHAPES if _fits(part, shape)]  # type: ignore[arg-type]


@each("cls", [*LAYERS, *BOTTLENECKS], ids=_name)
def test_it_takes_some_shape_as_it_comes(cls: type[Any]) -> None:
    assert any(_fits(cls(), shape) for shape in SHAPES)


@each("cls", [*LAYERS], ids=_name)
def test_a_layer_gives_the_shape_and_the_weights_it_promises(cls: type[Layer]) -> None:
    for layer, shape in _places(cls):
        out, weights = layer.out_shape(shape), layer.parameters(shape)
        if math.prod(out) + weights > WALKED:
            continue
        built = layer.build(shape).eval()
        x = _examples(2, shape)
        before = x.clone()
        y = built(x)
        assert tuple(y.shape) == (2, *out), (layer, shape)
        assert sum(w.numel() for w in built.parameters()) == weights, (layer, shape)
        assert y.isfinite().all(), (layer, shape)
        assert torch.equal(x, before), f"{layer} changes its input in place"
        assert layer.macs(shape) >= 0


@each("cls", [*BOTTLENECKS], ids=_name)
def test_a_bottleneck_gives_the_code_and_the_weights_it_promises(cls: type[Bottleneck]) -> None:
    for part, shape in _places(cls):
        code, weights = part.code_shape(shape), part.parameters(shape)
        if math.prod(code) + weights > WALKED:
            continue
        built: Any = part.build(shape)
        for generator in (None, _seed()):
            made = built(_examples(2, shape), generator)
            assert tuple(made.z.shape) == tuple(made.mean.shape) == (2, *code), (part, shape)
            assert tuple(built.expand(made.z).shape) == (2, *part.decoder_shape(shape)), (part, shape)
        assert sum(w.numel() for w in built.parameters()) == weights, (part, shape)
        assert (made.mu is not None) == (made.log_var is not None) == part.variational


@each("cls", [*LAYERS, *BOTTLENECKS], ids=_name)
def test_the_mirror_leads_back(cls: type[Any]) -> None:
    """Through layers that fit each other, or it is refused in words."""
    reached = 0
    for part, start in _places(cls):
        shape = part.out_shape(start) if isinstance(part, Layer) else part.decoder_shape(start)
        try:
            back = part.mirrored(start, "relu")
        except ShapeError:
            continue
        for layer in back:
            shape = layer.out_shape(shape)
        # A dense layer flattens what it gets, so the mirror of what makes a map may leave one.
        assert shape == start or (len(start) == 1 and math.prod(shape) == start[0]), (part, start, shape)
        reached += 1
    assert reached, "there is a shape that it leads back to"


# ------------------------------------------------------------------------------- layers and bottlenecks: use


def _layer_model(cls: type[Layer]) -> ModelSpec:
    """A small autoencoder with the layer where it stands best: in front of a dense one, or behind it."""
    code = BOTTLENECKS.make("plain", size=6)
    dense = LAYERS.make("dense", units=24, activation="tanh")
    for layer in (cls(), *variants(cls)):
        for encoder in ((layer, dense), (dense, layer)):
            model = ModelSpec(encoder=encoder, bottleneck=code)  # type: ignore[arg-type]
            if not lay_out(model, DIGIT).faults:
                return model
    raise AssertionError(f"{cls.kind} fits no small net")


def _suiting(part: Part) -> list[RunSpec]:
    """Small runs, one for each kind of code that ``part`` has nothing against."""
    codes = [BOTTLENECKS.make("plain", size=6, activation=a) for a in ("linear", "sigmoid", "relu")]
    codes += [_small(cls) for cls in BOTTLENECKS if cls.kind != "plain"]
    found = []
    for code in codes:
        run = _run_with(part)
        model = ModelSpec(encoder=(), bottleneck=code)
        run = dataclasses.replace(
            run, model=model, penalties=run.penalties[:1], corruptions=run.corruptions[:1]
        )
        if not any(fault.name == part.label for fault in faults(run, DIGIT)):
            found.append(run)
    assert found, f"{part.kind} suits no small run"
    return found


def _small(cls: type[Bottleneck]) -> Bottleneck:
    return cls(**({"size": 6} if "size" in {f.name for f in fields_of(cls)} else {}))


def _suited(parts: list[type[Any]]) -> list[Any]:
    """Each part with each run that suits it."""
    return [
        pytest.param(run, id=f"{cls.kind} on {_code_name(run)}") for cls in parts for run in _suiting(cls())
    ]


def _code_name(run: RunSpec) -> str:
    return f"{run.model.bottleneck.kind} {getattr(run.model.bottleneck, 'activation', '')}".strip()


def _runs() -> list[Any]:
    """A small run for each part, of whatever family."""
    made = []
    for cls in LAYERS:
        run = RunSpec(model=_layer_model(cls), loss=LOSSES.make("bce"))
        made.append(pytest.param(run, id=f"layer {cls.kind}"))
    for cls in BOTTLENECKS:
        run = RunSpec(model=ModelSpec(encoder=(), bottleneck=_small(cls)), loss=LOSSES.make("bce"))
        made.append(pytest.param(run, id=f"code {cls.kind}"))
    for noun, family in (("loss", LOSSES), ("penalty", PENALTIES), ("corruption", CORRUPTIONS)):
        made += [pytest.param(_suiting(cls())[0], id=f"{noun} {cls.kind}") for cls in family]
    return made


RUNS = each("run", _runs())


@RUNS
def test_every_weight_gets_a_gradient(run: RunSpec) -> None:
    data = small_mnist()
    model = build(run.model, data.shape, seed=1)
    give_generator(model, _seed())
    p = forward(model.train(), data.pixels(data.train[:128]), run, _seed())
    total = torch.stack(list(loss_terms(p, run).values())).sum()
    total.backward()
    assert total.isfinite()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, f"{name} is never used"
        assert weight.grad.isfinite().all(), name
        assert weight.grad.any(), f"{name} gets no gradient"


@RUNS
def test_equal_seeds_give_equal_weights(run: RunSpec) -> None:
    one, two, other = (build(run.model, DIGIT, seed).state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


@RUNS
def test_weights_come_back_from_safetensors(run: RunSpec) -> None:
    model, fresh = (build(run.model, DIGIT, seed).eval() for seed in (1, 2))
    weights = {name: w.contiguous() for name, w in model.state_dict().items()}
    fresh.load_state_dict(load(save(weights)))
    x = _examples(3, DIGIT)
    assert torch.equal(model(x).x_hat, fresh(x).x_hat)


@RUNS
def test_the_loss_falls_on_four_patterns(run: RunSpec) -> None:
    run = dataclasses.replace(run, training=TrainingSpec(epochs=40, batch=4, lr=0.01, seed=1))
    _, told = trained(run, four_patterns())
    totals = [
        float(total)
        for look in only(told, Snapshot)
        for total in sum(look.curves.terms.values())  # type: ignore[union-attr]  # an array of a total a step
    ]
    assert len(totals) == 40
    assert all(map(math.isfinite, totals))
    assert sum(totals[-5:]) < 0.9 * sum(totals[:5])
    assert only(told, Finished)[0].reason == "done"


# ----------------------------------------------------------------------------------------------- corruptions


def _told(part: Part) -> str:
    return " ".join([part.kind, *(f"{f.name}={getattr(part, f.name)}" for f in fields_of(type(part)))])


def _shapes_for(part: Corruption) -> list[Shape]:
    model = ModelSpec(encoder=(), bottleneck=BOTTLENECKS.make("plain"))
    shapes = [shape for shape in SHAPES if part.complaint(model, shape) is None]
    # What complains may still be asked: a race or a preview need not end the program.
    return shapes or [DIGIT]


@each("part", [part for cls in CORRUPTIONS for part in (cls(), *at_bounds(cls))], ids=_told)
def test_a_corruption_keeps_shape_range_and_its_input(part: Corruption) -> None:
    for shape in _shapes_for(part):
        x = _examples(8, shape)
        x[0], x[1] = 0.0, 1.0
        before = x.clone()
        y = part(x, _seed())
        assert y.shape == x.shape
        assert y.dtype == x.dtype
        assert y.min() >= 0, shape
        assert y.max() <= 1, shape
        assert torch.equal(x, before), "it changes its input in place"


@each("part", [cls() for cls in CORRUPTIONS], ids=_name)
def test_a_corruption_follows_its_seed(part: Corruption) -> None:
    for shape in [shape for shape in _shapes_for(part) if math.prod(shape) > 100]:
        x = _examples(8, shape)
        generator = _seed(3)
        one = part(x, generator)
        draws = not torch.equal(generator.get_state(), _seed(3).get_state())
        torch.manual_seed(99)  # the process-wide generator plays no part
        assert torch.equal(one, part(x, _seed(3)))
        assert torch.equal(one, part(x, _seed(4))) != draws
        assert not torch.equal(one, x), "it does something"


@each("part", [cls() for cls in CORRUPTIONS], ids=_name)
def test_a_corruption_treats_images_apart(part: Corruption) -> None:
    """Equal images in a batch are corrupted each in its own way, unless nothing is drawn at all."""
    x = _examples(1, DIGIT).expand(6, *DIGIT).contiguous()
    generator = _seed(3)
    y = part(x, generator)
    draws = not torch.equal(generator.get_state(), _seed(3).get_state())
    assert (len(torch.unique(y.flatten(1), dim=0)) > 1) == draws


# -------------------------------------------------------------------------------------- losses and penalties


@each("part", [cls() for cls in LOSSES], ids=_name)
def test_a_loss_is_least_for_the_image_itself(part: Any) -> None:
    x = small_mnist().pixels(small_mnist().train[:16])

    def at(x_hat: Tensor) -> float:
        return float(part(_pass_of(x, x_hat)))

    assert at(x) < at(0.9 * x) < at(0.5 * x)
    assert at(x) < at((x + 0.1).clamp(0, 1))


@each("part", [cls() for cls in LOSSES], ids=_name)
def test_a_loss_is_per_image(part: Any) -> None:
    """Twice the same images, twice the batch: the same loss, so that the batch size does not weigh."""
    x = small_mnist().pixels(small_mnist().train[:16])
    once, twice = (part(_pass_of(images, 0.8 * images)) for images in (x, x.repeat(2, 1, 1, 1)))
    assert torch.isclose(once, twice, rtol=1e-5)


@each("run", _suited([*PENALTIES]))
def test_a_penalty_is_per_image(run: RunSpec) -> None:
    part, model = run.penalties[0], build(run.model, DIGIT, 1)
    x = small_mnist().pixels(small_mnist().train[:64])
    generator = _seed(3)
    once, twice = (part(model(images, generator=generator)) for images in (x, x.repeat(2, 1, 1, 1)))
    drawn = not torch.equal(generator.get_state(), _seed(3).get_state())
    assert once >= 0
    assert once.ndim == 0
    assert torch.isclose(once, twice, rtol=0.3 if drawn else 1e-4)


@each("run", _suited([*LOSSES, *PENALTIES]))
def test_a_term_works_with_every_code_in_bfloat16(run: RunSpec) -> None:
    run = dataclasses.replace(run, training=TrainingSpec(epochs=1, batch=4, precision="bfloat16"))
    _, told = trained(run, four_patterns())
    terms = [values for look in only(told, Snapshot) for values in look.curves.terms.values()]
    assert all(values.dtype == "float32" for values in terms)


def _pass_of(x: Tensor, x_hat: Tensor) -> Pass:
    """A pass in which the model gave ``x_hat``."""
    return Pass(torch.nn.Identity(), x, x, Code(x.flatten(1)), torch.logit(x_hat, eps=1e-6), x_hat)
