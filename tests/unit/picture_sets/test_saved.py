"""Sets that were given a name: kept, replaced, damaged, and each person's own."""

import os
import sys
from pathlib import Path

import pytest

from cifar_core.accounts.user import User
from cifar_core.errors import ExpressionError, RunError
from cifar_core.picture_sets.saved import MOST_SETS, SetStore
from tests.costs import Cost, is_little


def names(store: SetStore) -> list[str]:
    return [one.name for one in store.list()]


def test_a_set_is_kept(tmp_path: Path) -> None:
    store = SetStore(tmp_path)
    assert store.list() == ()
    store.save(" Dark cats ", "class(cat) and brightness(0..40)", "mostly indoors")
    store.save("bright", "brightness(200..)")
    assert names(store) == ["bright", "Dark cats"]
    kept = SetStore(tmp_path).get("Dark cats")
    assert (kept.expression, kept.note) == ("class(cat) and brightness(0..40)", "mostly indoors")
    assert store.expression("bright") == "brightness(200..)"


def test_one_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    store = SetStore(tmp_path)
    store.save("Café", "class(cat)")
    store.save("Cafe\u0301", "class(dog)")  # The same name, its accent in two pieces.
    assert names(store) == ["Café"]
    assert store.expression("Cafe\u0301") == "class(dog)"
    store.save("café", "class(cat)")
    assert len(names(store)) == 2


def test_a_set_is_deleted(tmp_path: Path) -> None:
    store = SetStore(tmp_path)
    store.save("one", "class(cat)")
    store.delete("one")
    assert names(store) == []
    with pytest.raises(RunError, match="There is no saved set “one”"):
        store.delete("one")
    with pytest.raises(RunError, match=r"There is no saved set “one”\. None was saved yet\."):
        store.get("one")


def test_each_person_has_sets_of_their_own(tmp_path: Path) -> None:
    ada, ben = (User(f"{name}/../x@school.example", name, "student") for name in ("ada", "ben"))
    SetStore(tmp_path, ada).save("mine", "class(cat)")
    SetStore(tmp_path, ben).save("mine", "class(dog)")
    assert SetStore(tmp_path, ada).expression("mine") == "class(cat)"
    assert names(SetStore(tmp_path)) == []
    assert [path.parent.parent for path in tmp_path.rglob("*.json")] == [tmp_path / ".sets"] * 2


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "con", "NUL.txt", "x" * 80, "ü 🐱", "a\\b:c*?"])
def test_any_name_is_a_file_in_the_folder(tmp_path: Path, name: str) -> None:
    store = SetStore(tmp_path)
    store.save(name, "class(cat)")
    assert names(store) == [name]
    assert [path.parent for path in tmp_path.rglob("*.json")] == [store.folder]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\nb", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RunError, match=r"The name of the set cannot be used: .*\."):
        SetStore(tmp_path).save(name, "class(cat)")
    assert not list(tmp_path.rglob("*.json"))


def test_what_is_no_expression_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ExpressionError):
        SetStore(tmp_path).save("one", "class(cat")
    with pytest.raises(RunError, match="The note has 2,001 characters"):
        SetStore(tmp_path).save("one", "class(cat)", "x" * 2001)
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"name": "one"}', b"\xff\xfe", b'{"name": 1, "expression": [], "saved": 0}'],
)
def test_a_damaged_file_is_left_out_and_told(tmp_path: Path, content: bytes) -> None:
    store = SetStore(tmp_path)
    store.save("one", "class(cat)")
    store.save("two", "class(dog)")
    (damaged,) = (path for path in store.folder.iterdir() if b"cat" in path.read_bytes())
    damaged.write_bytes(content)
    assert names(store) == ["two"]
    problem = store.read().problem
    assert problem is not None
    assert problem.startswith(f"1 saved set left out, because damaged: {damaged.name} in .sets. ")
    with pytest.raises(RunError, match="The saved set “one” is damaged"):
        store.get("one")
    store.save("one", "class(bird)")
    assert store.expression("one") == "class(bird)"
    assert store.read().problem is None


@pytest.mark.skipif(sys.platform == "win32", reason="makes a pipe, and links")
def test_what_is_no_file_of_a_set_is_told_and_costs_nothing(tmp_path: Path) -> None:
    store = SetStore(tmp_path)
    store.save("one", "class(cat)")
    (whole,) = store.folder.iterdir()
    os.mkfifo(store.folder / "a pipe.json")
    (store.folder / "a folder.json").mkdir()
    (store.folder / "a link.json").symlink_to("/dev/zero")
    (store.folder / "another name.json").write_bytes(whole.read_bytes())
    with (store.folder / "sparse.json").open("wb") as file:
        file.truncate(10**12)
    with Cost() as cost:
        found = store.read()
    assert [one.name for one in found.sets] == ["one"]
    assert set(found.damaged) == {
        "a folder.json", "a link.json", "a pipe.json", "another name.json", "sparse.json"
    }  # fmt: skip
    assert found.problem == (
        "5 saved sets left out, because damaged: a folder.json, a link.json, a pipe.json, another name.json and "
        "sparse.json in .sets. What is saved again under its name is whole again; delete what you don't miss."
    )
    assert is_little(cost.seconds, 1)


def test_there_is_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cifar_core.picture_sets.saved.MOST_SETS", 3)
    store = SetStore(tmp_path)
    for number in range(3):
        store.save(f"set {number}", "class(cat)")
    with pytest.raises(RunError, match="There are 3 saved sets already"):
        store.save("one more", "class(cat)")
    store.save("set 1", "class(dog)")
    assert MOST_SETS > 3


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / ".sets").write_text("in the way", encoding="utf-8")
    with pytest.raises(RunError, match="The set cannot be written to"):
        SetStore(tmp_path).save("one", "class(cat)")
    assert SetStore(tmp_path).list() == ()
