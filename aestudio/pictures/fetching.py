"""A picture from the web, because a person dropped its address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from aestudio.spec.faults import UserError

_MOST = 300_000_000  # bytes
_CHUNK = 1 << 16
_PATIENCE = 10.0  # seconds without a byte


def fetched_picture(address: str, progress: Callable[[float, str], None]) -> tuple[bytes, str]:
    """The bytes at an http or https address, and the name that it gives them; ``progress`` may end it.

    Raises
    ------
    UserError
        this machine is offline, the server refuses, or it is larger than 300 MB.
    """
    import requests

    name = unquote(PurePosixPath(urlsplit(address).path).name) or "picture"
    progress(0.0, f"fetching {name}")
    try:
        with requests.get(address, stream=True, timeout=_PATIENCE) as answer:
            answer.raise_for_status()
            total = int(answer.headers.get("Content-Length") or 0)
            got = bytearray()
            for part in answer.iter_content(_CHUNK):
                got += part
                if max(len(got), total) > _MOST:
                    raise UserError(f"{address}: is larger than {_MOST // 1_000_000} MB; save it first")
                progress(len(got) / total if total else 0.0, f"fetching {name}")
    except requests.ConnectionError as fault:
        raise UserError(
            f"{address}: cannot be reached; check the connection, or save the picture and drop its file"
        ) from fault
    except (requests.RequestException, ValueError) as fault:
        raise UserError(f"{address}: could not be fetched ({fault}); save the picture and drop it") from fault
    return bytes(got), name
