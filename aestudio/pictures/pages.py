"""Clean pages of text, rendered from fonts and texts: what a scan is to be cleaned to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from aestudio.pictures.photographs import Photographs
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageFont import FreeTypeFont
    from PIL.ImageFont import ImageFont as BitmapFont

PAGE = (768, 1024)
"""Width and height in pixels."""
_FONTS, _TEXTS = (".ttf", ".otf"), (".txt",)
_SIZES = (15, 44)  # of type, in pixels: 7 to 21 points at 150 dots an inch
_PAGES, _HELD_OUT = 150, 8
_PLACES = 3  # places tried for a crop: the middle one by ink is taken, so that margins are rare


@dataclass(frozen=True, eq=False)
class Pages(Photographs):
    """Pages as photographs are kept; text is neither mirrored nor turned."""

    def _crop(self, side: int, generator: np.random.Generator) -> np.ndarray:
        page = self.train[generator.integers(len(self.train))]
        tops = generator.integers(page.shape[0] - side + 1, size=_PLACES)
        lefts = generator.integers(page.shape[1] - side + 1, size=_PLACES)
        crops = [page[y : y + side, x : x + side] for y, x in zip(tops, lefts, strict=True)]
        return sorted(crops, key=lambda crop: float(crop.mean()))[
            _PLACES // 2 if generator.random() < 0.5 else 0
        ]


def open_pages(folder: Path, *, side: int, progress: Callable[[float, str], None]) -> Pages:
    """Pages rendered with the fonts and texts in ``folder/train`` and, to validate, ``folder/held-out``.

    Raises
    ------
    UserError
        one of the folders lacks a font (``.ttf``, ``.otf``) or a text (``.txt``).
    """
    parts = []
    for part, count in (("train", _PAGES), ("held-out", _HELD_OUT)):
        generator = np.random.default_rng(count)
        fonts, words = _found(folder / part, _FONTS), _words(folder / part)
        pages = []
        for i in range(count):
            progress(i / count, f"setting pages ({part})")
            size = round(float(np.exp(generator.uniform(*np.log(_SIZES)))))
            font = ImageFont.truetype(fonts[i % len(fonts)], size)
            at = int(generator.integers(max(len(words) - 600, 1)))
            pages.append(set_page(" ".join(words[at : at + 600]), font, generator))
        parts.append(tuple(pages))
    return Pages(parts[0], parts[1])


def set_page(
    text: str,
    font: FreeTypeFont | BitmapFont,
    generator: np.random.Generator,
    size: tuple[int, int] = PAGE,
) -> np.ndarray:
    """``text`` set in lines as far as it fits, black on white, uint8 ``(H, W, 3)``."""
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    _, top, _, bottom = draw.textbbox((0, 0), "Mgjpq|", font=font)
    height = (bottom - top) * generator.uniform(1.1, 1.6)
    margin = int(size[0] * generator.uniform(0.04, 0.1))
    y = float(margin)
    for line in _lines(text, draw, font, size[0] - 2 * margin):
        if y + height > size[1] - margin / 2:
            break
        draw.text((margin, y), line, fill=int(generator.integers(0, 40)), font=font)
        y += height
    return np.repeat(np.asarray(page)[..., None], 3, axis=2)


def _lines(text: str, draw: ImageDraw.ImageDraw, font: FreeTypeFont | BitmapFont, width: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and draw.textlength(longer, font=font) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def _found(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in suffixes) if folder.is_dir() else []
    if not found:
        raise UserError(f"{folder}: holds no {' or '.join(suffixes)} file; put fonts and texts there")
    return found


def _words(folder: Path) -> list[str]:
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in _found(folder, _TEXTS)]
    return [word for text in texts for word in text.split() if len(word) < 25]
