"""Counts, times and sizes as a person says them, in the window and on the command line alike."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """``1 step``, ``2,000 steps``: of nouns that only take an s."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def time_text(seconds: float) -> str:
    """``0.4 s``, ``42 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if 0 < seconds < 9.95:
        return f"{max(seconds, 0.1):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        (large, small), (unit, part) = divmod(whole, 60), ("min", "s")
    else:
        (large, small), (unit, part) = divmod(whole // 60, 60), ("h", "min")
    return f"{large:,} {unit}" + (f" {small} {part}" if small else "")


def bytes_text(count: float) -> str:
    """Bytes in units of a thousand, three digits: ``84.2 kB``."""
    for unit, size in (("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}" if count < 999.5 * size else f"{count / size:,.0f} {unit}"
    return f"{count:.0f} bytes"
