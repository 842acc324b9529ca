"""The house as docs/architecture.md draws it is the house as it stands."""

import re
from pathlib import Path

from tests.unit.test_house import ORDER

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text()


def drawn() -> list[str]:
    """Return the paths of the drawing, in its order; two spaces lead one floor deeper."""
    (drawing,) = re.findall(r"^```\napp\.py.*?^```", TEXT, re.MULTILINE | re.DOTALL)
    paths: list[str] = []
    above: list[str] = []
    for line in drawing.splitlines()[1:-1]:
        indent, name = re.match(r"( *)(\S+)", line).groups()  # type: ignore[union-attr]
        above = above[: len(indent) // 2]
        paths.append("".join([*above, name]))
        above.append(name)
    return paths


def test_the_drawing_has_every_room_and_no_other() -> None:
    folders = {
        f"{path.parent.relative_to(ROOT)}/"
        for top in ("cifar_core", "pages/parts")
        for path in (ROOT / top).rglob("__init__.py")
    }
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "cifar_core").glob("*.py")}
    files -= {"cifar_core/__init__.py", "cifar_core/__main__.py"}
    around = {"app.py", "pages/", "trained/", "tests/", "benchmarks/", "docs/"}
    assert set(drawn()) == folders | files | around
    assert len(drawn()) == len(set(drawn()))


def test_the_drawing_stands_in_the_order_that_imports_are_held_to() -> None:
    rooms = [
        path.split("/")[1].removesuffix(".py")
        for path in drawn()
        if re.fullmatch(r"cifar_core/[^/]+/?", path)
    ]
    assert ["app", "pages", *filter(None, rooms)] == list(ORDER)


def test_every_path_that_the_document_names_is_there() -> None:
    rooms = "|".join((*ORDER, "cifar_core", "tests", "docs"))
    named = set(re.findall(rf"`((?:{rooms})/[\w/.]*\w(?:\.py|\.md|/)?)`", TEXT))
    assert len(named) > 40
    missing = {path for path in named if not any((ROOT / top / path).exists() for top in (".", "cifar_core"))}
    assert missing - {"docs/NAME.md", "pages/parts/NAME/"} == set()


def test_every_process_that_it_names_can_be_started() -> None:
    modules = re.findall(r"\(`(?:python -m )?(cifar_core(?:\.\w+)+)`\)", TEXT)
    assert len(modules) > 5
    assert [one for one in modules if not (ROOT / f"{one.replace('.', '/')}.py").is_file()] == []


def test_unit_tests_lie_in_the_rooms_of_what_they_test() -> None:
    folders = {
        path.parent.relative_to(ROOT / "tests/unit") for path in (ROOT / "tests/unit").rglob("test_*.py")
    }
    assert {str(one) for one in folders if not (ROOT / "cifar_core" / one).is_dir()} == set()
    covered = {one.parts[0] for one in folders if one.parts}
    packages = {path.parent.name for path in (ROOT / "cifar_core").glob("*/__init__.py")}
    assert packages == covered
