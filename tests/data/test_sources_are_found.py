"""Sources register themselves, the door offers them, and misses are told with a suggestion."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from aestudio.data import sources as home
from aestudio.data.door import open_data, sources
from aestudio.data.source import NamedSource, Source, file_sources, named_sources, register
from aestudio.spec.faults import UserError
from aestudio.spec.run import DataSpec
from tests.data.makers import Fault

FILES = sorted(path for path in Path(home.__path__[0]).glob("*.py") if path.stem != "__init__")


def test_every_file_gives_a_source() -> None:
    found: list[Source] = [*named_sources().values(), *file_sources()]
    assert sorted(type(s).__module__.rpartition(".")[2] for s in found) == [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sources_do_not_import_each_other(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [module for module in modules if module.startswith("aestudio.data.sources")]


def test_a_second_source_of_one_name_is_refused() -> None:
    with pytest.raises(TypeError, match="two sources call themselves 'mnist'"):

        @register
        class Other(NamedSource):
            kind = "mnist"


def test_offers_say_what_is_here() -> None:
    offers = {offer.kind: offer for offer in sources()}
    assert offers["mnist"].here
    assert offers["mnist"].by_name
    assert not offers["pictures"].by_name
    for offer in offers.values():
        assert offer.label
        assert offer.help
        assert offer.here is not bool(offer.missing)


def test_menus_do_not_wait_for_torch() -> None:
    code = "import sys; from aestudio.data.door import sources; sources(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(("name", "near"), [("mnits", "mnist"), ("fashion_mnist", "fashion-mnist")])
def test_a_slip_of_the_pen_is_put_right(name: str, near: str) -> None:
    with pytest.raises(UserError, match=f"'{name}'; did you mean {near}"):
        open_data(DataSpec(source=name))


def test_a_path_nearly_right_is_put_right(tmp_path: Path, fault: Fault) -> None:
    (tmp_path / "holiday-photos").mkdir()
    assert f"did you mean {tmp_path / 'holiday-photos'}?"[:-1] in fault(tmp_path / "holiday-photo") + "?"


def test_nothing_at_all_lists_what_there_is() -> None:
    with pytest.raises(UserError, match="use digits, fashion-mnist, mnist or an existing file or folder"):
        open_data(DataSpec(source=""))


def test_a_foreign_file_lists_what_is_known(tmp_path: Path, fault: Fault) -> None:
    (tmp_path / "letter.odt").write_bytes(b"hello")
    assert "is of no kind known here; use a folder of IDX files" in fault(tmp_path / "letter.odt")


def test_what_may_not_be_read_is_told(tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,2\n")

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))  # as for a user who is not root

    monkeypatch.setattr(Path, "open", refuse)
    assert "a.csv may not be read by you" in fault(path)


def test_digits_open_and_their_absence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    found = open_data(DataSpec(source="digits"))
    assert (found.shape, len(found), len(found.classes)) == ((1, 8, 8), 1797, 10)
    assert int(found.images.max()) == 255
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="run: pip install scikit-learn"):
        open_data(DataSpec(source="digits"))


def test_fashion_mnist_s_absence_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = sys.modules["aestudio.data.sources.fashion_mnist"]
    monkeypatch.setattr(module, "DEBIAN", tmp_path / "nowhere")
    with pytest.raises(UserError, match="not on this computer; download it"):
        open_data(DataSpec(source="fashion-mnist"))
