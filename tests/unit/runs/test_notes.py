"""Tags and a note lie in the folder of a run; whoever may change the run may write them."""

import json
import os
from pathlib import Path

import pytest

from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.notes import LONGEST_NOTE, MOST_TAGS, NO_NOTES, notes_of, split_tags, write_notes
from cifar_core.runs.record import RunGroup
from cifar_core.runs.store import RunStore
from tests.fake_runs import change
from tests.hostile import MARKUP

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2)
ADA, BOB = (User(f"{name}@school.example", name, "student") for name in ("ada", "bob"))
TEACHER = User("t@school.example", "T", "instructor")


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs", tmp_path / "trained")


@pytest.mark.parametrize("status", ["queued", "running", "finished", "failed"])
def test_what_is_written_is_there_and_nothing_else_changes(store: RunStore, status: str) -> None:
    run = change(store, store.create(CONFIG), status=status)
    assert notes_of(run) == NO_NOTES
    record = run.paths.record.read_bytes()
    (noted,) = write_notes(store, run.id, ["for the talk", "b", "b"], "  overfits\nfrom epoch 9 ")
    assert (notes_of(noted).tags, notes_of(noted).note) == (("for the talk", "b"), "overfits from epoch 9")
    assert run.paths.record.read_bytes() == record
    write_notes(store, run.id, [], "")
    assert notes_of(run) == NO_NOTES


def test_several_seeds_have_them_together(store: RunStore) -> None:
    groups = [RunGroup(id="g", kind="seeds", name="fast", number=number) for number in range(3)]
    runs = [store.create(CONFIG, group=group) for group in groups]
    other = store.create(CONFIG)
    assert {run.id for run in write_notes(store, "g", ["x"], "y")} == {run.id for run in runs}
    assert [notes_of(run).tags for run in runs] == [("x",)] * 3
    assert notes_of(other) == NO_NOTES


def test_who_may_write(store: RunStore) -> None:
    assert store.trained_dir is not None
    shipped = RunStore(store.trained_dir).create(CONFIG)
    hers = store.create(CONFIG, owner=ADA.id)
    for opened, run, why in (
        (store, shipped, "ships with CIFAR Lab"),
        (RunStore(store.runs_dir, store.trained_dir, user=BOB), hers, "is not yours"),
    ):
        with pytest.raises(RunError, match=why):
            write_notes(opened, run.id, ["x"], "")
        assert notes_of(run) == NO_NOTES
    for user in (ADA, TEACHER):
        write_notes(RunStore(store.runs_dir, user=user), hers.id, [user.name], "")
        assert notes_of(hers).tags == (user.name,)
    for run_id in ("nothing", "../x", "a\0b", ""):
        with pytest.raises(RunError):
            write_notes(store, run_id, [], "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("turned\u202e", "invisible character"),
        ("x" * 31, "31 characters"),
        (",".join(map(str, range(MOST_TAGS + 1))), "13 tags"),
        ("Z\u0336\u0336\u0336\u0336\u0336", "heaps"),
    ],
)
def test_tags_that_cannot_be_shown_are_refused(text: str, why: str) -> None:
    with pytest.raises(RunError, match=why):
        split_tags(text)


@pytest.mark.parametrize("text", ["", " , ,, ", "\n"])
def test_no_tags(text: str) -> None:
    assert split_tags(text) == ()


@pytest.mark.parametrize("text", MARKUP)
def test_a_note_is_text(store: RunStore, text: str) -> None:
    run = store.create(CONFIG)
    write_notes(store, run.id, [], text)
    assert notes_of(run).note == " ".join(text.split())
    with pytest.raises(RunError, match="write at most"):
        write_notes(store, run.id, [], "x" * (LONGEST_NOTE + 1))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        json.dumps({"tags": ["x"] * 1000}).encode(),
        json.dumps({"tags": "x"}).encode(),
        b'{"tags": [' + b'"a",' * 3_000_000 + b'"a"]}',
    ],
)
def test_a_file_by_somebody_else_is_said_and_can_be_replaced(store: RunStore, content: bytes) -> None:
    run = store.create(CONFIG)
    run.paths.notes.write_bytes(content)
    assert "cannot be read" in notes_of(run).note
    write_notes(store, run.id, ["new"], "")
    assert notes_of(run).tags == ("new",)


def test_a_link_is_not_followed(store: RunStore, tmp_path: Path) -> None:
    run = store.create(CONFIG)
    outside = tmp_path / "outside.json"
    outside.write_text('{"note": "secret"}', encoding="utf-8")
    os.symlink(outside, run.paths.notes)  # noqa: PTH211
    assert "secret" not in notes_of(run).note
    write_notes(store, run.id, ["new"], "")
    assert outside.read_text(encoding="utf-8") == '{"note": "secret"}'
    assert notes_of(run).tags == ("new",)
