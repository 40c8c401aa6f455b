"""Widgets go with their test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def _deleted_afterwards(qapp: QCoreApplication) -> Iterator[None]:
    """pytest-qt asks for deletion, but Qt grants it in a running event loop only, and tests run in none."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
