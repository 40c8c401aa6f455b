"""The commands that a person copies from the README are the ones that are tried."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_server_runs_the_readmes_second_command() -> None:
    *_, last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert last.startswith("python3 -m venv")
    assert last in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
