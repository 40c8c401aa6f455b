"""How much better Tesseract reads worn pages once they are cleaned, in fonts and texts unseen in training."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFont

from aestudio.pictures.cleaners import find_cleaner
from aestudio.pictures.denoise import denoise
from aestudio.pictures.pages import set_page
from aestudio.pictures.picture import Picture
from aestudio.pictures.wear import worn
from aestudio.spec.faults import UserError
from tests.benchmarks.pictures_rows import Row, Setting

FONTS = ("P052-Roman.otf", "URWGothic-Book.otf", "DejaVuSerif.ttf", "")
"""Kept out of training; the empty name is the font within Pillow (Aileron)."""
_PLACES = ("/usr/share/fonts",)
_SIZES = (26, 32)  # pixels: 12 points at 150 to 190 dots an inch
_PAGE = (960, 704)

TEXTS = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived "
    "in Liberty, and dedicated to the proposition that all men are created equal. Now we are engaged in a "
    "great civil war, testing whether that nation, or any nation so conceived and so dedicated, can long "
    "endure. We are met on a great battle-field of that war. We have come to dedicate a portion of that "
    "field, as a final resting place for those who here gave their lives that that nation might live.",
    "When on board H.M.S. Beagle, as naturalist, I was much struck with certain facts in the distribution "
    "of the inhabitants of South America, and in the geological relations of the present to the past "
    "inhabitants of that continent. These facts seemed to me to throw some light on the origin of "
    "species, that mystery of mysteries, as it has been called by one of our greatest philosophers. On my "
    "return home, it occurred to me, in 1837, that something might perhaps be made out on this question.",
    "Call me Ishmael. Some years ago, never mind how long precisely, having little or no money in my "
    "purse, and nothing particular to interest me on shore, I thought I would sail about a little and see "
    "the watery part of the world. It is a way I have of driving off the spleen and regulating the "
    "circulation. Whenever I find myself growing grim about the mouth; whenever it is a damp, drizzly "
    "November in my soul, then I account it high time to get to sea as soon as I can.",
)
"""Lincoln 1863, Darwin 1859, Melville 1851."""


def rows(setting: Setting) -> list[Row]:
    """Character error rates over all pages: edits to the true text over its length."""
    if not shutil.which("tesseract"):
        raise UserError("tesseract is not installed; apt-get install tesseract-ocr")
    cleaner = find_cleaner(setting.model("scan-cleaner"))
    truths, pages = _pages()
    noisy = worn(pages, torch.Generator().manual_seed(11)).permute(0, 2, 3, 1).numpy()
    length, before, after, clean = sum(map(len, truths)), 0, 0, 0
    for truth, page, y in zip(truths, pages.permute(0, 2, 3, 1).numpy(), noisy, strict=True):
        picture = Picture(np.rint(255 * y).astype(np.uint8))
        cleaned, _ = denoise(picture, cleaner, precision="float32")
        clean += edits(read(np.rint(255 * page).astype(np.uint8)), truth)
        before += (b := edits(read(picture.pixels), truth))
        after += (a := edits(read(cleaned.pixels), truth))
        print(f"  {b} to {a} edits of {len(truth)}", file=sys.stderr, flush=True)
    share = after / max(before, 1)
    details = (
        f"error rate {before / length:.1%} worn, {after / length:.1%} cleaned, {clean / length:.1%} as new"
    )
    return [Row("scans", "error rate over that of worn pages", share, "<= 1/3", share <= 1 / 3, details)]


def _pages() -> tuple[list[str], torch.Tensor]:
    """True texts and pages ``(N, 3, H, W)``: each text in each font, the sizes in turn."""
    generator = np.random.default_rng(5)
    truths, pages = [], []
    for i, name in enumerate(FONTS):
        for j, text in enumerate(TEXTS):
            truths.append(text)
            pages.append(set_page(text, _font(name, _SIZES[(i + j) % 2]), generator, _PAGE))
    return truths, torch.from_numpy(np.stack(pages)).permute(0, 3, 1, 2).float() / 255


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    if not name:
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font
    found = [path for place in _PLACES for path in Path(place).rglob(name)]
    if not found:
        raise UserError(f"{name} is not installed; apt-get install fonts-urw-base35 fonts-dejavu-core")
    return ImageFont.truetype(found[0], size)


def read(pixels: np.ndarray) -> str:
    """What Tesseract reads, words parted by single spaces."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        Image.fromarray(pixels).save(file.name)
        command = ["tesseract", file.name, "-", "--psm", "6", "--dpi", "170"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def edits(read: str, truth: str) -> int:
    """Characters to insert, delete or exchange (Levenshtein 1966)."""
    row = np.arange(len(truth) + 1)
    target = np.array(list(truth))
    for i, character in enumerate(read, 1):
        swapped = np.minimum(row[:-1] + (target != character), row[1:] + 1)
        best = np.concatenate([[i], swapped])
        # Insertions run along the row: the least of best[k] + (j - k) over k <= j.
        at = np.arange(len(best))
        row = np.minimum.accumulate(best - at) + at
    return int(row[-1])
