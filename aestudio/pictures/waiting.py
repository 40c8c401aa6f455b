"""Whether anyone still waits: asked between the layers of a net, since one tile takes seconds.

Nets are shared by all who work with them at this moment, so what is asked belongs to a thread.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

Ask = Callable[[], object]
"""It raises where nobody waits any more."""


class _Asked(threading.local):
    ask: Ask | None = None


_asked = _Asked()


@contextlib.contextmanager
def asking(ask: Ask) -> Iterator[None]:
    """Let what this thread does ask now and then."""
    before, _asked.ask = _asked.ask, ask
    try:
        yield
    finally:
        _asked.ask = before


def ask_now() -> None:
    """Ask, where anything is to be asked."""
    if _asked.ask:
        _asked.ask()


def ask_between_layers(net: nn.Module) -> None:
    """Ask before each layer of ``net`` from now on."""
    for layer in net.modules():
        if not any(layer.children()):
            layer.register_forward_pre_hook(_before)


def _before(*_: object) -> None:
    ask_now()
