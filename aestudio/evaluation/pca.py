"""Principal component analysis: the floor that every autoencoder is held against."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from aestudio.data.dataset import Dataset
from aestudio.data.remembered import remembered
from aestudio.models.linear import linear

_ONE_AT_A_TIME = threading.Lock()  # the window fits it while the data are looked at, a run may ask meanwhile
_CHUNK = 1_000
_EXACT = 4_096  # numbers an image has at the most for an exact covariance: 4,096² doubles are 134 MB
_SKETCHED = 512  # components found beyond that, from four times as many images


@dataclass(frozen=True, eq=False)
class PCA:
    """The principal components of the training images.

    Parameters
    ----------
    mean
        the mean training image, flattened, ``(D,)``.
    components
        unit vectors by falling variance, ``(D, K)``.
    """

    mean: Tensor
    components: Tensor

    def reconstruct(self, x: Tensor, count: int) -> Tensor:
        """Images ``(N, *shape)`` after a code of ``count`` numbers, in the same shape."""
        basis = self.components[:, :count]
        centred = x.flatten(1) - self.mean
        return (centred @ basis @ basis.T + self.mean).view_as(x)

    def subspace(self, count: int) -> Tensor:
        """The first ``count`` components, ``(D, count)``."""
        return self.components[:, :count]


def pca_of(data: Dataset) -> PCA:
    """PCA of the training split, remembered; a thread that asks while another fits it waits for that."""
    with _ONE_AT_A_TIME:
        return _fit(data)


@remembered
def _fit(data: Dataset) -> PCA:
    """PCA of the training split: exact up to 4,096 numbers an image, else a sketch (Halko et al. 2011)."""
    mean = sum_over(data, data.train, lambda x: x.sum(dim=0)) / len(data.train)
    if len(mean) > _EXACT:
        some = data.train[:: max(1, len(data.train) // (4 * _SKETCHED))]
        centred = data.pixels(some).flatten(1) - mean
        return PCA(mean, torch.svd_lowrank(centred, q=min(_SKETCHED, *centred.shape), niter=4)[2])
    covariance = sum_over(data, data.train, lambda x: _gram(x - mean))
    vectors = torch.linalg.eigh(covariance.cpu().double()).eigenvectors
    return PCA(mean, vectors.flip(1).float().to(mean.device))


def _gram(x: Tensor) -> Tensor:
    """``xᵀ x``."""
    return linear(x.T, x.T)


def pca_test_mse(data: Dataset, count: int) -> float:
    """Squared error per pixel of PCA on the test split with ``count`` components, or all there are."""
    return _at(pca_test_curve(data), count)


def pca_train_mse(data: Dataset, count: int) -> float:
    """The same on the training split: the least that any linear code of that size can reach."""
    return _at(_curve(data, data.train), count)


@remembered
def pca_test_curve(data: Dataset) -> Tensor:
    """Test error of PCA by code size: entry ``k`` is the squared error per pixel with ``k`` components.

    Entry 0 is the error of always answering with the mean training image.
    """
    return _curve(data, data.test)


def _curve(data: Dataset, indices: Tensor) -> Tensor:
    pca = pca_of(data)
    basis = pca.components.T
    energies = sum_over(data, indices, lambda x: linear(x - pca.mean, basis).square().sum(dim=0))
    total = sum_over(data, indices, lambda x: (x - pca.mean).square().sum())
    left = total - torch.cat([energies.new_zeros(1), energies.cumsum(0)])
    return (left / len(indices) / len(pca.mean)).clamp_min(0).cpu()


def _at(curve: Tensor, count: int) -> float:
    return float(curve[min(count, len(curve) - 1)])


def sum_over(data: Dataset, indices: Tensor, term: Callable[[Tensor], Tensor]) -> Tensor:
    """The sum of ``term(x)`` over flattened batches ``(n, D)`` of the chosen images, in double precision."""
    total = torch.zeros((), dtype=torch.float64)
    with torch.inference_mode():
        for chunk in indices.split(_CHUNK):
            total = total + term(data.pixels(chunk).flatten(1)).cpu().double()  # MPS has no doubles
    return total.float().to(data.device)


def largest_principal_angle(a: Tensor, b: Tensor) -> float:
    """The largest angle in degrees between two subspaces spanned by the columns of ``(D, k)`` matrices.

    Björck and Golub 1973: the cosines are the singular values of the product of orthonormal bases.
    """
    q_a, q_b = (torch.linalg.qr(m.double().cpu())[0] for m in (a, b))
    cosine = torch.linalg.svdvals(q_a.T @ q_b).min().clamp(-1, 1)
    return float(torch.rad2deg(torch.acos(cosine)))
