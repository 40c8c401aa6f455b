"""What is meant by the name that a person typed into a dialog."""

from __future__ import annotations

from pathlib import Path

from aestudio.spec.faults import UserError


def place_chosen(chosen: str, *suffixes: str) -> Path:
    """The file to write, which gets the first of these suffixes where it has none of them.

    Raises
    ------
    UserError
        that is another name than the dialog asked about, and there is such a file; or it can be none.
    """
    if chosen.lower().endswith(suffixes):
        return Path(chosen)
    path = Path(chosen + suffixes[0])
    try:
        is_there = path.exists()
    except OSError as error:  # such as a name that is too long
        why = (error.strerror or str(error)).lower()
        raise UserError(f"{path}: cannot be written ({why}); give another name") from error
    if is_there:
        raise UserError(f"{path}: is there already; give its full name to replace it, or another one")
    return path
