"""The Pictures page, shown."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from aestudio.qt.pages.pictures import PicturesPage
from tests.qt.windows import show_page


@pytest.fixture
def page(qtbot: QtBot) -> PicturesPage:
    return show_page(qtbot, PicturesPage(), 1200, 700)
