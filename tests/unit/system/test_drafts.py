"""A draft takes the place of its file only when it is complete."""

import threading
from pathlib import Path

import pytest

from cifar_core.system.drafts import drafted


def test_a_draft_takes_the_place_of_its_file_and_makes_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "rows.npy"
    for content in (b"first", b"second"):
        with drafted(path) as draft:
            draft.write_bytes(content)
            assert draft.suffix == ".npy"  # NumPy would add it
            assert not path.exists() or path.read_bytes() == b"first"
        assert path.read_bytes() == content
    assert [one.name for one in path.parent.iterdir()] == ["rows.npy"]


def test_a_block_that_fails_or_writes_nothing_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "rows.npy"
    path.write_bytes(b"before")

    def break_off() -> None:
        with drafted(path) as draft:
            draft.write_bytes(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    with drafted(path):
        pass
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["rows.npy"]


def test_two_that_write_at_once_have_a_draft_each(tmp_path: Path) -> None:
    path, drafts = tmp_path / "rows.npy", list[Path]()
    both = threading.Barrier(2, timeout=30)

    def write() -> None:
        with drafted(path) as draft:
            drafts.append(draft)
            draft.write_bytes(draft.name.encode())
            both.wait()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(drafts)) == 2
    assert path.read_bytes().decode() in {draft.name for draft in drafts}
