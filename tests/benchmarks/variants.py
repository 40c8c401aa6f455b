"""Train every variant on the whole of MNIST and print its figure beside what it must reach.

    python tests/benchmarks/variants.py [--json] [--only NAME ...] [--threads N]

Each row is one claim. Its runs are trained in this process, one after the other, by the same generator that
the window and the command line drive. With ``--json`` the last line is one object.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aestudio.__main__ import set_switches  # noqa: E402  # the path above comes first

set_switches()

from aestudio.data.dataset import Dataset  # noqa: E402
from aestudio.data.door import open_data  # noqa: E402
from aestudio.evaluation.experiment import experiment  # noqa: E402
from aestudio.library.presets import load_preset  # noqa: E402
from aestudio.spec.edit import with_value  # noqa: E402
from aestudio.spec.parts import CORRUPTIONS, PENALTIES  # noqa: E402
from aestudio.spec.run import RunSpec  # noqa: E402
from aestudio.training.device import choose_device, use_threads  # noqa: E402
from aestudio.training.events import Measured  # noqa: E402

LAMBDAS = (0.003, 0.03, 0.1, 0.3)


@dataclass(frozen=True)
class Row:
    """One claim and what was measured: ``value`` must be as ``target`` says for ``met``."""

    claim: str
    figure: str
    value: float | list[float] | None
    target: str
    met: bool
    seconds: float
    details: str = ""


class Bench:
    """Trains runs, each once, and remembers their figures."""

    def __init__(self) -> None:
        self._data: dict[str, Dataset] = {}
        self._done: dict[RunSpec, dict] = {}

    def figures(self, run: RunSpec) -> dict:
        """The figures of a run, trained now if it was not before."""
        if run not in self._done:
            key = repr(run.data)
            self._data[key] = data = self._data.get(key) or open_data(run.data)
            events = experiment(run, data, device=choose_device("cpu"))
            end = next(event for event in events if isinstance(event, Measured))
            self._done[run] = {**end.metrics, **end.details}
            print(f"  trained {run.name} in {end.metrics['seconds']:.0f} s", file=sys.stderr, flush=True)
        return self._done[run]


def linear(bench: Bench) -> list[Row]:
    """The linear autoencoder is PCA."""
    f = bench.figures(load_preset("linear"))
    ratio, angle = f["train_mse"] / f["pca_train_mse"], f["largest_principal_angle_deg"]
    seconds = f["seconds"]
    return [
        Row("linear is PCA", "train MSE over PCA's, code 32", ratio, "<= 1.01", ratio <= 1.01, seconds),
        Row("linear is PCA", "largest principal angle in degrees", angle, "< 5", angle < 5, seconds),
    ]


def undercomplete(bench: Bench) -> list[Row]:
    """Both undercomplete nets."""
    return [
        below(bench, "undercomplete", "test_mse", 0.0058, "code 32 (PCA .0168)"),
        below(bench, "deep", "test_mse", 0.0050, "code 30 (Hinton and Salakhutdinov 2006: .0038)"),
    ]


def overcomplete(bench: Bench) -> list[Row]:
    """Without a penalty it copies; with one, or with noise, it does not."""
    plain = load_preset("overcomplete")
    sparse = replace(plain, name="overcomplete + L1", penalties=(PENALTIES.make("l1", weight=1.0),))
    noisy = replace(
        plain, name="overcomplete + noise", corruptions=(CORRUPTIONS.make("gaussian", sigma=0.5),)
    )
    f = bench.figures(plain)
    copied, figure = f["identity"], "identity: R² on scrambled digits"
    rows = [
        below(bench, "overcomplete", "test_mse", 0.001, "code 1024 (PCA 128: .0042)"),
        Row("overcomplete copies", figure, copied, ">= 0.9", copied >= 0.9, f["seconds"]),
    ]
    for run in (sparse, noisy):
        f = bench.figures(run)
        passed, low = f["identity"], copied / 2
        rows.append(Row(f"{run.name}: not", figure, passed, f"<= {low:.2f}", passed <= low, f["seconds"]))
    return rows


def sparse(bench: Bench) -> list[Row]:
    """KL holds its target; L1 silences more units the larger λ is."""
    kl = load_preset("sparse-kl")
    f = bench.figures(kl)
    rho = kl.penalties[0].rho  # type: ignore[attr-defined]  # the KL sparsity's own field
    off = abs(f["mean_activation"] - rho)
    details = f"mean activation {f['mean_activation']:.3f}, test MSE {f['test_mse']:.4f}"
    short = with_value(load_preset("sparse-l1"), "training.epochs", 4)
    runs = [with_value(short, "penalties.l1.weight", weight) for weight in LAMBDAS]
    shares = [bench.figures(run)["active_fraction"] for run in runs]
    seconds = sum(bench.figures(run)["seconds"] for run in runs)
    falls = all(a > b for a, b in pairwise(shares))
    lambdas = "4 epochs each, λ " + ", ".join(f"{weight:g}" for weight in LAMBDAS)
    return [
        Row("sparse, KL", "|mean activation − ρ|", off, "<= 0.02", off <= 0.02, f["seconds"], details),
        Row("sparse, L1", "share of active units", shares, "falls", falls, seconds, lambdas),
    ]


def denoising(bench: Bench) -> list[Row]:
    """Each denoiser against the clean images."""
    return [
        above(bench, "dense-denoiser", "denoised_psnr_db", 18.3),
        above(bench, "conv-denoiser", "denoised_psnr_db", 20.0),
        above(bench, "denoising-mask", "denoised_psnr_db", 19.0),
        above(bench, "denoising-gaussian", "denoised_psnr_db", 18.3),
    ]


def contractive(bench: Bench) -> list[Row]:
    """The Jacobian shrinks to a tenth of the same net's without the penalty."""
    run = load_preset("contractive")
    twin = replace(run, name="contractive's plain twin", penalties=(replace(run.penalties[0], weight=0.0),))
    f, plain = bench.figures(run), bench.figures(twin)
    ratio = f["mean_jacobian_norm"] / plain["mean_jacobian_norm"]
    details = (
        f"norm {f['mean_jacobian_norm']:.3f} and {plain['mean_jacobian_norm']:.3f}, "
        f"test MSE {f['test_mse']:.4f} and {plain['test_mse']:.4f}"
    )
    return [
        Row(
            "contractive",
            "mean Jacobian norm over the twin's",
            ratio,
            "<= 0.1",
            ratio <= 0.1,
            f["seconds"],
            details,
        )
    ]


def convolutional(bench: Bench) -> list[Row]:
    """The convolutional nets against PCA with as many numbers."""
    return [below_pca(bench, "compressor-20", "code 7 × 7 × 1"), below_pca(bench, "convolutional", "code 32")]


def variational(bench: Bench) -> list[Row]:
    """The bound, and how much each dimension tells."""
    f, two = bench.figures(load_preset("vae-20")), bench.figures(load_preset("vae-2"))
    told = " ".join(f"{v:.2f}" for v in sorted(f["kl_nats_per_dimension"], reverse=True))
    bound, figure = -f["elbo_nats"], "−ELBO in nats, one sample"
    details = f"{f['collapsed_dimensions']} collapsed; KL by dimension {told}"
    return [
        Row("variational, code 20", figure, bound, "<= 100", bound <= 100, f["seconds"], details),
        Row("variational, code 2", figure, -two["elbo_nats"], "told", True, two["seconds"]),
    ]


CLAIMS: dict[str, Callable[[Bench], list[Row]]] = {
    part.__name__: part
    for part in (
        linear,
        undercomplete,
        overcomplete,
        sparse,
        denoising,
        contractive,
        convolutional,
        variational,
    )
}


def below(bench: Bench, preset: str, figure: str, limit: float, details: str = "") -> Row:
    """A figure of a preset that must not exceed a limit."""
    f = bench.figures(load_preset(preset))
    return Row(preset, figure, f[figure], f"<= {limit:.4f}", f[figure] <= limit, f["seconds"], details)


def below_pca(bench: Bench, preset: str, details: str) -> Row:
    """A preset's test error, which must be smaller than that of PCA at the same code size."""
    floor = bench.figures(load_preset(preset))["pca_test_mse"]
    return below(bench, preset, "test_mse", floor, f"{details}; the limit is PCA's")


def above(bench: Bench, preset: str, figure: str, limit: float) -> Row:
    """A figure of a preset that must reach a limit."""
    f = bench.figures(load_preset(preset))
    details = f"{f['noisy_psnr_db']:.2f} dB in"
    return Row(preset, figure, f[figure], f">= {limit:g}", f[figure] >= limit, f["seconds"], details)


def main() -> int:
    """Print the table; the exit code is 1 if a claim does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=CLAIMS, default=list(CLAIMS), help="these claims only")
    parser.add_argument("--threads", type=int, default=0, help="threads on the CPU; 0 takes every core")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    options = parser.parse_args()
    use_threads(options.threads)
    bench, rows = Bench(), []
    for name in options.only:
        for row in CLAIMS[name](bench):
            rows.append(row)
            print(line(row), flush=True)
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "met": all(row.met for row in rows)}))
    return 0 if all(row.met for row in rows) else 1


def line(row: Row) -> str:
    """One row of the table, in Markdown."""
    values = row.value if isinstance(row.value, list) else [row.value]
    shown = ", ".join("–" if v is None else f"{v:.4g}" for v in values)
    cells = (row.claim, row.figure, shown, row.target, "yes" if row.met else "NO", f"{row.seconds:.0f} s")
    return f"| {' | '.join(cells)} | {row.details} |"


if __name__ == "__main__":
    sys.exit(main())
