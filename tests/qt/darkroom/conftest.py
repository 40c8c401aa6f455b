"""The Pictures page, shown."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from aestudio.qt.pages.pictures import PicturesPage


@pytest.fixture
def page(qtbot: QtBot) -> PicturesPage:
    shown = PicturesPage()
    qtbot.addWidget(shown, before_close_func=lambda _: shown.close_work())
    shown.resize(1200, 700)
    shown.show()
    qtbot.waitExposed(shown)
    return shown
