"""A small run in a shown panel, driven as a person would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aestudio.spec.toml import parse_spec
from tests.qt.builder.hands import settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from aestudio.qt.builder.document import Document
    from aestudio.qt.builder.panel import BuilderPanel

SMALL = """
name = "small"

[[model.encoder]]
kind = "dense"
units = 300

[[model.encoder]]
kind = "dense"
units = 100
activation = "tanh"

[model.bottleneck]
kind = "plain"
size = 32

[loss]
kind = "mse"
"""


@pytest.fixture
def document(qapp: object) -> Document:
    """Two dense layers, a plain code and a mirrored decoder."""
    from aestudio.qt.builder.document import Document

    return Document(parse_spec(SMALL))


@pytest.fixture
def panel(document: Document, qtbot: QtBot) -> BuilderPanel:
    """The panel on MNIST's shape, shown and active."""
    from aestudio.qt.builder.panel import BuilderPanel

    panel = BuilderPanel(document)
    qtbot.addWidget(panel)
    panel.resize(384, 900)
    panel.set_data_shape((1, 28, 28), 55_000)
    with qtbot.waitActive(panel):
        panel.show()
        panel.activateWindow()
    settle()
    return panel
