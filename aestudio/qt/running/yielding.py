"""Threads that work in the background give way to the one that draws the window."""

from __future__ import annotations

import os
import threading


def yield_to_the_window(niceness: int) -> None:
    """Lower this thread's priority, and with it that of the threads which torch starts from here."""
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":  # elsewhere it would take the process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
