"""Boxes to choose from that are as narrow as their panel."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget


def chooser(name: str, tip: str, parent: QWidget) -> QComboBox:
    """A box to choose from that is as narrow as its panel."""
    box = QComboBox(parent)
    make_narrow(box, name, tip)
    return box


def make_narrow(box: QComboBox, name: str, tip: str) -> None:
    """Name a box, and let it be as narrow as its panel."""
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
