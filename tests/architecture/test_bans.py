"""Calls that look right and are not, where the linter cannot tell by the name alone."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]


def _terminates(tree: ast.AST) -> Iterator[ast.AST]:
    """Calls of any ``terminate()``: QThread's kills a thread that may hold a lock."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "terminate"
        ):
            yield node


def _lambdas_that_hold_self(tree: ast.AST) -> Iterator[ast.AST]:
    """``signal.connect(lambda: self.…)``: it keeps the widget alive and runs on the sender's thread."""
    for call in ast.walk(tree):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "connect"
        ):
            for given in call.args:
                names = {n.id for n in ast.walk(given) if isinstance(n, ast.Name)}
                if isinstance(given, ast.Lambda) and "self" in names:
                    yield given


BANS: dict[str, Callable[[ast.AST], Iterator[ast.AST]]] = {
    "ask the thread to stop and wait for it": _terminates,
    "connect a @Slot method": _lambdas_that_hold_self,
}
PLANTED = {
    "ask the thread to stop and wait for it": "self._thread.terminate()",
    "connect a @Slot method": "button.clicked.connect(lambda: self.train(1))",
}


@pytest.mark.parametrize("instead", BANS)
def test_no_banned_call_in_the_window(instead: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for path in (ROOT / "aestudio" / "qt").rglob("*.py")
        for node in BANS[instead](ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == [], instead


@pytest.mark.parametrize("instead", BANS)
def test_the_ban_catches_its_call(instead: str) -> None:
    assert list(BANS[instead](ast.parse(PLANTED[instead])))
