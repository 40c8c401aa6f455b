"""One line of progress on the terminal, on stderr, so that stdout holds the result alone."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_EVERY = 0.1  # seconds between two lines on a terminal
_EVERY_LOGGED = 10.0  # and in a file, where lines stay


class Progress:
    """Rewrites one line on a terminal; elsewhere it writes a line now and then."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._next = 0.0
        self._shown = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write("\n")

    def share(self, done: float, what: str) -> None:
        """Tell of a task that is ``done`` (0 to 1)."""
        self.line(f"{what} {done:.0%}")

    def line(self, text: str, *, always: bool = False) -> None:
        """Show ``text`` in place of the last line, if it is time for one."""
        now = time.monotonic()
        if not always and now < self._next:
            return
        self._next = now + (_EVERY if self._live else _EVERY_LOGGED)
        if self._live:
            sys.stderr.write("\r" + text.ljust(self._shown))
            self._shown = len(text)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()
