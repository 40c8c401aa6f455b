"""Fashion-MNIST from its authors' repository, when the user asks for it and not before."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from aestudio.data.resources import cache_folder
from aestudio.data.source import Progress
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"

FILES = {
    "train-images-idx3-ubyte.gz": ("md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
    "train-labels-idx1-ubyte.gz": ("md5:25c81989df183df01b3e8a0aad5dffbe", 29_515),
    "t10k-images-idx3-ubyte.gz": ("md5:bef4ecab320f06d8554ea6380940ec79", 4_422_102),
    "t10k-labels-idx1-ubyte.gz": ("md5:bb300cfdad3c16e7a12a480ee83cd310", 5_148),
}
"""The sums that the authors publish, and the sizes in bytes, for the progress."""

_CHUNK = 1 << 16


class Cancelled(Exception):
    """The user stopped the download. Files that came in whole are kept."""


def download_fashion_mnist(
    folder: Path | None = None, *, progress: Progress, cancelled: Callable[[], bool]
) -> Path:
    """Fetch the four files into ``folder`` (by default where the source looks) and return it.

    Files that are there with the right sum are not fetched again. A file appears under its name only when
    it is whole and its sum is right.

    Raises
    ------
    UserError
        No connection, a wrong sum, or no room on the disk.
    Cancelled
        As soon as ``cancelled`` says so.
    """
    pooch, requests = _tools()
    home = folder or cache_folder() / "fashion-mnist"
    done = 0
    for name, (sum_, size) in FILES.items():
        bar = _Bar(name, done, progress, cancelled)
        fetch = pooch.HTTPDownloader(progressbar=bar, chunk_size=_CHUNK)
        try:
            pooch.retrieve(URL + name, sum_, fname=name, path=home, downloader=fetch)
        except requests.exceptions.RequestException as fault:
            raise _offline(fault) from fault
        except ValueError as fault:  # pooch's word for a wrong sum
            raise UserError(
                f"{URL}{name} did not arrive as published (its MD5 sum differs); try again"
            ) from fault
        except OSError as fault:
            raise UserError(
                f"{home / name} could not be written ({fault.strerror}); free some space"
            ) from fault
        done += size
    progress(1.0, "Fashion-MNIST is here")
    return home


class _Bar:
    """What pooch calls a progress bar."""

    def __init__(self, name: str, before: int, progress: Progress, cancelled: Callable[[], bool]) -> None:
        self.total = 0
        self._name, self._before, self._done = name, before, 0
        self._progress, self._cancelled = progress, cancelled

    def update(self, count: int) -> None:
        if self._cancelled():
            raise Cancelled
        self._done = min(
            self._done + count, self.total
        )  # pooch counts its last, shorter chunk as a whole one
        whole = sum(size for _, size in FILES.values())
        self._progress(min(1.0, (self._before + self._done) / whole), f"downloading {self._name}")

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing to clear away."""


def _tools():  # noqa: ANN202  # two modules
    try:
        import pooch  # brings requests along; imported only when a download is asked for
        import requests
    except ImportError as fault:
        raise UserError("downloading needs pooch, which is not installed; run: pip install pooch") from fault
    pooch.get_logger().setLevel(logging.WARNING)
    return pooch, requests


def _offline(fault: Exception) -> UserError:
    status = getattr(getattr(fault, "response", None), "status_code", None)
    why = f"the server answered {status}" if status else "no connection to github.com"
    return UserError(
        f"Fashion-MNIST could not be downloaded ({why}); connect to the internet and try again, "
        "or on Debian run: apt-get install dataset-fashion-mnist"
    )
