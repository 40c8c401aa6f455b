"""The net starts as a transform that codes, every weight is trained, and bits are what they say."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import torch

from aestudio.pictures.codec.basis import UNIT, cosines
from aestudio.pictures.codec.net import PhotoCodec as Net
from aestudio.pictures.codec.prior import bits, trained_bits
from tests.pictures.codec.conftest import TINY, flower, untrained


def _crops(count: int = 2) -> torch.Tensor:
    pixels = np.stack([flower()[64 * i : 64 * i + 128, 200:328] for i in range(count)])
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255


def _seed() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_the_basis_is_orthonormal() -> None:
    vectors = cosines(768).vectors.reshape(768, -1)
    assert np.abs(vectors @ vectors.T - np.eye(768)).max() < 1e-5


def test_a_fresh_net_gives_the_cosines_back() -> None:
    """All 768 of them, at the finest level: at most 1/12 of a squared step each is lost by rounding."""
    net = cast("Net", type(TINY)(latents=768, fine=8, middle=8, coarse=8, hidden=8, hyper=4).build())
    x = _crops()
    coded = net(x, torch.tensor([7.0, 7.0]), _seed())
    step = 255 / UNIT / float(net.gain.table.detach()[-1, 0].exp())
    error = 255**2 * float((coded.x_hat.detach() - x).square().mean())
    assert 0.3 < error / (step**2 / 12) < 1.05


def test_the_loss_reaches_every_weight() -> None:
    net = untrained()
    sum(TINY.loss(net, _crops(), _seed()).values(), torch.zeros(())).backward()
    idle = [name for name, w in net.named_parameters() if w.grad is None or not w.grad.any()]
    assert idle == []


def test_every_weight_has_one_rate() -> None:
    net = untrained()
    rated = [id(weight) for weights, _ in TINY.rates(net) for weight in weights]
    assert sorted(rated) == sorted(id(weight) for weight in net.parameters())


def test_the_loss_falls() -> None:
    net = untrained()
    optimiser = TINY.optimiser(net)
    losses = []
    for _ in range(12):
        loss = sum(TINY.loss(net, _crops(), _seed()).values(), torch.zeros(()))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]


def test_bits_of_all_whole_numbers_sum_to_a_probability_of_one() -> None:
    y = torch.arange(-200.0, 201.0)
    for mean, std in ((0.0, 0.3), (0.4, 2.0), (-7.3, 20.0)):
        shares = torch.exp2(-bits(y, torch.full_like(y, mean), torch.full_like(y, math.log(std))))
        assert abs(float(shares.sum()) - 1) < 1e-4


def test_trained_bits_are_those_of_rounded_latents() -> None:
    y = torch.linspace(-3, 3, 50)
    mu, log_std = torch.full_like(y, 0.2), torch.zeros_like(y)
    noise = torch.rand(50, generator=_seed()) - 0.5
    sent = bits((y - mu).round(), torch.zeros_like(mu), log_std)
    assert torch.allclose(trained_bits(y, noise, mu, log_std), sent, atol=1e-5)


def test_first_fields_do_not_see_the_others() -> None:
    """A latent of the second fields must not move what is expected of the first ones of its slice."""
    net = untrained()
    y = torch.randn(1, TINY.latents, 8, 8, generator=_seed())
    at, ones = torch.zeros(1), torch.ones(1, TINY.latents, 1, 1)
    z = torch.zeros(1, TINY.hyper, 2, 2)
    moved = y.clone()
    moved[0, 0, 3, 4] += 5  # 3 + 4 is odd: of the second fields
    before, after = (net.prior.expect(each, ones, z, at)[1] for each in (y, moved))
    board = (torch.arange(8)[:, None] + torch.arange(8)) % 2 == 0
    first = net.prior.sizes[0]
    assert torch.equal(before[0, :first][:, board], after[0, :first][:, board])
    assert not torch.equal(before[0, first:], after[0, first:])
