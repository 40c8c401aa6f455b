"""A run trained on digits knows digits, says that a photograph is none, and says why where it cannot tell."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from aestudio.data.door import open_data
from aestudio.models.autoencoder import build
from aestudio.pictures import familiar as module
from aestudio.pictures.familiar import Familiarity, familiarity, patches, usual_errors, why_unknown
from aestudio.pictures.own_runs import OwnRun, open_own_run
from aestudio.pictures.picture import Picture
from aestudio.spec.faults import UserError
from aestudio.spec.parts import CORRUPTIONS, LOSSES
from aestudio.spec.run import RunSpec
from aestudio.spec.toml import dump_spec, load_spec
from tests.library.kept_runs import kept
from tests.small import small_mnist, small_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has learnt 512 digits in a second."""
    spec = small_run(("training.epochs", 30), ("model.bottleneck.size", 16))
    return kept(tmp_path_factory.mktemp("runs") / "digits", spec).folder


@pytest.fixture(scope="module")
def run(folder: Path) -> OwnRun:
    """The same, opened."""
    return open_own_run(folder)


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """A hundred test digits side by side, uint8 (280, 280, 1)."""
    rows = small_mnist().images[small_mnist().test[:100]].reshape(10, 10, 28, 28)
    return np.ascontiguousarray(rows.permute(0, 2, 1, 3).reshape(280, 280, 1).numpy())


def _told(run: OwnRun, pixels: np.ndarray) -> Familiarity:
    found = familiarity(run, Picture(pixels))
    assert found, why_unknown(run)
    return found


def test_digits_pasted_into_a_picture_are_familiar(run: OwnRun, digits: np.ndarray) -> None:
    found = _told(run, digits)
    assert not found.is_unlike
    assert 25 < found.percentile < 75
    assert found.error == pytest.approx(found.usual, rel=0.25)
    assert found.sentence.startswith("like my training data: reconstruction error 0.0")


def test_a_photograph_is_not(run: OwnRun, photograph: np.ndarray) -> None:
    found = _told(run, photograph)
    assert found.is_unlike
    assert found.percentile == 100
    assert found.error > 3 * found.usual
    assert found.sentence == (
        f"unlike my training data: reconstruction error {found.error:.2g}, "
        f"above 100 % of validation images (median {found.usual:.2g})"
    )


def test_a_few_digits_do_not_make_a_photograph_familiar(
    run: OwnRun, digits: np.ndarray, photograph: np.ndarray
) -> None:
    """Nor does a stain make digits strange: the median decides."""
    stained = digits.copy()
    stained[:112, :112] = photograph[:112, :112, :1]
    assert not _told(run, stained).is_unlike
    mixed = photograph[:196, :280, :1].copy()
    mixed[:84, :84] = digits[:84, :84]
    assert _told(run, mixed).is_unlike


def test_depth_and_colour_make_no_difference(run: OwnRun, digits: np.ndarray) -> None:
    found = _told(run, digits)
    assert _told(run, digits.astype(np.uint16) * 257).error == pytest.approx(found.error, rel=1e-4)
    assert _told(run, np.repeat(digits, 3, axis=2)).error == pytest.approx(found.error, rel=1e-4)


def test_usual_errors_are_those_of_the_validation_images(run: OwnRun, folder: Path) -> None:
    errors = usual_errors(run)
    data = open_data(load_spec(folder / "spec.toml").data)
    assert len(data.validation) == 5000
    x = data.pixels(data.validation[torch.from_numpy(np.linspace(0, 4999, 2000).round().astype(np.int64))])
    x_hat = run.model(x).x_hat  # already within [0, 1]: the net ends in a sigmoid
    expected = np.sort(((x_hat - x) ** 2).mean(dim=(1, 2, 3)).numpy())
    assert errors.shape == (2000,)
    assert np.allclose(errors, expected, atol=1e-6)
    assert not errors.flags.writeable


def test_reconstructions_are_clipped_as_when_the_run_cleans(tmp_path: Path) -> None:
    spec = small_run(("model.output", "linear"), ("training.epochs", 20), loss=LOSSES.make("mse"))
    own = open_own_run(kept(tmp_path / "linear", _with_data(spec, validation=0.01)).folder)
    data = open_data(_with_data(spec, validation=0.01).data)
    x = data.pixels(data.validation)
    x_hat = own.model(x).x_hat
    clipped = float((x_hat.clamp(0, 1) - x).square().mean())
    assert clipped < 0.99 * float((x_hat - x).square().mean()), "there is nothing to clip"
    assert float(usual_errors(own).mean()) == pytest.approx(clipped, rel=1e-3)


def test_all_images_are_taken_where_there_are_few(folder: Path, tmp_path: Path) -> None:
    spec = load_spec(folder / "spec.toml")
    copy = _altered(folder, tmp_path / "few", dump_spec(_with_data(spec, validation=0.01)))
    assert len(usual_errors(open_own_run(copy))) == 600


def test_the_usual_errors_are_remembered_until_the_run_changes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    before = usual_errors(open_own_run(copy))

    def refuse(*_: object, **__: object) -> None:
        raise UserError("asked again")

    monkeypatch.setattr(module, "open_data", refuse)
    assert usual_errors(open_own_run(copy)) is before
    os.utime(copy / "best.safetensors", ns=(1, 1))
    with pytest.raises(UserError, match="asked again"):
        usual_errors(open_own_run(copy))


# --------------------------------------------------------------------------------------------- patches


@pytest.mark.parametrize("shape", [(20, 20), (28, 28), (29, 500), (2000, 60), (1500, 2100), (27, 40)])
def test_patches_are_few_and_spread_evenly(run: OwnRun, shape: tuple[int, int]) -> None:
    """Each pixel tells where it lies, in 16 bits."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    for plane, length in ((y, shape[0]), (x, shape[1])):
        seen = patches(run, Picture(plane.astype(np.uint16)[..., None])) * 65535
        assert seen.shape[1:] == (1, 28, 28)
        assert 1 <= len(seen) <= 256
        assert len(seen) >= min(140, (max(shape[0] // 28, 1)) * max(shape[1] // 28, 1))
        corners = seen[:, 0, 0, 0].round()
        assert (corners % 28 == 0).all(), "they are off the grid"
        if length > 300:
            assert float(corners.mean()) == pytest.approx(length / 2 - 14, abs=28)
            assert corners.unique().diff().max() <= max(length / 8, 28)


def test_what_is_missing_of_a_patch_repeats_the_rim(run: OwnRun) -> None:
    assert (patches(run, Picture(np.full((20, 9, 1), 51, np.uint8))) - 0.2).abs().max() < 1e-6


def test_a_run_of_colours_sees_grey_in_three_channels(photograph: np.ndarray) -> None:
    own = OwnRun(build(small_run().model, (3, 8, 8)), False, Path())
    grey = patches(own, Picture(photograph[..., :1]))
    assert grey.shape == (247, 3, 8, 8)
    assert torch.equal(grey[:, 0], grey[:, 2])
    first = torch.from_numpy(photograph[:8, :8].astype(np.float32) / 255).permute(2, 0, 1)
    assert torch.allclose(patches(own, Picture(photograph[:8, :8])), first[None])


def test_a_run_of_grey_sees_colours_one_by_one(run: OwnRun, photograph: np.ndarray) -> None:
    planes = torch.from_numpy(photograph[:28, :28].astype(np.float32) / 255).permute(2, 0, 1)[:, None]
    assert torch.allclose(patches(run, Picture(photograph[:28, :28])), planes)


# ----------------------------------------------------------------------------------- what is not known


def _with_data(spec: RunSpec, **changes: Any) -> RunSpec:
    return dataclasses.replace(spec, data=dataclasses.replace(spec.data, **changes))


def _altered(folder: Path, copy: Path, spec: str) -> Path:
    shutil.copytree(folder, copy)
    (copy / "spec.toml").write_text(spec, encoding="utf-8")
    return copy


@pytest.mark.parametrize("missing", ["data", "same data", "validation"])
def test_where_it_cannot_be_known_the_reason_is_told(
    missing: str, folder: Path, tmp_path: Path, photograph: np.ndarray
) -> None:
    other = tmp_path / "other.npy"
    np.save(other, small_mnist().images[:60].numpy())
    changes, told = {
        "data": ({"source": "/absent/digits"}, "there is no data set, file or folder '/absent/digits'"),
        "same data": ({"source": str(other)}, "is not what copy was trained on; bring the old data back"),
        "validation": ({"validation": 0.0}, "copy was trained without validation images"),
    }[missing]
    spec = dump_spec(_with_data(load_spec(folder / "spec.toml"), **changes))
    run = open_own_run(_altered(folder, tmp_path / "copy", spec))
    assert why_unknown(run) == ""
    assert familiarity(run, Picture(photograph)) is None
    assert told in why_unknown(run)
    with pytest.raises(UserError):
        usual_errors(run)


def test_what_is_known_has_no_reason(run: OwnRun, digits: np.ndarray) -> None:
    _told(run, digits)
    assert why_unknown(run) == ""


class _Enough(Exception):
    pass


def test_progress_may_end_it(folder: Path, tmp_path: Path, digits: np.ndarray) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    run = open_own_run(tmp_path / "copy")
    told: list[tuple[float, str]] = []

    def tell(share: float, doing: str) -> None:
        told.append((share, doing))
        if doing == "comparing with the training data" and 0.3 < share < 0.9:
            raise _Enough

    with pytest.raises(_Enough):
        familiarity(run, Picture(digits), tell)
    assert all(0 <= share <= 1 for share, _ in told)
    assert why_unknown(run) == ""


def test_a_denoiser_says_that_noise_counts(folder: Path, tmp_path: Path, photograph: np.ndarray) -> None:
    noise = CORRUPTIONS.make("gaussian", sigma=0.3)
    spec = dataclasses.replace(load_spec(folder / "spec.toml"), corruptions=(noise,))
    run = open_own_run(_altered(folder, tmp_path / "copy", dump_spec(spec)))
    assert _told(run, photograph).sentence.endswith("; noise that it takes off counts, too")
