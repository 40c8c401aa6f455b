"""Pressing Train loads nothing that training does not use."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from aestudio.data.door import open_data
from aestudio.library.presets import load_preset
from aestudio.models.autoencoder import build
from aestudio.spec.edit import with_value
from aestudio.training.train import train

run = with_value(load_preset("undercomplete"), "data.train_limit", 2000)
for name, value in (("training.epochs", 1), ("training.optimiser", sys.argv[1]), ("training.average", 0.9)):
    run = with_value(run, name, value)
data = open_data(run.data)
events = list(train(build(run.model, data.shape), data, run))
print("steps", events[-1].step, "compiler", "torch._dynamo" in sys.modules)
"""


def test_training_leaves_torchs_compiler_unloaded() -> None:
    for optimiser in ("adam", "adamw", "sgd"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, optimiser], capture_output=True, text=True, check=False
        )
        assert done.stdout.split() == ["steps", "8", "compiler", "False"], done.stderr
