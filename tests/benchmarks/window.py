"""How alive the real window stays while the reference net trains, and how soon it is there.

    python tests/benchmarks/window.py [--json] [--seconds 60] [--turns 100]

Each figure comes from processes of its own (window_child.py), which start the program and press its buttons.
Things that are compared take turns: the window's start with that of an empty pyqtgraph window, training in
the window with the same run without one (window_turns.py). Without a display it runs offscreen. With
``--json`` the last line is one object.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.benchmarks.window_turns import CHILD, training_ratio  # noqa: E402  # the path above comes first

STARTS = 7

TARGETS = {
    "timer_p99_ms": "lateness of a 5 ms timer, p99 (at most 10)",
    "timer_max_ms": "lateness of a 5 ms timer, max (at most 50)",
    "updates_per_second": "reconstructions drawn a second (at least 10)",
    "training_ratio": "training speed with the window to that without (at least 0.95)",
    "first_window_ratio": "first window to an empty pyqtgraph window (at most 1.5)",
    "first_window_s": "first window, seconds",
    "window_ready_s": "charts and pages made as well, seconds",
    "first_picture_s": "first picture after Train, torch loaded (at most 1)",
    "first_picture_cold_s": "first picture after Train, pressed at once (at most 3)",
    "scatter_redraw_ms": "60,000 points redrawn, ms (at most 16)",
    "hover_ms": "nearest of 60,000 points found, ms (at most 2)",
    "resident_mb": "memory with MNIST, training, MB, at the most (at most 700)",
    "images_per_second": "training images a second, in the window",
    "load_average": "processes that wanted a core meanwhile, of all programs",
}


def child(part: str, environment: dict[str, str], *arguments: str) -> dict[str, float]:
    """Run one part in a process of its own; ``began`` lets it count from before its start."""
    command = [sys.executable, str(CHILD), part, str(time.monotonic()), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{part} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def first_window(environment: dict[str, str]) -> dict[str, float]:
    """Seconds to the first painted window, ours and an empty one, in turns; and until ours is all there."""
    ours, empty, ready = [], [], []
    for _ in range(STARTS + 1):
        empty.append(child("empty", environment)["seconds"])
        ours.append(child("start", environment)["seconds"])
        ready.append(child("ready", environment)["seconds"])
    ours, empty, ready = (median(times[1:]) for times in (ours, empty, ready))  # the first ones compile
    return {"first_window_ratio": ours / empty, "first_window_s": ours, "window_ready_s": ready}


def first_picture(environment: dict[str, str]) -> dict[str, float]:
    """Seconds from the press to the first picture of the model's, with torch loaded and without."""
    warm = [child("warm", environment)["seconds"] for _ in range(3)]
    cold = [child("cold", environment)["seconds"] for _ in range(3)]
    return {"first_picture_s": median(warm), "first_picture_cold_s": median(cold)}


def alive(environment: dict[str, str], seconds: float) -> dict[str, float]:
    """The window while the reference net trains."""
    told = child("live", environment, str(seconds))
    late: list[float] = told["late_ms"]  # type: ignore[assignment]  # the one list
    return {
        "timer_p99_ms": float(np.percentile(late, 99)),
        "timer_max_ms": max(late),
        **{name: told[name] for name in ("updates_per_second", "images_per_second", "resident_mb")},
    }


def points(environment: dict[str, str]) -> dict[str, float]:
    """What scatter.py says of 60,000 points."""
    command = [sys.executable, str(HERE / "scatter.py"), "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return {name: told[name] for name in ("scatter_redraw_ms", "hover_ms")}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument("--seconds", type=float, default=60, help="how long it trains in the window, in all")
    parser.add_argument(
        "--turns", type=int, default=100, help="turns of training with the window and without"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_in(Path(folder))
        figures = first_window(environment)
        figures |= first_picture(environment)
        figures |= alive(environment, options.seconds)
        both = [environment_in(Path(folder) / part) for part in ("windowed", "bare")]
        figures["training_ratio"] = training_ratio(both, options.turns)
        figures |= points(environment)
    figures["load_average"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    for name, text in TARGETS.items():
        print(f"{figures[name]:10.3f}  {text}")
    if options.json:
        print(json.dumps({name: round(figures[name], 4) for name in TARGETS}))


def environment_in(folder: Path) -> dict[str, str]:
    """Settings of its own, and byte code kept as an installed program has it."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment |= {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "STATE")}
    environment["AESTUDIO_WORKSPACE"] = str(folder / "workspace")  # what is trained is kept, as ever
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if not environment.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environment


if __name__ == "__main__":
    main()
