"""Whether a window can be shown at all, found out before Qt is asked: it ends the process where none can."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from collections.abc import Mapping

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""What Qt needs on any Linux, and the Debian packages that have it."""

X_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What a window under X needs besides."""

_INSTEAD = "or work without a window: aestudio --help"


def why_no_window(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """One sentence on why no window can be shown here and what to do, or nothing if one can."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if platform != "linux":
        return _why_no_qt()
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    if not chosen and not shown:
        return f"there is no display; log in to a desktop, set DISPLAY (ssh -X does), {_INSTEAD}"
    wanted = dict(LIBRARIES)
    if chosen.startswith("xcb") or (not chosen and not environment.get("WAYLAND_DISPLAY")):
        wanted |= X_LIBRARIES
    if packages := [package for library, package in wanted.items() if not _is_there(library)]:
        names = " ".join(packages)
        fix = f"on Debian or Ubuntu run: apt-get install {names}"
        return f"libraries for windows are missing; {fix}; {_INSTEAD}"
    if not chosen and not environment.get("WAYLAND_DISPLAY") and not _answers(environment["DISPLAY"]):
        return (
            f"the display {environment['DISPLAY']} cannot be reached; set DISPLAY to one that can, {_INSTEAD}"
        )
    return _why_no_qt()


def _answers(display: str) -> bool:
    """Whether an X server is there: Qt would abort the process where none is."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not broken


def _is_there(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _why_no_qt() -> str:
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        fix = "run: pip install --force-reinstall PySide6-Essentials"
        return f"Qt cannot be loaded ({error}); {fix}; {_INSTEAD}"
    return ""
