"""Pillow's codecs in a process of their own.

JPEG 2000 holds Python's lock for half a second a megapixel, in which no window answers, and AVIF takes more
than a second for one, in which no work can be broken off. A process can be ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np

from aestudio.pictures.curves import Point
from aestudio.pictures.waiting import Ask
from aestudio.spec.faults import UserError

_LOOK_SECONDS = 0.05
_PIECE = 1 << 20  # bytes at a time: whoever copies more holds Python's lock for long


@dataclass(frozen=True, eq=False)
class Beside:
    """A rival's picture: pixels uint8 (H, W, C), the bytes of its file, PSNR in dB, and the setting."""

    pixels: np.ndarray
    bytes: int
    psnr: float
    setting: float


class RivalProcess:
    """Encodes one picture, uint8 (H, W, C). The process starts with the first question.

    Every question raises UserError where the codec cannot do it; ``ask`` may raise to break it off.
    """

    def __init__(self, pixels: np.ndarray) -> None:
        self._pixels = pixels
        self._process: subprocess.Popen[bytes] | None = None

    def point(self, rival: str, setting: float, ask: Ask) -> Point:
        """The picture at a setting."""
        told, _ = self._answer({"rival": rival, "setting": setting}, 0, ask)
        return Point(8 * told["bytes"] / (self._pixels.shape[0] * self._pixels.shape[1]), told["psnr"])

    def fitted(self, rival: str, most: int, ask: Ask) -> Beside:
        """The picture at the finest setting that fits into ``most`` bytes, or at the coarsest there is."""
        told, back = self._answer({"rival": rival, "most": most}, self._pixels.size, ask)
        pixels = np.frombuffer(back, np.uint8).reshape(self._pixels.shape)
        return Beside(pixels, told["bytes"], told["psnr"], told["setting"])

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def _answer(self, asked: dict[str, Any], behind: int, ask: Ask) -> tuple[dict[str, Any], bytearray]:
        got: list[tuple[dict[str, Any], bytearray]] = []
        talk = threading.Thread(target=lambda: got.append(self._talk(asked, behind)), daemon=True)
        talk.start()
        try:
            while talk.is_alive():
                talk.join(_LOOK_SECONDS)
                ask()
        except BaseException:
            if self._process:
                self._process.kill()
            talk.join()
            self.close()
            raise
        told, back = got[0]
        if "error" in told:
            raise UserError(f"{asked['rival']} cannot encode this picture here: {told['error']}")
        return told, back

    def _talk(self, asked: dict[str, Any], behind: int) -> tuple[dict[str, Any], bytearray]:
        try:
            pipe_in, pipe_out = self._pipes()
            pipe_in.write(json.dumps(asked).encode() + b"\n")
            pipe_in.flush()
            line = pipe_out.readline()
            if not line:
                return {"error": "its process has ended"}, bytearray()
            told = json.loads(line)
            return told, bytearray() if "error" in told else _read(pipe_out, behind)
        except (OSError, ValueError) as error:
            return {"error": str(error)}, bytearray()

    def _pipes(self) -> tuple[Any, Any]:
        if self._process is None:
            command = [sys.executable, "-m", "aestudio.pictures.rival_process"]
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment)
            assert self._process.stdin
            self._process.stdin.write(json.dumps(list(self._pixels.shape)).encode() + b"\n")
            pixels = np.ascontiguousarray(self._pixels).data.cast("B")
            for at in range(0, len(pixels), _PIECE):
                self._process.stdin.write(pixels[at : at + _PIECE])
        return self._process.stdin, self._process.stdout


def _read(pipe: Any, count: int) -> bytearray:
    data = bytearray(count)
    view = memoryview(data)
    for at in range(0, count, _PIECE):
        piece = view[at : at + _PIECE]
        if pipe.readinto(piece) != len(piece):
            raise OSError("its process has ended")
    return data
