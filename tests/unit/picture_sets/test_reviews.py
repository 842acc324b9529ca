"""Decisions about labels: kept, taken back, each person's own, and files that are damaged or not what they claim."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.picture_sets import reviews
from cifar_core.picture_sets.reviews import ReviewStore, verdict_of

NAMES = ("cat", "dog", "a “frog”, =1+1")
LABELS = np.array([0, 1, 2, 0, 1])


def store(path: Path, user: User | None = None, fingerprint: str = "f" * 16) -> ReviewStore:
    return ReviewStore(path, fingerprint, NAMES, LABELS, user)


def test_decisions_survive_a_restart(tmp_path: Path) -> None:
    assert store(tmp_path).read() == {}
    store(tmp_path).decide(3, 2)
    store(tmp_path).decide(0, 0)
    assert store(tmp_path).decide(4, None) == {3: 2, 0: 0, 4: None}
    assert store(tmp_path).decide(3, 1) == {3: 1, 0: 0, 4: None}  # in the place of the earlier one
    assert store(tmp_path).read() == {3: 1, 0: 0, 4: None}
    assert store(tmp_path).take_back(4) == {3: 1, 0: 0}
    assert store(tmp_path).take_back(2) == {3: 1, 0: 0}
    assert store(tmp_path).read() == {3: 1, 0: 0}
    written = json.loads(store(tmp_path).path.read_text(encoding="utf-8"))
    assert written["decisions"] == [{"picture": 0, "becomes": "cat"}, {"picture": 3, "becomes": "dog"}]


def test_each_person_and_each_data_set_has_decisions_of_its_own(tmp_path: Path) -> None:
    ada, ben = (User(f"{name}/../x@school.example", name, "student") for name in ("ada", "ben"))
    store(tmp_path, ada).decide(0, 1)
    assert store(tmp_path, ben).read() == store(tmp_path).read() == {}
    assert store(tmp_path, ada, "../../other").read() == {}
    assert [path.parent.parent for path in tmp_path.rglob("*.json")] == [tmp_path / ".labels"]


@pytest.mark.parametrize(("picture", "label"), [(-1, 0), (5, 0), (0, 3), (0, -1)])
def test_what_there_is_not_cannot_be_decided(tmp_path: Path, picture: int, label: int) -> None:
    with pytest.raises(RunError, match="There is no"):
        store(tmp_path).decide(picture, label)
    assert store(tmp_path).read() == {}


GOOD = {"fingerprint": "f" * 16, "decisions": [{"picture": 1, "becomes": "cat"}]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        json.dumps(GOOD).encode()[:-9],
        b"\xff\xfe\x00",
        b"[]",
        b"[" * 100_000,
        json.dumps(GOOD | {"fingerprint": "0" * 16}).encode(),
        json.dumps(GOOD | {"more": 1}).encode(),
        json.dumps(GOOD | {"decisions": [{"picture": 5, "becomes": "cat"}]}).encode(),
        json.dumps(GOOD | {"decisions": [{"picture": -1, "becomes": "cat"}]}).encode(),
        json.dumps(GOOD | {"decisions": [{"picture": 10**30, "becomes": "cat"}]}).encode(),
        json.dumps(GOOD | {"decisions": [{"picture": True, "becomes": "cat"}]}).encode(),
        json.dumps(GOOD | {"decisions": [{"picture": 1, "becomes": "zebra\u202e"}]}).encode(),
        json.dumps(GOOD | {"decisions": [{"picture": 1, "becomes": 0}]}).encode(),
        json.dumps(GOOD | {"decisions": [{"picture": 1, "becomes": "cat"}] * 2}).encode(),
        json.dumps(GOOD | {"decisions": [{"picture": 1}]}).encode(),
        json.dumps(GOOD | {"decisions": [{"picture": 0, "becomes": None}] * 30_000}).encode(),
        b" " * 3_000_000,
    ],
)
def test_a_file_that_is_damaged_or_hostile_is_refused_and_stays(tmp_path: Path, content: bytes) -> None:
    kept = store(tmp_path)
    kept.decide(0, 1)
    kept.path.write_bytes(content)
    for action in (kept.read, lambda: kept.decide(1, 1), lambda: kept.take_back(0)):
        with pytest.raises(RunError, match=r"cannot be used .* Nothing was changed") as refusal:
            action()
        assert len(str(refusal.value)) < 600
        assert "\u202e" not in str(refusal.value)
    assert kept.path.read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system makes no pipes")
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (os.mkfifo if hasattr(os, "mkfifo") else None, "it is no file"),
        (lambda path: path.symlink_to("/etc/passwd"), "it is a link to a file outside of its folder"),
        (lambda path: path.symlink_to("/dev/zero"), "it is no file"),
    ],
)
def test_a_pipe_or_a_link_is_refused_in_words(
    tmp_path: Path, place: Callable[[Path], object], reason: str
) -> None:
    kept = store(tmp_path)
    kept.decide(0, 1)
    kept.path.unlink()
    place(kept.path)
    for action in (kept.read, lambda: kept.decide(1, 1), lambda: kept.take_back(0)):
        with pytest.raises(RunError, match=rf"cannot be used \({reason}\)\. Nothing was changed"):
            action()


def test_no_file_is_written_that_could_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = store(tmp_path)
    kept.decide(0, 1)
    monkeypatch.setattr(reviews, "MOST_DECISIONS", 1)
    with pytest.raises(RunError, match="There are 1 decisions already"):
        kept.decide(1, 1)
    monkeypatch.setattr(reviews, "MOST_DOCUMENT_BYTES", 60)
    with pytest.raises(RunError, match="more room"):
        kept.decide(0, 2)
    assert kept.read() == {0: 1}


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / ".labels").write_text("in the way", encoding="utf-8")
    with pytest.raises(RunError, match="cannot be written"):
        store(tmp_path).decide(0, 1)


def test_verdicts() -> None:
    assert [verdict_of(1, becomes) for becomes in (1, 2, None)] == ["accepted", "relabelled", "rejected"]
