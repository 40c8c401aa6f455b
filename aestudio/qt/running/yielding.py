"""Threads that work in the background give way to the one that draws the window."""

from __future__ import annotations

import os
import threading


def yield_to_the_window(niceness: int) -> None:
    """Lower this thread's priority by so much, and that of the threads which torch starts from here."""
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":  # elsewhere it would take the process
        me = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, me, min(19, os.getpriority(os.PRIO_PROCESS, me) + niceness))
