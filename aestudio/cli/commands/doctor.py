"""``aestudio doctor``: what ails a kept run, and what would mend it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aestudio.library.workspace import Workspace, default_workspace

if TYPE_CHECKING:
    from aestudio.evaluation.doctor.evidence import Finding
    from aestudio.library.kept import KeptRun


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("doctor", help="say what ails a kept run, with evidence and a mend")
    parser.add_argument("run", metavar="RUN", help="a folder, or a name in the workspace")
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="where the run is looked for by name")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument(
        "--mend", action="store_true", help="print the run as TOML with the gravest complaint mended"
    )
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print each finding, the gravest first."""
    from aestudio.evaluation.doctor.diagnose import diagnose, evidence_of
    from aestudio.library.kept import open_run
    from aestudio.spec.toml import dump_spec

    kept = open_run(Workspace(options.workspace or default_workspace()).find(options.run))
    for problem in kept.problems:
        sys.stderr.write(f"aestudio: {kept.folder.name}: {problem}\n")
    found = diagnose(evidence_of(kept))
    if options.json:
        told = {"run": kept.card.name, "id": kept.id, "findings": [_plain(finding) for finding in found]}
        sys.stdout.write(json.dumps(told) + "\n")
    elif options.mend:
        sys.stdout.write(dump_spec(found[0].mend(kept.run) if found else kept.run))
    else:
        sys.stdout.write("\n\n".join(map(_text, found)) + "\n" if found else _nothing_found(kept))
    return 0


def _nothing_found(kept: KeptRun) -> str:
    card = kept.card
    if card.stage == "failed":
        return f"{card.name} failed: {card.sentence}\n"
    if not card.step:
        return f"{card.name} has learnt nothing yet; ask again when it has trained\n"
    return f"{card.name} is healthy\n"


def _text(finding: Finding) -> str:
    lines = [f"{finding.title}: {finding.what}", *finding.evidence, f"mend: {finding.mend_label}"]
    return "\n  ".join(lines)


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "title": finding.title,
        "what": finding.what,
        "evidence": list(finding.evidence),
        "mend": finding.mend_label,
    }
