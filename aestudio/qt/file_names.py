"""What is meant by the name that a person typed into a dialog."""

from __future__ import annotations

from pathlib import Path

from aestudio.spec.faults import UserError


def place_chosen(chosen: str, *suffixes: str) -> Path:
    """The file to write, which gets the first of these suffixes where it has none of them.

    Raises
    ------
    UserError
        that is another name than the dialog asked about, and there is such a file.
    """
    if chosen.lower().endswith(suffixes):
        return Path(chosen)
    path = Path(chosen + suffixes[0])
    if path.exists():
        raise UserError(f"{path}: is there already; give its full name to replace it, or another one")
    return path
