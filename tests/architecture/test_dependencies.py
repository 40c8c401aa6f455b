"""What the program imports is what it declares: else it runs on a developer's machine and nowhere else."""

from __future__ import annotations

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _declared() -> set[str]:
    """Names of the distributions that an installation without test tools may count on."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(line for name in extras if name != "test" for line in extras[name])]
    return {_normal(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in wanted}


def _imported() -> set[str]:
    """Top-level names of all foreign packages that a file of ours imports, anywhere in it."""
    names: set[str] = set()
    for path in (ROOT / "aestudio").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - sys.stdlib_module_names - {"aestudio", "tomllib"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_imports_are_declared() -> None:
    homes = metadata.packages_distributions()
    # shiboken6 comes with PySide6 and is of one version with it.
    declared = _declared() | {"shiboken6"}
    missing = {n for n in _imported() if not declared & {_normal(d) for d in homes.get(n, [n])}}
    assert missing == set(), "declare it in pyproject.toml, or do without it"
