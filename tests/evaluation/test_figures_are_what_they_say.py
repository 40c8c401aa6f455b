"""Each figure against a direct computation, and none where it does not apply."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.autograd.functional import jacobian

from aestudio.data.dataset import Dataset
from aestudio.evaluation.experiment import experiment
from aestudio.evaluation.floors import bce_floor, floors, noisy_test_mse
from aestudio.evaluation.metrics import mean_jacobian_norm, measure, psnr_db
from aestudio.models.autoencoder import Autoencoder, build
from aestudio.spec.parts import BOTTLENECKS, CORRUPTIONS, LOSSES, PENALTIES
from aestudio.spec.run import ModelSpec, RunSpec
from aestudio.training.events import EpochEnded, Finished, FloorsKnown, Measured, Snapshot, Started, Wanted
from tests.small import dataset, only, small_mnist, small_run, trained

CPU = torch.device("cpu")


def _test(data: Dataset) -> Tensor:
    return data.pixels(data.test)


@pytest.mark.parametrize(
    ("mse", "db"), [(1.0, 0.0), (0.1, 10.0), (0.01, 20.0), (0.0058, 22.3657), (0, 120.0)]
)
def test_psnr(mse: float, db: float) -> None:
    assert psnr_db(mse) == pytest.approx(db, abs=1e-3)


def test_the_floor_of_the_cross_entropy_is_the_greys_own() -> None:
    x = _test(small_mnist()).double().numpy()
    grey = x[(x > 0) & (x < 1)]
    direct = -(grey * np.log(grey) + (1 - grey) * np.log(1 - grey)).sum() / len(x)
    assert bce_floor(small_mnist()) == pytest.approx(direct, rel=1e-5)


def test_black_and_white_have_no_floor() -> None:
    images = torch.randint(0, 2, (20, 1, 4, 4), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    assert bce_floor(dataset(255 * images, test=5)) == 0


def test_floors_are_of_the_test_split() -> None:
    data = small_mnist()
    told = floors(data, small_run(corruptions=(CORRUPTIONS.make("masking", share=0.5),)), 8, "run")
    mean = data.pixels(data.train).mean(dim=0)
    assert told.mean_mse == pytest.approx(float((_test(data) - mean).square().mean()), rel=1e-4)
    # Half of every pixel's square goes.
    assert told.noisy_mse == pytest.approx(float(_test(data).square().mean()) / 2, rel=0.02)
    assert told.pca_mse < told.mean_mse
    assert floors(data, small_run(), 8, "run").noisy_mse is None


def test_the_noisy_figure_is_the_same_each_time() -> None:
    run = small_run(corruptions=(CORRUPTIONS.make("gaussian"),))
    assert noisy_test_mse(small_mnist(), run) == noisy_test_mse(small_mnist(), run)


def _measured(run: RunSpec) -> tuple[Autoencoder, dict[str, Any], dict[str, tuple[float, ...]]]:
    model, _ = trained(run)
    metrics, details = measure(model, small_mnist(), run)
    return model, dict(metrics), details


def test_errors_are_per_pixel_on_clean_images() -> None:
    model, figures, _ = _measured(small_run(corruptions=(CORRUPTIONS.make("masking"),)))
    data = small_mnist()
    for part in ("train", "validation", "test"):
        x = data.pixels(getattr(data, part))
        with torch.inference_mode():
            expected = float((model.eval()(x).x_hat - x).square().mean())
        assert figures[f"{part}_mse"] == pytest.approx(expected, rel=1e-5)
    assert figures["test_psnr_db"] == pytest.approx(-10 * math.log10(figures["test_mse"]))
    assert figures["denoised_psnr_db"] < figures["test_psnr_db"], "noise makes it no easier"


APPLIES = {
    "noisy_psnr_db": {"corruptions": (CORRUPTIONS.make("masking"),)},
    "denoised_psnr_db": {"corruptions": (CORRUPTIONS.make("masking"),)},
    "mean_activation": {"penalties": (PENALTIES.make("l1"),)},
    "active_fraction": {"penalties": (PENALTIES.make("l1"),)},
    "mean_jacobian_norm": {"penalties": (PENALTIES.make("contractive"),)},
    "largest_principal_angle_deg": {
        "model": ModelSpec(encoder=(), bottleneck=BOTTLENECKS.make("tied", size=4), output="linear"),
        "loss": LOSSES.make("mse"),
    },
    "kl_nats": {"model": ModelSpec(encoder=(), bottleneck=BOTTLENECKS.make("variational", size=4))},
    "elbo_nats": {"model": ModelSpec(encoder=(), bottleneck=BOTTLENECKS.make("variational", size=4))},
}


@pytest.mark.parametrize("name", APPLIES)
def test_a_figure_is_there_where_it_applies_and_null_elsewhere(name: str) -> None:
    for parts, applies in (({}, False), (APPLIES[name], True)):
        run = small_run(**parts)
        figures, _ = measure(build(run.model, (1, 28, 28)), small_mnist(), run)
        assert (figures[name] is not None) == applies


def test_the_jacobians_norm_is_autograds() -> None:
    data = small_mnist()
    model = build(small_run().model, data.shape, 2)
    norms = [
        jacobian(lambda one: model.encode(one[None]).mean, x).square().sum().sqrt()  # type: ignore[union-attr]
        for x in data.pixels(data.test[:256])
    ]
    assert mean_jacobian_norm(model, data) == pytest.approx(float(torch.stack(norms).mean()), rel=1e-4)


def test_the_bound_is_the_likelihood_less_the_divergence() -> None:
    run = small_run(
        model=ModelSpec(encoder=(), bottleneck=BOTTLENECKS.make("variational", size=4)),
        penalties=(PENALTIES.make("kl-prior", weight=0.1),),
    )
    model, figures, details = _measured(run)
    per_dimension = details["kl_nats_per_dimension"]
    assert len(per_dimension) == 4
    assert figures["kl_nats"] == pytest.approx(sum(per_dimension), rel=1e-5)
    x = _test(small_mnist())
    samples = []
    with torch.inference_mode():
        for seed in range(20):
            p = model(x, generator=torch.Generator().manual_seed(seed))
            samples.append(float(LOSSES.make("bce")(p)))
    # One sample an image, averaged over 300 images; the weight of the KL plays no part in the bound.
    assert figures["elbo_nats"] == pytest.approx(-np.mean(samples) - figures["kl_nats"], rel=0.01)


def test_a_silent_dimension_is_called_collapsed() -> None:
    run = small_run(model=ModelSpec(encoder=(), bottleneck=BOTTLENECKS.make("variational", size=3)))
    model = build(run.model, (1, 28, 28), 1)
    with torch.no_grad():
        for layer in (model.bottleneck.mu, model.bottleneck.log_var):  # type: ignore[union-attr]
            layer.weight[1] = 0  # type: ignore[index]
            layer.bias[1] = 0  # type: ignore[index]
    figures, details = measure(model, small_mnist(), run)
    assert figures["collapsed_dimensions"] == 1
    assert details["kl_nats_per_dimension"][1] == 0


def test_activity_is_counted_by_hand() -> None:
    run = small_run(("model.bottleneck.activation", "relu"), penalties=(PENALTIES.make("l1"),))
    model, figures, _ = _measured(run)
    with torch.inference_mode():
        z = model.encode(_test(small_mnist())).z.numpy()
    assert figures["mean_activation"] == pytest.approx(np.abs(z).mean(), rel=1e-5)
    assert figures["active_fraction"] == pytest.approx((np.abs(z) > 0.01 * np.abs(z).max()).mean(), rel=1e-5)


def test_identity_tells_a_copier_from_a_model_of_digits() -> None:
    """A code as large as the image, with W Wᵀ = 1, passes anything; a code of 8 numbers does not."""
    copier = small_run(
        model=ModelSpec(encoder=(), bottleneck=BOTTLENECKS.make("tied", size=784), output="linear")
    )
    model = build(copier.model, (1, 28, 28))
    with torch.no_grad():
        model.bottleneck.linear.weight.copy_(torch.eye(784))  # type: ignore[union-attr, operator]
    figures, _ = measure(model, small_mnist(), copier)
    assert figures["identity"] == pytest.approx(1, abs=1e-5)
    assert figures["test_mse"] == pytest.approx(0, abs=1e-10)
    _, figures, _ = _measured(small_run())
    assert figures["identity"] < 0.2


def test_a_linear_autoencoder_finds_pcas_subspace() -> None:
    """On vectors whose variances differ enough for the subspace to be well defined."""
    spread = 0.6 ** torch.arange(20)
    vectors = spread * torch.randn(700, 20, generator=torch.Generator().manual_seed(0))
    run = small_run(
        ("training.epochs", 40),
        ("training.lr", 0.01),
        ("training.schedule", "cosine"),
        model=ModelSpec(encoder=(), bottleneck=BOTTLENECKS.make("tied", size=3), output="linear"),
        loss=LOSSES.make("mse"),
    )
    data = dataset(vectors, validation=100, test=100)
    figures, _ = measure(trained(run, data)[0], data, run)
    assert 0 <= _number(figures["largest_principal_angle_deg"]) < 5
    assert figures["train_mse"] == pytest.approx(_number(figures["pca_train_mse"]), rel=0.01)


def _number(figure: object) -> float:
    assert isinstance(figure, float)
    return figure


def test_an_experiment_tells_floors_after_the_first_look_and_figures_last() -> None:
    told = list(experiment(small_run(), small_mnist(), device=CPU, run_id="seven"))
    kinds = [type(event) for event in told]
    assert kinds[0] is Started
    assert kinds.count(FloorsKnown) == kinds.count(Measured) == 1
    assert kinds.index(FloorsKnown) == kinds.index(Snapshot) + 1
    assert kinds[-2:] == [Finished, Measured]
    assert {event.run_id for event in told} == {"seven"}


def test_the_head_of_the_figures_describes_the_run() -> None:
    told = list(experiment(small_run(("name", "mine")), small_mnist(), device=CPU))
    (figures,) = (event.metrics for event in only(told, Measured))
    assert figures["preset"] == "mine"
    assert figures["epochs"] == 2
    assert (figures["code_size"], figures["bytes_per_code"]) == (8, 32)
    assert figures["parameters"] == 785 * 32 + 33 * 8 + 9 * 32 + 33 * 784


def test_figures_are_of_the_chosen_weights() -> None:
    """The last epoch is spoilt by a huge rate; the figures must be of the better one before it."""
    epoch = 0

    def ask() -> Wanted:
        return Wanted(lr=10.0 if epoch else None)

    told = []
    for event in experiment(small_run(), small_mnist(), device=CPU, ask=ask):
        epoch += isinstance(event, EpochEnded)
        told.append(event)
    first, second = only(told, EpochEnded)
    (figures,) = (event.metrics for event in only(told, Measured))
    assert second.validation_mse > first.validation_mse
    assert figures["validation_mse"] == pytest.approx(first.validation_mse, rel=1e-4)
