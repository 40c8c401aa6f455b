"""The file that is written is the one that a person named, and no other is replaced unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from aestudio.qt.file_names import place_chosen
from aestudio.spec.faults import UserError


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("mine", "mine.html"),
        ("v1.2", "v1.2.html"),
        ("Mine.HTML", "Mine.HTML"),
        ("mine.htm", "mine.htm"),
        ("mine.txt", "mine.txt.html"),
    ],
)
def test_a_name_gets_the_suffix_that_it_lacks(typed: str, written: str, tmp_path: Path) -> None:
    assert place_chosen(str(tmp_path / typed), ".html", ".htm") == tmp_path / written


def test_a_name_that_can_be_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot be written \(file name too long\); give another name"):
        place_chosen(str(tmp_path / ("long" * 100)), ".html")


def test_what_the_dialog_did_not_ask_about_is_not_replaced(tmp_path: Path) -> None:
    there = tmp_path / "mine.toml"
    there.touch()
    assert place_chosen(str(there), ".toml") == there, "the dialog asked"
    with pytest.raises(UserError, match="is there already"):
        place_chosen(str(tmp_path / "mine"), ".toml")
