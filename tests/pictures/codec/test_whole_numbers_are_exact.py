"""The prior in whole numbers is near the trained one, and the same in whatever order a machine adds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from aestudio.pictures.codec import fixed
from aestudio.pictures.codec.exact import FINE, SCALES
from aestudio.pictures.codec.model import CodecModel, position
from aestudio.pictures.codec.prior import LEAST_LOG_STD
from tests.pictures.codec.conftest import TINY, untrained


def test_powers_are_those_of_two() -> None:
    steps = torch.arange(-20_000, 20_000, 37).double()
    exact = np.exp2(steps.numpy() / fixed.OCTAVE) * 2.0**30
    assert np.abs(fixed.power(steps, 30).numpy() - exact).max() <= 1e-9 * exact.max() + 1


def test_sums_of_products_are_whole_and_exact() -> None:
    """Against Python's own whole numbers, with the largest weights and activations there can be."""
    generator = np.random.default_rng(0)
    x = generator.integers(0, 2**24, (1, 40, 3, 3))
    weight = generator.integers(-(2**15), 2**15, (2, 40, 3, 3))
    got = fixed.convolved(torch.from_numpy(x).double(), torch.from_numpy(weight).double())
    middle = [int((x[0].astype(object) * weight[o].astype(object)).sum()) for o in range(2)]
    assert got[0, :, 1, 1].tolist() == middle


def test_the_order_of_sums_does_not_matter(model: CodecModel) -> None:
    """Another number of threads, channels in another order, one field at a time: the same to the last bit."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randint(-(2**20), 2**20, (1, 64, 6, 6), generator=generator).double()
    weight = torch.randint(-(2**15), 2**15, (5, 64, 3, 3), generator=generator).double()
    whole = fixed.convolved(x, weight)
    order = torch.randperm(64, generator=generator)
    assert torch.equal(whole, fixed.convolved(x[:, order], weight[:, order]))
    torch.set_num_threads(2)
    assert torch.equal(whole, fixed.convolved(x, weight))
    patch = torch.einsum("chw,ochw->o", x[0, :, 1:4, 1:4].flip(0), weight.flip(1))
    assert torch.equal(whole[0, :, 2, 2], patch)


@pytest.mark.parametrize("level", [0, 200, 3 * FINE])
def test_whole_numbers_expect_what_the_net_expects(model: CodecModel, level: int) -> None:
    net = untrained()
    generator = torch.Generator().manual_seed(level)
    at, exact = position(level), model.exact.at(level)
    gain = net.gain.at(at).exp()
    norm = gain * net.log_unit.exp()
    y = torch.randn(1, TINY.latents, 8, 8, generator=generator) * norm
    z = torch.randint(-3, 4, (1, TINY.hyper, 2, 2), generator=generator)
    with torch.no_grad():
        _, mu, log_std = net.prior.expect(y, norm, z.float(), at)
    found: dict[str, list[torch.Tensor]] = {"mu": [], "scale": [], "mu_near": [], "scale_near": []}

    def read(mu_int: torch.Tensor, scales: torch.Tensor, own: slice, fields: torch.Tensor) -> torch.Tensor:
        found["mu"].append(mu_int.flatten() / 2**fixed.LATENT)
        found["mu_near"].append(mu[0, own][:, fields].flatten())
        found["scale"].append(scales.flatten())
        found["scale_near"].append(((log_std[0, own][:, fields] - LEAST_LOG_STD) * 8).round().flatten())
        return (y[0, own][:, fields] - mu[0, own][:, fields]).round().double()

    model.exact.walk(model.exact.features(z[0], exact), exact, read)
    mus, near = torch.cat(found["mu"]), torch.cat(found["mu_near"])
    assert (mus - near).abs().quantile(0.99) < 0.002 * near.abs().max()
    scales = torch.cat(found["scale"]), torch.cat(found["scale_near"]).clamp(0, SCALES - 1)
    assert (scales[0] - scales[1]).abs().max() <= 1
    assert (scales[0] != scales[1]).float().mean() < 0.1


def test_interpolated_rows_meet_the_anchors() -> None:
    table = torch.tensor([[0.0, 10.0], [128.0, -10.0], [0.0, 0.0]]).double()
    assert fixed.between(table, 0, FINE).tolist() == [0, 10]
    assert fixed.between(table, 64, FINE).tolist() == [64, 0]
    assert fixed.between(table, 2 * FINE, FINE).tolist() == [0, 0]
