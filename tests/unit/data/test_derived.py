"""What is kept of a data set is read again only where it is what was computed; else it is computed anew."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.derived import Arrays, DerivedArrays
from cifar_core.settings import Settings
from tests.costs import Cost
from tests.hostile_runs import _npy, _zipped

SHAPES: dict[str, tuple[int, ...]] = {"points": (80, 2), "share": ()}
MADE: Arrays = {
    "points": np.arange(160, dtype=np.float32).reshape(80, 2),
    "share": np.array(0.5, np.float32),
}


@pytest.fixture
def kept(tmp_path: Path, settings: Settings) -> DerivedArrays:
    return DerivedArrays(open_dataset("drawn:80", settings), "test", "things", SHAPES, tmp_path)


def with_array(**changes: Any) -> Callable[[Path], object]:
    return lambda path: np.savez(path, **(dict(MADE) | changes))


def cut(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(change(path.read_bytes()))


def in_the_list(at: int, value: int) -> Callable[[Path], object]:
    """Change a byte of the first entry of the archive's list."""

    def change(content: bytes) -> bytes:
        data = bytearray(content)
        data[data.index(b"PK\x01\x02") + at] = value
        return bytes(data)

    return cut(change)


def members(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(_zipped({f"{name}.npy": content for name in SHAPES}))


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": cut(lambda content: b""),
    "half": cut(lambda content: content[: len(content) // 2]),
    "a byte short": cut(lambda content: content[:-1]),
    "zeros": cut(lambda content: bytes(len(content))),
    "a byte wrong": cut(lambda content: content[:200] + bytes([content[200] ^ 255]) + content[201:]),
    "encrypted": in_the_list(8, 1),
    "packed as nobody knows": in_the_list(10, 99),
    "NaN": with_array(points=np.full((80, 2), np.nan, np.float32)),
    "infinite": with_array(share=np.array(np.inf)),
    "text": with_array(points=np.full((80, 2), "a")),
    "complex": with_array(share=np.array(1j)),
    "objects": with_array(points=np.full((80, 2), None)),
    "another shape": with_array(points=np.zeros((2, 80), np.float32)),
    "one array alone": lambda path: np.savez(path, points=MADE["points"]),
    "10¹² rows": members(_npy("(1000000000000, 2)", "<f4")),
    "a nested header": members(b"\x93NUMPY\x01\x00\x28\x23" + b"(" * 9000),
    "40 MB of zeros": members(_npy("(5000000, 2)", "<f4", bytes(20_000_000))),
}
if sys.platform != "win32":
    DAMAGES["a pipe"] = pipe


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_as_none_and_is_computed_anew(
    kept: DerivedArrays, damage: Callable[[Path], object]
) -> None:
    kept.keep(MADE)
    found = kept.stored()
    assert found is not None
    assert all(np.array_equal(found[name], MADE[name]) for name in SHAPES)
    damage(kept.path)
    with Cost() as cost:
        assert kept.stored() is None
    assert cost.megabytes < 200
    again = kept.stored_or(lambda: MADE)
    assert all(np.array_equal(again[name], MADE[name]) for name in SHAPES)
    assert kept.stored() is not None
