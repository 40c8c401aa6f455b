"""What a model is held against: PCA, the mean image, the noisy input and the least cross-entropy."""

from __future__ import annotations

import torch

from aestudio.data.dataset import Dataset
from aestudio.data.remembered import remembered
from aestudio.evaluation.pca import pca_test_curve, pca_test_mse, sum_over
from aestudio.spec.run import RunSpec
from aestudio.training.events import FloorsKnown
from aestudio.training.objective import corrupt
from aestudio.training.watch import NOISE_SEED

_BATCH = 1_000


def floors(data: Dataset, run: RunSpec, code_size: int, run_id: str) -> FloorsKnown:
    """The floors of a run on the test split."""
    return FloorsKnown(
        run_id,
        pca_mse=pca_test_mse(data, code_size),
        mean_mse=float(pca_test_curve(data)[0]),
        noisy_mse=noisy_test_mse(data, run) if run.corruptions else None,
        bce_nats=bce_floor(data),
    )


def noisy_test_mse(data: Dataset, run: RunSpec) -> float:
    """Squared error per pixel of the corrupted test images themselves, with the evaluation's noise seed."""
    generator = torch.Generator(data.device).manual_seed(NOISE_SEED)
    total = 0.0
    for chunk in data.test.split(_BATCH):
        x = data.pixels(chunk)
        total += float((corrupt(x, run, generator) - x).square().mean()) * len(chunk)
    return total / len(data.test)


@remembered
def bce_floor(data: Dataset) -> float:
    """Cross-entropy in nats per image of a perfect reconstruction: the entropy of grey pixels."""
    entropy = sum_over(data, data.test, lambda x: -(torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x)).sum())
    return float(entropy) / len(data.test)
