"""A tool that compresses a real photograph by a codec small enough to be made in a second."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from aestudio.pictures.picture import Picture
from aestudio.pictures.pyramid import Patch, Pyramid, pyramid_of
from aestudio.qt.darkroom.compressing import Compressing
from aestudio.qt.darkroom.squeezed import Curves, Measured
from aestudio.qt.darkroom.tool import Opened
from tests.pictures.codec.conftest import flower, model_file

PATIENCE = 60_000
BEFORE = 40_000  # bytes of the file that was opened


def opened(height: int = 96, width: int = 128, channels: int = 3) -> Opened:
    """A part of the flower."""
    return opened_pixels(flower()[60 : 60 + height, 100 : 100 + width, :channels])


def opened_pixels(pixels: np.ndarray) -> Opened:
    """A photograph."""
    picture = Picture(np.ascontiguousarray(pixels))
    return Opened("flower.png", picture, pyramid_of(picture), BEFORE)


@dataclass(eq=False)
class Watched:
    """The tool, and all that it told."""

    tool: Compressing
    told: list[Measured] = field(default_factory=list)
    curves: list[Curves] = field(default_factory=list)
    before: list[Pyramid] = field(default_factory=list)
    after: list[Pyramid] = field(default_factory=list)
    patches: list[Patch] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    named: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        tool = self.tool
        tool.measured.connect(self._on_measured)
        tool.curves_changed.connect(self.curves.append)
        tool.before_changed.connect(self.before.append)
        tool.after_changed.connect(self.after.append)
        tool.patched.connect(self._on_patched)
        tool.failed.connect(self.failed.append)
        tool.named.connect(self._on_named)

    def _on_measured(self, told: Measured | None) -> None:
        if told:
            self.told.append(told)

    def _on_patched(self, patch: Patch) -> None:
        self.patches.append(patch)
        self.after[-1].paste(patch)

    def _on_named(self, left: str, right: str) -> None:
        self.named.append((left, right))

    @property
    def now(self) -> Measured:
        """What was told last."""
        return self.told[-1]

    def wait_whole(self, qtbot: QtBot) -> Measured:
        """Wait for the file and its figures."""
        qtbot.waitUntil(
            lambda: bool(self.told) and self.now.is_exact and self.now.figures is not None, timeout=PATIENCE
        )
        return self.now


def small_codec(folder: Path) -> str:
    """The path of a codec's model file."""
    path = folder / "tiny.safetensors"
    path.write_bytes(model_file())
    return str(path)
