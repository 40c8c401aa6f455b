"""The download of Fashion-MNIST, against a server on this computer."""

from __future__ import annotations

import functools
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aestudio.data import download
from aestudio.spec.faults import UserError

pytest.importorskip("pooch")

CONTENT = {name: name.encode() * 20_000 for name in download.FILES}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve a folder without a word."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is served in the place of the authors' repository."""
    home = tmp_path / "served"
    home.mkdir()
    files = {}
    for name, data in CONTENT.items():
        (home / name).write_bytes(data)
        files[name] = (f"md5:{hashlib.md5(data).hexdigest()}", len(data))
    monkeypatch.setattr(download, "FILES", files)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=home)) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        monkeypatch.setattr(download, "URL", f"http://127.0.0.1:{web.server_port}/")
        yield home
        web.shutdown()
        thread.join()


def never() -> bool:
    return False


def test_four_files_arrive_with_their_sums(server: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    home = download.download_fashion_mnist(
        tmp_path / "in", progress=lambda share, doing: shares.append(share), cancelled=never
    )
    assert {p.name: p.read_bytes() for p in home.iterdir()} == CONTENT
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_what_is_here_is_not_fetched_again(server: Path, tmp_path: Path) -> None:
    fetch = functools.partial(
        download.download_fashion_mnist, tmp_path / "in", progress=lambda share, doing: None, cancelled=never
    )
    fetch()
    for path in server.iterdir():
        path.unlink()
    fetch()


def test_a_wrong_sum_is_told_and_leaves_no_file(server: Path, tmp_path: Path) -> None:
    (server / "train-images-idx3-ubyte.gz").write_bytes(b"something else")
    with pytest.raises(UserError, match="did not arrive as published"):
        download.download_fashion_mnist(tmp_path / "in", progress=lambda share, doing: None, cancelled=never)
    assert list((tmp_path / "in").iterdir()) == []


def test_it_stops_when_asked_and_leaves_no_half_file(server: Path, tmp_path: Path) -> None:
    with pytest.raises(download.Cancelled):
        download.download_fashion_mnist(
            tmp_path / "in", progress=lambda share, doing: None, cancelled=lambda: True
        )
    assert list((tmp_path / "in").iterdir()) == []


def test_a_refusal_is_told(server: Path, tmp_path: Path) -> None:
    (server / "train-images-idx3-ubyte.gz").unlink()
    with pytest.raises(UserError, match="the server answered 404"):
        download.download_fashion_mnist(tmp_path / "in", progress=lambda share, doing: None, cancelled=never)


def test_no_connection_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "URL", "http://127.0.0.1:9/")  # nothing listens on the discard port
    with pytest.raises(UserError, match=r"no connection .* try again"):
        download.download_fashion_mnist(tmp_path / "in", progress=lambda share, doing: None, cancelled=never)
