"""Data that can be downloaded are fetched through the same door, and only when asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from aestudio.data import door
from aestudio.data.sources import fashion_mnist, mnist
from aestudio.spec.faults import UserError


def silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""


def test_what_cannot_be_downloaded_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist.Mnist, "here", lambda _: False)
    with pytest.raises(UserError, match=r"MNIST cannot be downloaded; the four files of MNIST are missing"):
        door.fetch("mnist", progress=silent)
    with pytest.raises(UserError, match=r"'leaves' cannot be downloaded; what can is fashion-mnist$"):
        door.fetch("leaves", progress=silent)


def test_what_ships_need_not_be_downloaded() -> None:
    door.fetch("MNIST", progress=silent)


def test_fetching_reaches_the_download(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []

    def download(*, progress: door.Progress, cancelled: object) -> None:
        progress(0.5, "half")

    monkeypatch.setattr(fashion_mnist, "download_fashion_mnist", download)
    door.fetch("fashion-mnist", progress=lambda share, doing: told.append(share))
    assert told == [0.5]


def test_the_offer_tells_the_size_only_while_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path / "nowhere")
    missing = next(offer for offer in door.sources() if offer.kind == "fashion-mnist")
    assert (missing.here, missing.download_mb) == (False, 30)
    assert "aestudio data fashion-mnist --download" in missing.missing
