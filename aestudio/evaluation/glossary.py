"""What each figure is called, in which unit, and what it tells. No torch: the window reads it, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COLLAPSED = 0.01
"""A code dimension with less KL than this, in nats, tells nothing of the image: it has collapsed."""


@dataclass(frozen=True)
class Term:
    """One figure's name for a person, its unit, and a sentence that teaches."""

    label: str
    unit: str
    help: str


TERMS: dict[str, Term] = {
    "test_mse": Term("Test error", "MSE per pixel", "Mean squared error of clean test images on [0, 1]"),
    "test_psnr_db": Term(
        "Test PSNR", "dB", "The same error on a logarithmic scale: 10 dB is a tenth of the error"
    ),
    "test_ssim": Term(
        "Structural similarity", "SSIM", "Whether patterns are kept, not only grey levels: 1 is equal"
    ),
    "pca_test_mse": Term(
        "PCA, as many numbers", "MSE per pixel", "The test error of the best linear code of the same size"
    ),
    "validation_mse": Term("Validation error", "MSE per pixel", "On the images that chose the weights"),
    "train_mse": Term(
        "Training error", "MSE per pixel", "Far below the test error, it would mean over-fitting"
    ),
    "pca_train_mse": Term("PCA on the training images", "MSE per pixel", "No linear code can go below this"),
    "largest_principal_angle_deg": Term(
        "Largest angle to PCA's subspace", "°", "0 where the linear autoencoder has found PCA's subspace"
    ),
    "identity": Term(
        "Identity",
        "R²",
        "How much of scrambled images it passes through: 1 copies anything, 0 knows only its data",
    ),
    "noisy_psnr_db": Term("Noisy input", "dB", "PSNR of the corrupted test images against the clean ones"),
    "denoised_psnr_db": Term("Denoised", "dB", "PSNR of what it makes of them, against the clean ones"),
    "mean_activation": Term(
        "Mean activation", "", "Mean absolute value of the code over units and test images"
    ),
    "active_fraction": Term(
        "Active units", "share", "Code values above 1 % of the largest: few are active if sparse"
    ),
    "mean_jacobian_norm": Term(
        "Mean Jacobian norm", "‖∂z/∂x‖", "How far the code moves when the image does: small means contracted"
    ),
    "elbo_nats": Term("Evidence lower bound", "nats per image", "What a VAE maximises; higher is better"),
    "kl_nats": Term("KL to the prior", "nats per image", "What the code tells of an image, beyond the prior"),
    "collapsed_dimensions": Term(
        "Collapsed dimensions", "", "Dimensions of the code that tell nothing, below .01 nats"
    ),
    "probe_accuracy": Term(
        "Linear probe on the code",
        "accuracy",
        "Test images put into the right class by logistic regression on their codes",
    ),
    "parameters": Term("Parameters", "", "Weights and biases of the whole model"),
    "code_size": Term("Code size", "numbers", "What each image is told in"),
    "bytes_per_code": Term("Bytes per code", "float32", "Four bytes a number, before any coding"),
    "epochs": Term("Epochs", "", "Passes over the training images"),
    "seconds": Term("Training time", "s", "Pauses left out, validation counted"),
    "images_per_second": Term("Speed", "images/s", "Over the whole run"),
}
"""In the order in which they are told."""


def told(metrics: Mapping[str, float | int | str | None]) -> list[tuple[Term, str]]:
    """The figures that apply, each with its term and its value as text."""
    return [
        (term, value_text(metrics[name])) for name, term in TERMS.items() if metrics.get(name) is not None
    ]


def value_text(value: float | int | str | None) -> str:
    """A figure with four digits that count, whole numbers with their thousands apart."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
