"""Training with the window and without, in turns of a second: one process is stopped while the other runs.

A machine's speed drifts by some percent from minute to minute, which is as much as there is to see here.
Turns so short share the drift out evenly.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

CHILD = Path(__file__).resolve().parent / "window_child.py"
TURN = 1.5  # seconds
_WAKES = 0.25  # seconds of a turn until caches are warm again and what was due meanwhile is done
_SETTLES = 4.0  # seconds after the first step: the first looks, PCA's among them, are no steady state


class Racer:
    """One process that trains, and tells the time and its images so far, again and again."""

    def __init__(self, part: str, environment: dict[str, str]) -> None:
        command = [sys.executable, str(CHILD), part, str(time.monotonic())]
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        self._told: list[tuple[float, int]] = []
        threading.Thread(target=self._listen, daemon=True).start()
        while not self._told:
            if self._process.poll() is not None:
                sys.exit(f"{part} failed; what it wrote stands above")
            time.sleep(0.05)
        time.sleep(_SETTLES)
        self._signal(signal.SIGSTOP)

    def take_turn(self) -> float:
        """Run for a turn; images a second in it."""
        began = time.monotonic() + _WAKES
        self._signal(signal.SIGCONT)
        time.sleep(TURN)
        self._signal(signal.SIGSTOP)
        time.sleep(0.05)  # what was told last arrives
        rows = [row for row in self._told if row[0] >= began]
        if len(rows) < 2:
            sys.exit("nothing was trained in a turn: the machine is too busy to measure anything")
        (start, before), (end, after) = rows[0], rows[-1]
        return (after - before) / (end - start)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            when, images = line.split()
            self._told.append((float(when), int(images)))

    def _signal(self, number: int) -> None:
        os.kill(self._process.pid, number)


def training_ratio(environments: list[dict[str, str]], turns: int) -> float:
    """Images a second with the window to those without, the median of so many turns each."""
    ratios = []
    with ExitStack() as stack:
        with_window, without = (
            stack.enter_context(closing(Racer(part, each)))
            for part, each in zip(("windowed", "bare"), environments, strict=True)
        )
        for turn in range(turns):
            order = (with_window, without) if turn % 2 else (without, with_window)
            speed = {racer: racer.take_turn() for racer in order}
            ratios.append(speed[with_window] / speed[without])
    return median(ratios)
