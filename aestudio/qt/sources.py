"""Keeps PySide from reading, and Python from keeping, the source of every module that is imported."""

from __future__ import annotations

import sys


def spare_sources() -> None:
    """Let PySide take it as read that no module uses its ``__feature__``; nobody here does.

    To learn in which modules it may switch to snake_case, PySide looks for its own name in the source of each
    module that is imported after it, and :mod:`inspect` keeps what was read: a million lines, 90 MB, by the
    time that a run has been compared, and 50 ms before the charts are there. PySide has no public switch for
    it. Where a later one looks in another way this does nothing, and a test tells.
    """
    feature = sys.modules.get("__feature__")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        vars(feature)["_mod_uses_pyside"] = _uses_no_feature


def _uses_no_feature(module: object) -> bool:
    return False
