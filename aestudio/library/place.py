"""Where runs are kept unless somebody says otherwise; the window asks before it reads anything there."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def default_workspace() -> Path:
    """``$AESTUDIO_WORKSPACE``, else the folder ``AE Studio`` among the user's documents."""
    if chosen := os.environ.get("AESTUDIO_WORKSPACE"):
        return Path(chosen).expanduser()
    return platformdirs.user_documents_path() / "AE Studio"
