"""A picture from a server on this machine: whole, refused, cancelled, unreachable."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from PIL import Image
from skimage import data

from aestudio.pictures.fetching import fetched_picture
from aestudio.pictures.picture import open_picture
from aestudio.pictures.tiles import nothing_told
from aestudio.spec.faults import UserError

CAT = data.chelsea()


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if not self.path.startswith("/a%20cat.png"):
            self.send_error(404)
            return
        file = io.BytesIO()
        Image.fromarray(CAT).save(file, "PNG")
        self.send_response(200)
        self.send_header("Content-Length", str(len(file.getvalue())))
        self.end_headers()
        self.wfile.write(file.getvalue())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_comes_whole_under_its_name(address: str) -> None:
    told: list[float] = []
    file, name = fetched_picture(f"{address}/a%20cat.png?large=1", lambda share, _: told.append(share))
    assert name == "a cat.png"
    assert np.array_equal(open_picture(file).pixels, CAT)
    assert told[-1] == 1.0


def test_a_refusal_is_told(address: str) -> None:
    with pytest.raises(UserError, match="404"):
        fetched_picture(f"{address}/dog.png", nothing_told)


def test_what_is_cancelled_ends(address: str) -> None:
    class Cancelled(Exception):
        pass

    def cancel(share: float, doing: str) -> None:
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        fetched_picture(f"{address}/a%20cat.png", cancel)


def test_offline_says_what_to_do() -> None:
    with pytest.raises(UserError, match="cannot be reached; check the connection"):
        fetched_picture("http://127.0.0.1:9/cat.png", nothing_told)


def test_what_is_too_large_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aestudio.pictures.fetching._MOST", 1000)
    with pytest.raises(UserError, match="is larger than"):
        fetched_picture(f"{address}/a%20cat.png", nothing_told)
