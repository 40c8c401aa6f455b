"""A linear probe: how well a code's numbers tell the classes apart, by logistic regression."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from torch import Tensor

from aestudio.data.dataset import Dataset
from aestudio.data.remembered import remembered
from aestudio.evaluation.pca import pca_of
from aestudio.models.autoencoder import Autoencoder
from aestudio.training.watch import looking

PROTOCOL = (
    "probes: scikit-learn's logistic regression on standardised features, fitted on the first 5,000 training "
    "images, accuracy over all test images"
)
_FIT_ON = 5_000
_BATCH = 500
_ITERATIONS = 100  # more move the accuracy by less than its standard error of 0.3 points


def probe_of(model: Autoencoder, data: Dataset) -> float | None:
    """Accuracy of a probe on the model's code; None without labels or without scikit-learn."""
    with looking(model):
        return _accuracy(data, lambda x: model.encode(x).mean.flatten(1))


@remembered
def pca_probe(data: Dataset, size: int) -> float | None:
    """The same on ``size`` principal components of the pixels."""
    pca = pca_of(data)
    return _accuracy(data, lambda x: (x.flatten(1) - pca.mean) @ pca.subspace(size))


@remembered
def pixel_probe(data: Dataset) -> float | None:
    """The same on the raw pixels."""
    return _accuracy(data, lambda x: x.flatten(1))


def _accuracy(data: Dataset, features: Callable[[Tensor], Tensor]) -> float | None:
    if data.labels is None or len(data.classes) < 2:
        return None
    try:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ImportError:
        return None
    train, test = data.train[:_FIT_ON], data.test
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=_ITERATIONS, tol=1e-2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it could go on; see _ITERATIONS
        probe.fit(_all(data, train, features), data.labels[train].cpu().numpy())
    return float(probe.score(_all(data, test, features), data.labels[test].cpu().numpy()))


def _all(data: Dataset, indices: Tensor, features: Callable[[Tensor], Tensor]) -> object:
    with torch.inference_mode():
        return torch.cat(
            [features(data.pixels(part)).float().cpu() for part in indices.split(_BATCH)]
        ).numpy()
