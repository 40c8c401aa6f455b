"""Code layers and the range a model works in: shared weights, sampled posteriors, pixels on [0, 1]."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from aestudio.models.activated import initialise
from aestudio.models.autoencoder import Autoencoder, build
from aestudio.models.code_modules import GaussianCode, TiedCode
from aestudio.models.seeded_dropout import SeededDropout
from aestudio.spec.parts import BOTTLENECKS, LAYERS, Bottleneck, Layer, Shape
from aestudio.spec.run import ModelSpec
from aestudio.training.events import Finished
from aestudio.training.start import start_at_mean
from tests.small import only, small_mnist, small_run, trained

DIGIT: Shape = (1, 28, 28)


def _model(bottleneck: Bottleneck, *encoder: Layer, seed: int = 1, **options: object) -> Autoencoder:
    return build(ModelSpec(encoder=encoder, bottleneck=bottleneck, **options), DIGIT, seed).eval()  # type: ignore[arg-type]


def _digits(count: int = 16) -> Tensor:
    return small_mnist().pixels(small_mnist().train[:count])


def _tied() -> tuple[Autoencoder, TiedCode]:
    model = _model(BOTTLENECKS.make("tied", size=5), output="linear")
    assert isinstance(model.bottleneck, TiedCode)
    return model, model.bottleneck


def test_tied_weights_are_one_matrix() -> None:
    model, code = _tied()
    assert [tuple(w.shape) for w in model.parameters() if w.ndim > 1] == [(5, 784)]
    x = _digits()
    with torch.inference_mode():
        p = model(x)
        w, b, c = code.linear.weight, code.linear.bias, code.back_bias
        torch.testing.assert_close(p.code.z, x.flatten(1) @ w.T + b)
        torch.testing.assert_close(p.x_hat.flatten(1), p.code.z @ w + c)


def test_a_change_of_the_tied_matrix_moves_both_ways() -> None:
    model, code = _tied()
    x, z = _digits(), torch.ones(1, 5)
    with torch.no_grad():
        before = model.encode(x).z, model.decode(z)
        code.linear.weight.mul_(2)
        after = model.encode(x).z, model.decode(z)
    assert all(not torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_the_way_out_teaches_the_tied_matrix_too() -> None:
    model, code = _tied()
    model.decode(torch.ones(1, 5)).square().sum().backward()
    assert code.linear.weight.grad is not None
    assert code.linear.weight.grad.any()


def test_tied_weights_stay_tied_while_they_train() -> None:
    run = small_run(model=ModelSpec(bottleneck=BOTTLENECKS.make("tied", size=5)))
    (end,) = only(trained(run)[1], Finished)
    assert sorted(w.shape for w in end.best.values()) == [(5,), (5, 784), (784,)]


def test_a_gaussian_code_is_its_mean_unless_it_is_sampled() -> None:
    model, x = _model(BOTTLENECKS.make("variational", size=3)), _digits()
    with torch.inference_mode():
        still = model.encode(x)
        one, same, other = (model.encode(x, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert still.mu is not None
    assert torch.equal(still.z, still.mu)
    assert torch.equal(one.z, same.z)
    assert not torch.equal(one.z, other.z)
    assert torch.equal(one.mean, still.mu)


def test_samples_have_the_posteriors_moments() -> None:
    code, h = GaussianCode(4, 2), torch.rand(1, 4, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        made = code(h.expand(20_000, 4), torch.Generator().manual_seed(0))
    assert made.mu is not None
    assert made.log_var is not None
    torch.testing.assert_close(made.z.mean(dim=0), made.mu[0], rtol=0, atol=0.03)
    torch.testing.assert_close(made.z.std(dim=0), (0.5 * made.log_var[0]).exp(), rtol=0.03, atol=0)


def test_a_huge_variance_stays_finite() -> None:
    code = GaussianCode(4, 2)
    with torch.inference_mode():
        made = code(torch.full((1, 4), 1e30), torch.Generator().manual_seed(0))
    assert made.z.isfinite().all()


def test_a_sampled_pass_decodes_the_sample() -> None:
    model, x = _model(BOTTLENECKS.make("variational", size=3)), _digits()
    with torch.inference_mode():
        p = model(x, generator=torch.Generator().manual_seed(1))
        torch.testing.assert_close(p.x_hat, model.decode(p.code.z))


def test_the_encoder_sees_the_corrupted_image_only() -> None:
    model, x = _model(BOTTLENECKS.make("plain", size=3)), _digits()
    with torch.inference_mode():
        p, dark = model(x, torch.zeros_like(x)), model(torch.zeros_like(x))
    assert torch.equal(p.code.z, dark.code.z)
    assert torch.equal(p.x, x)


@pytest.mark.parametrize(("pixels", "output"), [("0..1", "sigmoid"), ("-1..1", "tanh")])
def test_outside_the_net_pixels_are_from_0_to_1(pixels: str, output: str) -> None:
    model = _model(BOTTLENECKS.make("plain", size=3), pixels=pixels, output=output)
    seen: list[Tensor] = []
    model.bottleneck.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    with torch.inference_mode():
        p = model(_digits())
    assert p.x_hat.min() >= 0
    assert p.x_hat.max() <= 1
    assert float(seen[0].min()) == (-1 if pixels == "-1..1" else 0), "the net works in its own range"
    assert float(seen[0].max()) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    "layer",
    [
        LAYERS.make("dense", units=300, activation="relu"),
        LAYERS.make("conv", filters=64, activation="relu"),
        LAYERS.make("conv-transposed", filters=64, activation="relu"),
        LAYERS.make("dense", units=300, activation="tanh"),
    ],
    ids=lambda layer: f"{layer.kind} {layer.activation}",
)
def test_a_rectified_layer_keeps_the_size_of_its_signal(layer: Layer) -> None:
    """He et al. 2015: before a rectifier the variance doubles, since the rectifier halves the mean square."""
    shape = DIGIT if layer.kind == "dense" else (16, 12, 12)
    built = layer.build(shape)
    initialise(built, torch.Generator().manual_seed(0))
    x = torch.randn(64, *shape, generator=torch.Generator().manual_seed(1))
    weighted = next(m for m in built.modules() if hasattr(m, "weight"))
    before: list[Tensor] = []

    def note(module: nn.Module, given: object, out: Tensor) -> None:
        before.append(out)

    weighted.register_forward_hook(note)
    with torch.inference_mode():
        built(x)
    variance = float(before[0].square().mean())
    gain = 2 if layer.activation == "relu" else 1  # type: ignore[attr-defined]  # all of these have one
    assert variance == pytest.approx(gain, rel=0.2)


@pytest.mark.parametrize("kind", ["plain", "conv"])
def test_a_rectified_code_starts_with_every_unit_alive(kind: str) -> None:
    options = {"size": 12} if kind == "plain" else {"filters": 2}
    model = _model(BOTTLENECKS.make(kind, activation="relu", **options))
    with torch.inference_mode():
        z = model.encode(_digits(64)).z.flatten(1)
    # A map's corner may be black in every image; a unit of a plain code sees all of it.
    assert (z > 0).any(dim=0).float().mean() > (0.99 if kind == "plain" else 0.7)


@pytest.mark.parametrize(
    ("output", "pixels", "encoder"),
    [
        ("sigmoid", "0..1", ()),
        ("linear", "0..1", ()),
        ("tanh", "-1..1", (LAYERS.make("dense", units=20),)),
    ],
)
def test_training_starts_at_the_mean_image(output: str, pixels: str, encoder: tuple[Layer, ...]) -> None:
    data = small_mnist()
    model = _model(BOTTLENECKS.make("plain", size=5), *encoder, output=output, pixels=pixels)
    mean = data.pixels(data.train).mean(dim=0)
    with torch.inference_mode():
        before = float((model(_digits()).x_hat - mean).square().mean())
    start_at_mean(model, data)
    with torch.inference_mode():
        after = float((model(_digits()).x_hat - mean).square().mean())
    assert after < 0.1 * before
    assert after < 0.01


def test_a_convolutional_net_starts_dark_but_not_black() -> None:
    data = small_mnist()
    model = _model(BOTTLENECKS.make("conv", filters=2), LAYERS.make("conv", filters=8, stride=2))
    start_at_mean(model, data)
    with torch.inference_mode():
        brightness = float(model(_digits(64)).x_hat.mean())
    # Its last bias cannot tell pixels apart: one value for the whole image.
    assert 0.4 < brightness / float(data.pixels(data.train).mean()) < 1.2


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    layer, ones = SeededDropout(0.3), torch.ones(20_000)
    layer.generator = torch.Generator().manual_seed(0)
    y = layer.train()(ones)
    assert float((y == 0).float().mean()) == pytest.approx(0.3, abs=0.01)
    assert float(y.mean()) == pytest.approx(1, abs=0.02)
    assert torch.equal(layer.eval()(ones), ones)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (13,)])
def test_convolutional_weights_lie_channels_last(shape: Shape) -> None:
    encoder = () if len(shape) == 1 else (LAYERS.make("conv", filters=8),)
    model = build(ModelSpec(encoder=encoder, bottleneck=BOTTLENECKS.make("plain", size=4)), shape)
    for w in model.parameters():
        assert w.ndim != 4 or w.is_contiguous(memory_format=torch.channels_last)
    assert model(torch.rand(2, *shape)).x_hat.shape == (2, *shape)
    assert math.prod(model.code_shape) == 4
