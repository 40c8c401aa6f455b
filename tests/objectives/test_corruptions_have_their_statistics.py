"""What each corruption does, counted over enough pixels to tell."""

from __future__ import annotations

import math

import pytest
import torch
from scipy.ndimage import gaussian_filter
from scipy.stats import kstest, norm
from torch import Tensor

from aestudio.spec.parts import CORRUPTIONS
from aestudio.training.objective import corrupt
from tests.small import small_mnist, small_run

COUNT = 400  # images of 784 pixels: a share is then known to 0.001


def _seed(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _grey(value: float) -> Tensor:
    return torch.full((COUNT, 1, 28, 28), value)


def _mnist() -> Tensor:
    return small_mnist().pixels(small_mnist().train[:COUNT])


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.95])
def test_masking_blackens_its_share_and_leaves_the_rest(share: float) -> None:
    y = CORRUPTIONS.make("masking", share=share)(_grey(0.4), _seed())
    assert float((y == 0).float().mean()) == pytest.approx(share, abs=0.004)
    assert set(y.unique().tolist()) <= {0.0, torch.tensor(0.4).item()}


@pytest.mark.parametrize("sigma", [0.05, 0.1])
def test_gaussian_noise_is_gaussian(sigma: float) -> None:
    noise = (CORRUPTIONS.make("gaussian", sigma=sigma)(_grey(0.5), _seed()) - 0.5).flatten()
    # At 5 σ from either end next to nothing is clipped.
    assert kstest(noise[:20_000].numpy() / sigma, norm.cdf).pvalue > 0.001
    assert float(noise.std()) == pytest.approx(sigma, rel=0.01)


def test_gaussian_noise_is_clipped_to_the_pixel_range() -> None:
    y = CORRUPTIONS.make("gaussian", sigma=0.5)(_grey(0.0), _seed())
    assert float((y == 0).float().mean()) == pytest.approx(0.5, abs=0.004)
    assert float((y == 1).float().mean()) == pytest.approx(norm.sf(2), abs=0.002)


def test_gaussian_noise_on_mnist_has_the_published_level() -> None:
    """σ = 0.5, clipped, leaves 9.37 dB on the whole test set."""
    x = _mnist()
    mse = float((CORRUPTIONS.make("gaussian", sigma=0.5)(x, _seed()) - x).square().mean())
    assert -10 * math.log10(mse) == pytest.approx(9.37, abs=0.05)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_salt_and_pepper_are_equally_many(share: float) -> None:
    y = CORRUPTIONS.make("salt-pepper", share=share)(_grey(0.4), _seed())
    for value in (0.0, 1.0):
        assert float((y == value).float().mean()) == pytest.approx(share / 2, abs=0.004)
    assert float((y == torch.tensor(0.4)).float().mean()) == pytest.approx(1 - share, abs=0.004)


@pytest.mark.parametrize("brightness", [0.0, 0.2, 0.5])
def test_speckle_grows_with_the_brightness(brightness: float) -> None:
    y = CORRUPTIONS.make("speckle", sigma=0.2)(_grey(brightness), _seed())
    assert float(y.std()) == pytest.approx(0.2 * brightness, rel=0.02)
    assert float(y.mean()) == pytest.approx(brightness, rel=0.01)


@pytest.mark.parametrize("sigma", [0.5, 1.5, 3.0])
def test_blur_is_scipys(sigma: float) -> None:
    x = small_mnist().pixels(small_mnist().train[:4])
    blurred = CORRUPTIONS.make("blur", sigma=sigma)(x, _seed())
    reach = math.ceil(3 * sigma)
    expected = gaussian_filter(x.double().numpy(), sigma, mode="mirror", radius=reach, axes=(2, 3))
    torch.testing.assert_close(blurred.double(), torch.from_numpy(expected), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(3, 9, 12), (1, 2, 5), (1, 1, 1)])
def test_blur_works_on_images_smaller_than_itself(shape: tuple[int, ...]) -> None:
    x = torch.rand(2, *shape, generator=_seed())
    y = CORRUPTIONS.make("blur", sigma=10.0)(x, _seed())
    assert y.shape == x.shape
    assert y.isfinite().all()


def test_occlusion_covers_one_whole_square_anywhere() -> None:
    y = CORRUPTIONS.make("occlusion", size=10)(_grey(1.0), _seed())[:, 0]
    covered = y == 0
    assert set(covered.sum(dim=(1, 2)).tolist()) == {100}
    assert set(covered.any(dim=1).sum(dim=1).tolist()) == {10}
    rows, columns = covered.any(dim=2).float().argmax(dim=1), covered.any(dim=1).float().argmax(dim=1)
    for starts in (rows, columns):
        assert (int(starts.min()), int(starts.max())) == (0, 18), "every place, up to both edges"


def test_more_squares_cover_more() -> None:
    shares = [
        float((CORRUPTIONS.make("occlusion", count=n)(_grey(1.0), _seed()) == 0).float().mean())
        for n in (1, 4)
    ]
    assert 2 < shares[1] / shares[0] < 4


def test_corruptions_follow_each_other() -> None:
    black = CORRUPTIONS.make("masking", share=0.95)
    white = CORRUPTIONS.make("salt-pepper", share=1.0)
    x = _grey(0.5)
    one, other = (
        corrupt(x, small_run(corruptions=parts), _seed()) for parts in ((black, white), (white, black))
    )
    assert float(one.mean()) == pytest.approx(0.5, abs=0.01)
    assert float(other.mean()) == pytest.approx(0.025, abs=0.01)
