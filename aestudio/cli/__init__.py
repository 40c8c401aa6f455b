"""Every capability without a window, one command a file; without a command, the window opens."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys

from aestudio import __version__
from aestudio.cli import commands as command_modules
from aestudio.spec.faults import SpecError, UserError

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        if not arguments:  # the commands' modules take 70 ms, which the first window need not wait for
            return _open_window()
        options = make_parser().parse_args(arguments)
        return options.command(options)
    except SpecError as error:
        return _tell(str(error), WRONG_USAGE)
    except UserError as error:
        return _tell(str(error), FAILED)
    except KeyboardInterrupt:
        return _tell("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone (``aestudio presets | head -1``); Python would complain once more at exit.
        sys.stderr.close()
        return FAILED
    except Exception as error:
        if os.environ.get("AESTUDIO_DEBUG"):
            raise
        return _tell(
            f"something went wrong ({type(error).__name__}: {error}); AESTUDIO_DEBUG=1 shows where", FAILED
        )


def make_parser() -> argparse.ArgumentParser:
    """The parser with every command that a module of this package adds."""
    parser = argparse.ArgumentParser(
        prog="aestudio",
        description="A desktop laboratory for autoencoders. Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"aestudio {__version__}")
    parser.set_defaults(command=_open_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for found in pkgutil.iter_modules(command_modules.__path__):
        importlib.import_module(f"{command_modules.__name__}.{found.name}").add(commands)
    return parser


def _open_window(options: argparse.Namespace | None = None) -> int:
    from aestudio.qt.app import main as open_window

    return open_window([sys.argv[0]])


def _tell(sentence: str, code: int) -> int:
    sys.stderr.write(f"aestudio: {sentence}\n")
    return code
