"""The house: packages in one order, and every import points down it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ORDER = (
    "app",
    "pages",
    "commands",
    "views",
    "charts",
    "speed",
    "training",
    "sweeps",
    "scheduling",
    "imports",
    "exports",
    "explain",
    "evaluation",
    "runs",
    "data",
    "models",
    "recipes",
    "drawn",
    "accounts",
    "hardware",
    "words",
    "validation",
    "lean_keras",
    "installation",
    "settings",
    "errors",
    "names",
    "labels",
)
"""From the top floor down; a package may import what stands after it, and itself."""


def sources() -> list[Path]:
    """Return every file of the program, without its tests and documentation."""
    return [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "cifar_core").rglob("*.py")]


def room_of(module: str) -> str:
    """Return the package of the house that a module lies in (``"cifar_core.runs.store"`` → ``"runs"``)."""
    parts = module.split(".")
    return parts[0] if parts[0] != "cifar_core" or len(parts) == 1 else parts[1]


def imported_modules(source: str) -> Iterator[str]:
    """Yield the modules of this project that a file imports, those imported inside a function too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            # “from cifar_core import errors” names the module in the list.
            whole = node.module == "cifar_core"
            names = [f"cifar_core.{alias.name}" for alias in node.names if alias.name != "__version__"]
            found = names if whole else [node.module]
        else:
            continue
        yield from (module for module in found if module.split(".")[0] in ("app", "pages", "cifar_core"))


def arrows() -> dict[tuple[str, str], list[str]]:
    """Return which package imports which, with the files in which it does."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sources():
        here = path.relative_to(ROOT).with_suffix("")
        if here.name in ("__main__", "__init__") and len(here.parts) == 2:
            continue
        for module in imported_modules(path.read_text(encoding="utf-8")):
            pair = room_of(".".join(here.parts)), room_of(module)
            if pair[0] != pair[1]:
                found.setdefault(pair, []).append(f"{path.relative_to(ROOT)} imports {module}")
    return found


def test_every_package_has_its_place_in_the_order() -> None:
    rooms = {room_of(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in sources()}
    rooms -= {"__main__", "__init__"}
    assert rooms == set(ORDER)


def test_imports_point_down() -> None:
    place = {room: number for number, room in enumerate(ORDER)}
    upward = {pair: files for pair, files in arrows().items() if place[pair[0]] > place[pair[1]]}
    assert not upward


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import cifar_core.runs.store", ["cifar_core.runs.store"]),
        ("def f():\n    from cifar_core.errors import RunError", ["cifar_core.errors"]),
        ("from cifar_core import errors, names", ["cifar_core.errors", "cifar_core.names"]),
        ("import numpy\nfrom pages.parts import links", ["pages.parts"]),
    ],
)
def test_reads_every_kind_of_import(source: str, found: list[str]) -> None:
    assert list(imported_modules(source)) == found
