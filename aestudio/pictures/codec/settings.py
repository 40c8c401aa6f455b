"""How to compress: what a person asks for. No torch, so that a window knows it before anything is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SHIPPED = "photo-codec"
LOW, HIGH = 1.0, 100.0
"""The ends of the quality."""
MOST_BITS, USUAL_BITS = 8, 5
"""Of a number in a run's code."""


@dataclass(frozen=True, kw_only=True)
class CompressSettings:
    """How to compress.

    Args:
        model: ``photo-codec``, a model file of the codec, or the folder of a run.
        quality: 1 to 100; a run has none.
        target_bytes: the best that fits into so many, whatever ``quality`` and ``bits`` say.
        bits: of a run's numbers, 1 to 8.
    """

    model: str = SHIPPED
    quality: float = 50.0
    target_bytes: int | None = None
    bits: int = USUAL_BITS

    @property
    def run(self) -> Path | None:
        """The folder of the run, if it is one."""
        folder = Path(self.model).expanduser()
        return folder if self.model != SHIPPED and folder.is_dir() else None
