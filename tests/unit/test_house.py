"""The house: packages in one order, and every import points down it."""

import ast
import graphlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pages.parts.frame.pages import PAGES

ROOT = Path(__file__).parents[2]

ORDER = (
    "app",
    "pages",
    "commands",
    "views",
    "report",
    "charts",
    "speed",
    "training",
    "sweeps",
    "scheduling",
    "imports",
    "exports",
    "explain",
    "picture_sets",
    "maps",
    "evaluation",
    "runs",
    "data",
    "models",
    "recipes",
    "drawn",
    "corruptions",
    "accounts",
    "hardware",
    "words",
    "validation",
    "file_cache",
    "remembered",
    "array_file",
    "archive",
    "http_client",
    "lean_keras",
    "installation",
    "settings",
    "system",
    "errors",
    "names",
    "sizes",
    "labels",
)
"""From the top floor down; a package may import what stands after it, and itself."""

PAGES_USE = (
    "streamlit",
    "pages.parts",
    "cifar_core.views",
    "cifar_core.charts",
    "cifar_core.errors",
    "cifar_core.words",
)
"""What a page draws with, besides the standard library; of other rooms it takes types alone."""


def sources() -> list[Path]:
    """Return every file of the program, without its tests and documentation."""
    return [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "cifar_core").rglob("*.py")]


def room_of(module: str) -> str:
    """Return the package of the house that a module lies in (``"cifar_core.runs.store"`` → ``"runs"``)."""
    parts = module.split(".")
    return parts[0] if parts[0] != "cifar_core" or len(parts) == 1 else parts[1]


@cache
def parsed(source: str) -> ast.Module:
    """Return what a file holds; hundreds of them are looked through more than once."""
    return ast.parse(source)


def imported_modules(source: str) -> Iterator[str]:
    """Yield the modules of this project that a file imports, those imported inside a function too."""
    for node in ast.walk(parsed(source)):
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


def imported_files(source: str) -> set[str]:
    """Return the files that a file imports, those too that are imported for a type alone."""
    found = set(imported_modules(source))
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.ImportFrom) and node.module in found:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            if all(file_of(one) for one in inside):  # modules of a package, not what stands in its face
                found = found - {node.module} | inside
    return {file for file in map(file_of, found) if file}


@cache
def file_of(module: str) -> str | None:
    """Return the file of a module or a package of this project."""
    path = ROOT / module.replace(".", "/")
    files = (path.with_suffix(".py"), path / "__init__.py")
    return next((str(file.relative_to(ROOT)) for file in files if file.is_file()), None)


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


def test_no_two_files_need_each_other() -> None:
    needs = {
        str(path.relative_to(ROOT)): imported_files(path.read_text(encoding="utf-8")) for path in sources()
    }
    assert list(graphlib.TopologicalSorter(needs).static_order())


def test_networks_of_unknown_origin_are_opened_in_one_place() -> None:
    # Behind its fence: whether a run was trained here, imported, or copied into the folder, nobody knows.
    opening = {
        str(path.relative_to(ROOT))
        for path in sources()
        if re.search(
            r"\b(load_model|deserialize_keras_object|model_from_json)\(", path.read_text(encoding="utf-8")
        )
    }
    assert opening == {"cifar_core/models/saved.py"}


def test_a_circle_is_found() -> None:
    source = "from cifar_core.runs import store\nfrom cifar_core import names\nfrom cifar_core.recipes import Recipe"
    assert imported_files(source) == {
        "cifar_core/runs/store.py", "cifar_core/names.py", "cifar_core/recipes/__init__.py"
    }  # fmt: skip
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter({"a": {"b"}, "b": {"c"}, "c": {"a"}}).prepare()


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


def imported_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield module and name of every import of a file: what the file calls it, not what it was called before."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, (alias.asname or alias.name).split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield (
                    whole if node.module in ("cifar_core", "pages") else node.module or "",
                    alias.asname or alias.name,
                )


def names_that_do_something(tree: ast.Module) -> set[str]:
    """Return the names that a file uses outside annotations."""
    annotations: list[ast.expr | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            annotations.append(node.returns)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            annotations.append(node.annotation)
    only_types = {id(part) for one in annotations if one is not None for part in ast.walk(one)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in only_types}


def thinking_in_a_page(source: str) -> list[str]:
    """Return what a page takes from rooms that think, to do something with it."""
    tree = ast.parse(source)
    used = names_that_do_something(tree)
    return [
        f"{module}: {name}"
        for module, name in imported_names(tree)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not any(module == room or module.startswith(f"{room}.") for room in PAGES_USE)
        and (name in used or not module.startswith("cifar_core."))
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_widgets_and_leaves_thinking_to_others(page: str) -> None:
    assert thinking_in_a_page((ROOT / PAGES[page].file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (
            "import json\nimport streamlit as st\nfrom pages.parts.frame import session\njson.dumps(st, session)",
            [],
        ),
        ("from cifar_core.views.home import build_home\nbuild_home()", []),
        ("from cifar_core.data.dataset import Dataset\ndef f(a: Dataset) -> tuple[Dataset, int]: ...", []),
        ("from cifar_core.data.dataset import Dataset\nx: Dataset = f()", []),
        ("from cifar_core.data.dataset import Dataset\nDataset()", ["cifar_core.data.dataset: Dataset"]),
        (
            "def f():\n    from cifar_core.runs.recent import recent_runs as r\n    r()",
            ["cifar_core.runs.recent: r"],
        ),
        ("from cifar_core import runs\nruns.x", ["cifar_core.runs: runs"]),
        ("import cifar_core.runs\ncifar_core.runs.x", ["cifar_core.runs: cifar_core"]),
        ("import pandas as pd\ndef f(a: pd.DataFrame): ...", ["pandas: pd"]),
    ],
)
def test_finds_what_a_page_should_not_do_itself(source: str, found: list[str]) -> None:
    assert thinking_in_a_page(source) == found
