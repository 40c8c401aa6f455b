"""Axes that stay put: a range grows at once when something leaves it, and shrinks slowly."""

from __future__ import annotations

PAD = 0.06
SHRINK = 0.08  # of the gap, at each picture
SLACK = 0.15  # of the span: a gap this small is no reason to move at all


class EasedRange:
    """One axis' range, following the data's."""

    def __init__(self) -> None:
        self.low = 0.0
        self.high = 1.0
        self._fresh = True

    def reset(self) -> None:
        """Take the next range as it is."""
        self._fresh = True

    def follow(self, low: float, high: float) -> tuple[float, float]:
        """The range to show when the data reach from ``low`` to ``high``."""
        span = (high - low) or abs(high) or 1.0
        low, high = low - PAD * span, high + PAD * span
        if self._fresh:
            self.low, self.high, self._fresh = low, high, False
            return low, high
        # What leaves is met with twice the room, so that a cloud that spreads moves the axis seldom.
        self.low = self._eased(self.low, low, low - PAD * span, span, outwards=low < self.low - PAD * span)
        self.high = self._eased(
            self.high, high, high + PAD * span, span, outwards=high > self.high + PAD * span
        )
        return self.low, self.high

    @staticmethod
    def _eased(now: float, wanted: float, roomy: float, span: float, *, outwards: bool) -> float:
        if outwards:
            return roomy
        inwards = abs(now - wanted) > SLACK * span
        return now + (wanted - now) * SHRINK if inwards else now
