"""Each planted disease is found, with figures and a mend that helps; what is healthy is left alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from aestudio.evaluation.doctor.diagnose import diagnose
from aestudio.evaluation.doctor.evidence import Evidence, Finding
from aestudio.evaluation.doctor.registry import complaint, complaints
from aestudio.evaluation.health import health
from aestudio.library.presets import load_preset, preset_names
from aestudio.models.autoencoder import build
from aestudio.spec.parts import LAYERS
from aestudio.spec.run import ModelSpec
from aestudio.spec.toml import dump_spec, parse_spec
from aestudio.training.events import Curves, EpochEnded, FloorsKnown
from tests.evaluation.planted import HEALTHY, PLANTED, evidence, net
from tests.small import small_mnist, small_run


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Evidence]:
    """The evidence of every planted and every healthy run."""
    home = tmp_path_factory.mktemp("runs")
    runs = {**PLANTED, **HEALTHY}
    return {name: evidence(run, data(), home / name) for name, (run, data) in runs.items()}


def _found(e: Evidence) -> dict[str, Finding]:
    return {finding.kind: finding for finding in diagnose(e)}


def test_a_disease_is_planted_for_each_complaint() -> None:
    assert {one.kind for one in complaints()} == set(PLANTED)


@pytest.mark.parametrize("kind", PLANTED)
def test_the_disease_is_found(kind: str, tried: dict[str, Evidence]) -> None:
    finding = _found(tried[kind]).get(kind)
    assert finding, f"only {list(_found(tried[kind]))}"
    assert any(character.isdigit() for line in finding.evidence for character in line), "evidence has figures"
    assert finding.what.endswith(".")


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_run_is_left_alone(name: str, tried: dict[str, Evidence]) -> None:
    assert not _found(tried[name])


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_run_is_left_alone_while_it_trains(name: str, tried: dict[str, Evidence]) -> None:
    whole = tried[name]
    for count in range(1, len(whole.epochs) + 1):
        assert not _found(_so_far(whole, count)), f"after epoch {count}"


@pytest.mark.parametrize("kind", ["copying", "rate-too-high", "rate-too-low", "collapsed"])
def test_some_are_found_while_it_trains(kind: str, tried: dict[str, Evidence]) -> None:
    whole = tried[kind]
    assert kind in _found(_so_far(whole, len(whole.epochs)))


def _so_far(e: Evidence, count: int) -> Evidence:
    """What was known after so many epochs."""
    shown = e.curves.steps <= e.epochs[count - 1].step
    curves = Curves(e.curves.steps[shown], e.curves.mse[shown], {})
    return replace(e, epochs=e.epochs[:count], curves=curves, measured=None, stage="running")


@pytest.mark.parametrize("kind", PLANTED)
def test_a_mend_is_a_spec_that_can_be_kept_and_doing_it_twice_is_once(
    kind: str, tried: dict[str, Evidence]
) -> None:
    run = tried[kind].run
    mended = _found(tried[kind])[kind].mend(run)
    assert mended != run
    assert _found(tried[kind])[kind].mend(mended) == mended
    assert parse_spec(dump_spec(mended)) == mended


@pytest.mark.parametrize("kind", ["copying", "rate-too-high", "rate-too-low", "collapsed", "saturating"])
def test_the_mend_helps(kind: str, tried: dict[str, Evidence], tmp_path: Path) -> None:
    data = PLANTED[kind][1]()
    run = tried[kind].run
    for _ in range(2):  # a first mend may leave the next size of step
        found = _found(evidence(run, data, tmp_path / str(len(list(tmp_path.iterdir())))))
        if kind not in found:
            break
        run = found[kind].mend(run)
    assert kind not in _found(evidence(run, data, tmp_path / "last"))


def test_a_run_that_broke_off_went_too_fast(tmp_path: Path) -> None:
    wild = small_run(("training.lr", 10.0), ("training.optimiser", "sgd"), model=net(32, output="linear"))
    wild = replace(wild, loss=PLANTED["saturating"][0].loss)
    found = _found(evidence(wild, small_mnist(), tmp_path / "wild"))
    assert next(iter(found)) == "rate-too-high"
    assert "broke off" in found["rate-too-high"].evidence[0]


def test_an_output_that_cannot_reach_the_pixels_is_told_before_anything_is_trained() -> None:
    run = small_run(model=net(8, output="tanh"), loss=PLANTED["saturating"][0].loss)
    finding = _found(Evidence(run, (1, 28, 28)))["wrong-range"]
    assert not _found(Evidence(finding.mend(run), (1, 28, 28)))


def test_a_validation_loss_that_climbs_while_training_goes_on_falling_is_over_fitting() -> None:
    losses = (60.0, 50.0, 54.0, 58.0)
    epochs = [
        EpochEnded("run", i, i, 0.05 / i, loss / 1000, {"bce": loss}, best=i == 2, seconds=1.0)
        for i, loss in enumerate(losses, start=1)
    ]
    e = Evidence(small_run(), (1, 28, 28), epochs=epochs)
    assert "overfitting" in _found(e)
    assert "overfitting" not in _found(replace(e, epochs=epochs[:3])), "one bad epoch is no trend"


def test_what_was_stopped_by_hand_is_not_told_to_go_on(tried: dict[str, Evidence]) -> None:
    assert "still-falling" not in _found(replace(tried["still-falling"], stage="stopped"))


def test_without_floors_nothing_is_guessed(tried: dict[str, Evidence]) -> None:
    assert "rate-too-low" not in _found(replace(tried["rate-too-low"], floors=None))


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_that_has_not_begun_is_left_alone(name: str) -> None:
    floors = FloorsKnown("run", pca_mse=0.02, mean_mse=0.067, noisy_mse=None, bce_nats=50.0)
    assert not _found(Evidence(load_preset(name), (1, 28, 28), floors=floors))


def test_two_complaints_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError, match="copying"):
        complaint("copying", 1)(lambda _: None)


def test_the_doctor_needs_no_torch() -> None:
    code = (
        "import sys\n"
        "from aestudio.evaluation.doctor.diagnose import diagnose\n"
        "from aestudio.evaluation.doctor.evidence import Evidence\n"
        "from aestudio.library.presets import load_preset\n"
        "diagnose(Evidence(load_preset('deep'), (1, 28, 28)))\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_dead_units_are_counted_where_they_are() -> None:
    model = build(small_run(model=net(32, 16)).model, (1, 28, 28))
    first = next(module for module in model.encoder.modules() if isinstance(module, torch.nn.Linear))
    with torch.no_grad():
        first.weight.abs_()  # images are nowhere below 0, so these are alive
        first.weight[:8] *= -1.0
        first.bias[:8] = -1.0
    assert health(model, small_mnist())["dead_share_per_layer"][0] == 8 / 32


def test_a_map_is_counted_by_channels() -> None:
    spec = ModelSpec(
        encoder=(LAYERS.make("conv", filters=4, stride=2, activation="relu"),), bottleneck=net().bottleneck
    )
    model = build(small_run(model=spec).model, (1, 28, 28))
    conv = next(module for module in model.encoder.modules() if isinstance(module, torch.nn.Conv2d))
    with torch.no_grad():
        conv.weight.abs_()
        conv.weight[0] *= -1.0
        conv.bias[0] = -1.0  # type: ignore[index]  # it has one
    assert health(model, small_mnist())["dead_share_per_layer"][0] == 0.25


def test_stuck_outputs_hold_the_error_that_they_make() -> None:
    model = build(small_run(model=net(8)).model, (1, 28, 28))
    assert health(model, small_mnist())["stuck_error_share"] == (0.0,)
    last = [module for module in model.decoder.modules() if isinstance(module, torch.nn.Linear)][-1]
    with torch.no_grad():
        last.bias.fill_(20.0)  # white everywhere
    assert health(model, small_mnist())["stuck_error_share"][0] == pytest.approx(1.0, abs=1e-3)


def test_clipping_takes_away_what_lies_outside() -> None:
    model = build(small_run(model=net(8, output="linear")).model, (1, 28, 28))
    last = [module for module in model.decoder.modules() if isinstance(module, torch.nn.Linear)][-1]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.fill_(-1.0)  # clipped, it is black
    x = small_mnist().pixels(small_mnist().test)
    expected = 1 - float(x.square().mean() / (x + 1).square().mean())
    assert health(model, small_mnist())["clipped_error_share"][0] == pytest.approx(expected, rel=1e-4)
