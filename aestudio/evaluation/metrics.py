"""A trained model's figures, on all the images of each split."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from aestudio.data.dataset import Dataset
from aestudio.evaluation.floors import noisy_test_mse
from aestudio.evaluation.glossary import COLLAPSED
from aestudio.evaluation.health import health
from aestudio.evaluation.pca import largest_principal_angle, pca_of, pca_test_mse, pca_train_mse
from aestudio.evaluation.ssim import ssim
from aestudio.models.autoencoder import Autoencoder
from aestudio.objectives.penalties.kl_prior import kl_per_dimension
from aestudio.spec.run import RunSpec
from aestudio.training.objective import corrupt, forward
from aestudio.training.watch import NOISE_SEED, looking

PROTOCOL = (
    "weights of the best epoch by validation loss; MSE per pixel on [0, 1] over all images of a split, clean "
    "images in; PSNR of that mean; denoising against the clean image with a fixed noise seed"
)
_BATCH = 200  # wide convolutions on more would take hundreds of MB
_UNLIKE = 2_000  # images of the identity test
_JACOBIANS = 256  # images whose whole Jacobian is taken: its mean norm then has a standard error below 2 %
ACTIVE = 0.01
"""A unit is active on an image when its absolute value exceeds this share of the largest in the split."""

Metrics = dict[str, float | int | str | None]


def measure(model: Autoencoder, data: Dataset, run: RunSpec) -> tuple[Metrics, dict[str, tuple[float, ...]]]:
    """Every figure that applies to the run, None for those that do not, and the arrays behind them."""
    with looking(model):
        metrics: Metrics = {
            "train_mse": split_mse(model, data, data.train),
            "validation_mse": split_mse(model, data, data.validation) if len(data.validation) else None,
            "test_mse": (test_mse := split_mse(model, data, data.test)),
            "test_psnr_db": psnr_db(test_mse),
            "test_ssim": split_ssim(model, data, data.test),
            "pca_train_mse": pca_train_mse(data, math.prod(model.code_shape)),
            "pca_test_mse": pca_test_mse(data, math.prod(model.code_shape)),
            "identity": identity(model, data),
            "largest_principal_angle_deg": principal_angle(model, data),
        }
        metrics |= _denoising(model, data, run) | _sparsity(model, data, run)
        elbo, per_dimension = _variational(model, data, run)
    details = {"kl_nats_per_dimension": per_dimension} | health(model, data)
    return metrics | _contraction(model, data, run) | elbo, details


def psnr_db(mse: float) -> float:
    """Peak signal-to-noise ratio in dB of a squared error on [0, 1]."""
    return -10 * math.log10(max(mse, 1e-12))


def split_mse(model: Autoencoder, data: Dataset, indices: Tensor) -> float:
    """Squared error per pixel of clean images in and out."""
    return _mean(data, indices, lambda x: (reconstruct(model, x) - x).square().flatten(1).mean(dim=1))


def split_ssim(model: Autoencoder, data: Dataset, indices: Tensor) -> float | None:
    """Mean structural similarity of clean images in and out; None for vectors, which have no structure."""
    if len(data.shape) != 3:
        return None
    return _mean(data, indices, lambda x: ssim(reconstruct(model, x).clamp(0, 1), x))


def reconstruct(model: Autoencoder, x: Tensor) -> Tensor:
    """Images ``x`` through the code and back, by the posterior's mean; not clipped, as PCA's are not."""
    return model.decode(model.encode(x).mean)


def identity(model: Autoencoder, data: Dataset) -> float:
    """How much of images unlike its data a model passes through: 1 copies anything, 0 knows only its data.

    In the unlike images each pixel takes its value from another test image, drawn at random: as bright and as
    varied as the data, pixel by pixel, without any of their shapes. The figure is R², ``1 − MSE / variance``
    of these images, and 0 where it would be less.
    """
    x = data.pixels(data.test[:_UNLIKE])
    flat = x.flatten(1).cpu()
    draw = torch.randint(len(flat), flat.shape, generator=torch.Generator().manual_seed(NOISE_SEED))
    unlike = flat.gather(0, draw).view_as(x).to(x.device)
    error = sum(float((reconstruct(model, part) - part).square().sum()) for part in unlike.split(_BATCH))
    spread = float((unlike - unlike.mean(dim=0)).square().sum())
    return max(0.0, 1 - error / max(spread, 1e-12))


def principal_angle(model: Autoencoder, data: Dataset) -> float | None:
    """The largest angle in degrees between the decoder's image and PCA's subspace; None if not linear."""
    size = math.prod(model.code_shape)
    if not _is_linear(model) or size > math.prod(data.shape):
        return None
    origin = model.decode(torch.zeros(1, size, device=model.device))
    columns = (model.decode(torch.eye(size, device=model.device)) - origin).flatten(1).T
    return largest_principal_angle(columns, pca_of(data).subspace(size))


def _is_linear(model: Autoencoder) -> bool:
    spec = model.spec
    parts = (*spec.encoder, spec.bottleneck, *(spec.decoder or ()))
    flat = all(part.kind in ("dense", "plain", "tied", "reshape") for part in parts)
    return (
        flat
        and spec.output == "linear"
        and all(getattr(p, "activation", "linear") == "linear" for p in parts)
    )


def _denoising(model: Autoencoder, data: Dataset, run: RunSpec) -> Metrics:
    if not run.corruptions:
        return {"noisy_psnr_db": None, "denoised_psnr_db": None}
    noise = torch.Generator(model.device).manual_seed(NOISE_SEED)

    def error(x: Tensor) -> Tensor:
        return (reconstruct(model, corrupt(x, run, noise)) - x).square().flatten(1).mean(dim=1)

    denoised = _mean(data, data.test, error)
    return {"noisy_psnr_db": psnr_db(noisy_test_mse(data, run)), "denoised_psnr_db": psnr_db(denoised)}


def _sparsity(model: Autoencoder, data: Dataset, run: RunSpec) -> Metrics:
    if not {"l1", "kl-sparsity"} & {penalty.kind for penalty in run.penalties}:
        return {"mean_activation": None, "active_fraction": None}
    codes = torch.cat([model.encode(x).mean.flatten(1) for x in _batches(data, data.test)]).abs()
    active = (codes > ACTIVE * codes.max()).float().mean()
    return {"mean_activation": float(codes.mean()), "active_fraction": float(active)}


def _contraction(model: Autoencoder, data: Dataset, run: RunSpec) -> Metrics:
    if "contractive" not in {penalty.kind for penalty in run.penalties}:
        return {"mean_jacobian_norm": None}
    return {"mean_jacobian_norm": mean_jacobian_norm(model, data)}


def mean_jacobian_norm(model: Autoencoder, data: Dataset) -> float:
    """Mean Frobenius norm of ``∂z/∂x`` over the first test images, each Jacobian whole, by autograd."""
    from torch.func import jacrev, vmap

    def encode(x: Tensor) -> Tensor:
        return model.encode(x[None]).mean[0].flatten()

    model.eval()
    x = data.pixels(data.test[:_JACOBIANS])
    jacobians = (vmap(jacrev(encode))(part).flatten(2) for part in x.split(32))
    return float(torch.cat([j.square().sum(dim=(1, 2)).sqrt().detach() for j in jacobians]).mean())


def _variational(model: Autoencoder, data: Dataset, run: RunSpec) -> tuple[Metrics, tuple[float, ...]]:
    """The evidence lower bound with one sample of the posterior an image, and each dimension's KL."""
    if not model.spec.bottleneck.variational:
        return {"elbo_nats": None, "kl_nats": None, "collapsed_dimensions": None}, ()
    noise = torch.Generator(model.device).manual_seed(NOISE_SEED)
    kl, loss = torch.zeros(math.prod(model.code_shape), device=model.device), 0.0
    for x in _batches(data, data.test):
        p = forward(model, x, run, noise)
        kl += kl_per_dimension(p.code).sum(dim=0) / len(data.test)
        loss += float(run.loss(p)) * len(x) / len(data.test)
    total = float(kl.sum())
    # Only a cross-entropy is a likelihood in nats; a squared error has no scale until its variance is named.
    elbo = -(loss + total) if run.loss.kind == "bce" else None
    collapsed = int((kl < COLLAPSED).sum())
    return {"elbo_nats": elbo, "kl_nats": total, "collapsed_dimensions": collapsed}, tuple(kl.tolist())


def _mean(data: Dataset, indices: Tensor, per_image: Callable[[Tensor], Tensor]) -> float:
    """The mean of a figure per image, ``(n,)`` for a batch, over the chosen images."""
    return sum(float(per_image(x).sum()) for x in _batches(data, indices)) / len(indices)


def batches_of(data: Dataset) -> Iterator[Tensor]:
    """The test images ``(n, *shape)`` in batches that fit into any memory."""
    return _batches(data, data.test)


def _batches(data: Dataset, indices: Tensor) -> Iterator[Tensor]:
    return (data.pixels(chunk) for chunk in indices.split(_BATCH))
