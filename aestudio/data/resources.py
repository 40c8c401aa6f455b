"""Where the files lie that ship with the program, and where those go that it keeps for itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from aestudio.spec.faults import UserError

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(*parts: str) -> Path:
    """A file or folder that ships with the program, whether it runs from a wheel or from a checkout.

    Raises
    ------
    UserError
        The program was installed without its resources.
    """
    for home in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if home.is_dir():
            return home.joinpath(*parts)
    raise UserError(f"{_PACKAGE} lacks the folder 'resources' that ships with AE Studio; install it again")


def cache_folder() -> Path:
    """Where downloads and mapped data go: ``$AESTUDIO_CACHE``, else the system's own place for caches."""
    if chosen := os.environ.get("AESTUDIO_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "aestudio/cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/aestudio"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aestudio"
