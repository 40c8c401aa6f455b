"""A widget's picture or table to a file or the clipboard."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QSaveFile, QSize
from PySide6.QtGui import QColor, QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from aestudio.qt.theme import theme

Table = tuple[Sequence[str], Iterable[Sequence[object]]]


def picture_of(widget: QWidget, scale: float) -> QImage:
    """The widget as it is, drawn anew with ``scale`` pixels to each of its own, so that it stays sharp."""
    image = QImage(widget.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(theme().window))
    QWidget.render(widget, image)  # by the class: a QGraphicsView's own render is another
    image.setDevicePixelRatio(1.0)
    return image


def save_png(image: QImage, path: Path) -> None:
    """Write a picture as PNG; the file appears whole or not at all.

    Raises
    ------
    OSError
        It cannot be written.
    """
    file = _opened(path)
    if not QImageWriter(file, QByteArray(b"png")).write(image) or not file.commit():
        raise OSError(file.errorString())


def save_svg(widget: QWidget, path: Path) -> None:
    """Write the widget as SVG: lines and text stay lines and text.

    Raises
    ------
    OSError
        It cannot be written.
    """
    file = _opened(path)
    generator = QSvgGenerator()
    generator.setOutputDevice(file)
    generator.setSize(widget.size())
    generator.setResolution(widget.logicalDpiX())  # else text is smaller than on the screen
    generator.setViewBox(QRect(QPoint(0, 0), widget.size()))
    painter = QPainter(generator)
    painter.fillRect(QRect(QPoint(0, 0), widget.size()), QColor(theme().window))
    QWidget.render(widget, painter, QPoint(0, 0))
    painter.end()
    if not file.commit():
        raise OSError(file.errorString())


def _opened(path: Path) -> QSaveFile:
    """A file that takes its name only once it is committed. Raises OSError."""
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        raise OSError(file.errorString())
    return file


def save_csv(table: Table, path: Path) -> None:
    """Write a header and its rows as CSV.

    Raises
    ------
    OSError
        It cannot be written.
    """
    header, rows = table
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)


def copy_picture(image: QImage) -> None:
    """Put a picture on the clipboard."""
    QGuiApplication.clipboard().setImage(image)


def sharp_scale(size: QSize) -> float:
    """Pixels to a widget's pixel for a picture of about 3,000 pixels, as papers and slides want it."""
    return max(2.0, min(8.0, 3000 / max(1, size.width(), size.height())))
