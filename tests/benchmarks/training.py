"""How fast the training loop is, beside what the processor could do and beside the textbook's loop.

    python tests/benchmarks/training.py [--json] [--rounds N] [--threads N]

The reference net is 784-500-300-100-300-500-784 on MNIST. ``gemm_fraction`` is the share of the speed of
torch's own large product, ``best_gemm_fraction`` that of the fastest product in torch, which its dense layers
do not use but ours do. The things compared take turns within one run, since machines are noisy, and each
figure is the median over the rounds. With ``--json`` the last line is one object.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aestudio.__main__ import set_switches  # noqa: E402  # the path above comes first

set_switches()

import torch  # noqa: E402  # after the OpenMP switches
from torch import nn  # noqa: E402

from aestudio.data.dataset import Dataset  # noqa: E402
from aestudio.data.door import open_data  # noqa: E402
from aestudio.evaluation.metrics import split_mse  # noqa: E402
from aestudio.library.presets import load_preset  # noqa: E402
from aestudio.models.autoencoder import build  # noqa: E402
from aestudio.models.linear import linear  # noqa: E402
from aestudio.spec.edit import with_value  # noqa: E402
from aestudio.spec.run import RunSpec  # noqa: E402
from aestudio.training.device import flush_denormals, has_fast_bfloat16, use_threads  # noqa: E402
from aestudio.training.events import Event  # noqa: E402
from aestudio.training.train import train  # noqa: E402

STEPS = 100
WIDTHS = (784, 500, 300, 100, 300, 500, 784)
GEMM = 1536  # side of the square product that the peak is taken from; larger ones are no faster


def reference(batch: int, precision: str = "float32") -> RunSpec:
    """The reference net without corruption."""
    run = with_value(replace(load_preset("dense-denoiser"), corruptions=()), "training.batch", batch)
    return with_value(run, "training.precision", precision)


def gemm_peak(product: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = torch.mm) -> float:
    """Floating-point operations a second of one large product in float32."""
    a, b = torch.randn(GEMM, GEMM), torch.randn(GEMM, GEMM)
    best = math.inf
    for _ in range(8):
        began = time.perf_counter()
        product(a, b)
        best = min(best, time.perf_counter() - began)
    return 2 * GEMM**3 / best


def own_products_rate(batch: int) -> float:
    """Operations a second of the net's own products, forward and back, with nothing between them."""
    layers = [
        (torch.randn(batch, a), torch.randn(b, a), torch.randn(batch, b), torch.zeros(b))
        for a, b in pairwise(WIDTHS)
    ]
    spent = []
    for _ in range(20):
        began = time.perf_counter()
        for x, w, _, bias in layers:
            linear(x, w, bias)
        for x, w, g, _ in reversed(layers):
            linear(g.t(), x.t())
            if x is not layers[0][0]:
                linear(g, w.t())
        spent.append(time.perf_counter() - began)
    return batch * flops_per_image([w.numel() for _, w, _, _ in layers]) / median(spent)


def flops_per_image(matrices: list[int]) -> float:
    """Forward, gradient of the weights, and gradient of every input but the first layer's."""
    return 2.0 * (3 * sum(matrices) - matrices[0])


class Ours:
    """Our loop, resumed for so many steps at a time."""

    def __init__(self, data: Dataset, run: RunSpec) -> None:
        self.model = build(run.model, data.shape)
        self._batch = run.training.batch
        self._events: Iterator[Event] = train(self.model, data, with_value(run, "training.epochs", 1000))
        self.images_per_second(20)  # warm up

    def images_per_second(self, steps: int = STEPS) -> float:
        """Speed over the next ``steps`` batches."""
        began = time.perf_counter()
        for _ in range(steps):
            next(self._events)
        return steps * self._batch / (time.perf_counter() - began)


class Textbook:
    """The loop that tutorials show: a DataLoader that collates one sample after the other, and plain Adam."""

    def __init__(self, data: Dataset, batch: int) -> None:
        layers: list[nn.Module] = []
        for i, (a, b) in enumerate(pairwise(WIDTHS), start=1):
            layers += [nn.Linear(a, b), nn.Sigmoid() if i == len(WIDTHS) - 1 else nn.ReLU()]
        self._model, self._batch = nn.Sequential(*layers), batch
        samples = [(x.flatten().float() / 255,) for x in data.images[:20_000]]
        self._loader = torch.utils.data.DataLoader(samples, batch, shuffle=True)  # type: ignore[arg-type]  # a list will do
        self._optimiser = torch.optim.Adam(self._model.parameters(), fused=False, foreach=False)
        self._batches = iter(self._loader)
        self.images_per_second(20)  # warm up

    def images_per_second(self, steps: int = STEPS) -> float:
        """Speed over the next ``steps`` batches."""
        began = time.perf_counter()
        for _ in range(steps):
            self._step()
        return steps * self._batch / (time.perf_counter() - began)

    def _step(self) -> None:
        try:
            (x,) = next(self._batches)
        except StopIteration:
            self._batches = iter(self._loader)
            (x,) = next(self._batches)
        loss = nn.functional.mse_loss(self._model(x), x)
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()


def speeds(data: Dataset, rounds: int) -> dict[str, float]:
    """Every speed and ratio, the things compared taking turns."""
    ours_256, ours_128 = Ours(data, reference(256)), Ours(data, reference(128))
    bf16, textbook = Ours(data, reference(256, "bfloat16")), Textbook(data, 128)
    rows = []
    for _ in range(rounds):
        peak, best = gemm_peak(), gemm_peak(linear)
        fast = ours_256.images_per_second()
        rate = fast * flops_per_image([w.numel() for w in ours_256.model.parameters() if w.ndim == 2])
        rows.append(
            {
                "gemm_gflops": peak / 1e9,
                "images_per_second": fast,
                "best_gemm_gflops": best / 1e9,
                "gemm_fraction": rate / max(peak, gemm_peak()),
                "best_gemm_fraction": rate / max(best, gemm_peak(linear)),
                "own_products_fraction": rate / own_products_rate(256),
                "bf16_ratio": bf16.images_per_second() / fast,
                "textbook_ratio": ours_128.images_per_second() / textbook.images_per_second(),
            }
        )
    return {name: median(row[name] for row in rows) for name in rows[0]}


def bf16_quality(data: Dataset, epochs: int) -> dict[str, float]:
    """Test error after equal epochs in both precisions."""
    errors = {}
    for precision in ("float32", "bfloat16"):
        run = with_value(reference(256, precision), "training.epochs", epochs)
        model = build(run.model, data.shape)
        for _ in train(model, data, run):
            pass
        with torch.inference_mode():
            errors[precision] = split_mse(model, data, data.test)
    ratio = errors["bfloat16"] / errors["float32"]
    return {
        "float32_test_mse": errors["float32"],
        "bf16_test_mse": errors["bfloat16"],
        "bf16_mse_ratio": ratio,
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7, help="rounds of which the median is taken")
    parser.add_argument("--epochs", type=int, default=5, help="epochs of the comparison of precisions")
    parser.add_argument("--threads", type=int, default=1, help="threads on the CPU")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    options = parser.parse_args()
    use_threads(options.threads)
    flush_denormals()
    data = open_data(load_preset("dense-denoiser").data)
    figures = speeds(data, options.rounds) | bf16_quality(data, options.epochs)
    figures["bf16_in_hardware"] = has_fast_bfloat16(torch.device("cpu"))
    for name, value in figures.items():
        print(f"{name:20} {value:.4g}")
    if options.json:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
