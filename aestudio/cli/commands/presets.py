"""``aestudio presets``: what can be trained."""

from __future__ import annotations

import argparse
import json
import sys

from aestudio.library.presets import find_spec, load_preset, preset_names
from aestudio.spec.toml import dump_spec, to_plain


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("presets", help="list the presets, or print one as TOML to start from")
    parser.add_argument("name", nargs="?", help="print this preset as TOML")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the list, or one preset."""
    if options.name:
        spec = find_spec(options.name)
        sys.stdout.write(json.dumps(to_plain(spec), indent=2) + "\n" if options.json else dump_spec(spec))
        return 0
    lessons = {name: load_preset(name).lesson for name in preset_names()}
    if options.json:
        sys.stdout.write(
            json.dumps({name: to_plain(lesson) for name, lesson in lessons.items()}, indent=2) + "\n"
        )
        return 0
    width = max(map(len, lessons))
    for name, lesson in lessons.items():
        sys.stdout.write(f"{name:{width}}  {lesson.title}\n")
    return 0
