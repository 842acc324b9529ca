"""Array pickles are read; a hostile one is refused before anything in it runs."""

import os
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cifar_core.data.safe_pickle import load_arrays
from cifar_core.errors import DataError

# What Python 2 and an old NumPy wrote: {"data": array([[1, 2]], dtype=uint8), "labels": [7]}.
PYTHON_2 = (
    b"\x80\x02}(U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R("
    b"K\x01K\x01K\x02\x86cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"
    b"K\x00tb\x89U\x02\x01\x02tbU\x06labels]K\x07au."
)


class _Calls:
    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_arrays_of_every_protocol_are_read(protocol: int) -> None:
    array = np.arange(12, dtype=np.uint8).reshape(3, 4)
    batch = {b"data": array, b"wide": np.asfortranarray(array.astype(">i4")), b"labels": [1, 2, 3]}
    loaded = load_arrays(pickle.dumps(batch, protocol=protocol), name="batch")
    np.testing.assert_array_equal(loaded[b"data"], array)
    np.testing.assert_array_equal(loaded[b"wide"], array)
    assert loaded[b"labels"] == [1, 2, 3]


def test_the_official_way_of_writing_is_read() -> None:
    loaded = load_arrays(PYTHON_2, name="batch")
    assert loaded[b"data"].dtype == np.uint8
    assert loaded[b"data"].tolist() == [[1, 2]]
    assert loaded[b"labels"] == [7]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_hostile_pickle_is_refused_and_does_not_run(tmp_path: Path, protocol: int) -> None:
    trace = tmp_path / "it-ran"
    hostile = pickle.dumps({b"data": _Calls(os.system, f"touch {trace}"), b"labels": [1]}, protocol=protocol)
    pickle.loads(hostile)  # it is a real one: Python's own reader runs it
    assert trace.exists()
    trace.unlink()
    with pytest.raises(DataError, match="Nothing in it was run"):
        load_arrays(hostile, name="data_batch_1")
    assert not trace.exists()


@pytest.mark.parametrize(
    "content",
    [
        _Calls(eval, "1"),
        _Calls(np.load, "x.npy"),
        _Calls(np.ndarray, (10**15,)),
        OrderedDict(a=1),
        np.array([{"not": "a number"}], dtype=object),
        np.zeros(2, dtype=[("a", "u1")]),
        np.str_("text"),
    ],
    ids=["eval", "numpy.load", "huge array", "class", "objects", "fields", "text scalar"],
)
def test_everything_but_plain_arrays_is_refused(content: object) -> None:
    with pytest.raises(DataError, match=r"refused|damaged"):
        load_arrays(pickle.dumps(content), name="batch")


@pytest.mark.parametrize("content", [b"", b"hello", pickle.dumps([1, 2])[:-1], b"\x80\x04K\x01\x94h\x09."])
def test_a_damaged_pickle_is_a_sentence(content: bytes) -> None:
    with pytest.raises(DataError, match="batch is damaged"):
        load_arrays(content, name="batch")


def test_a_pickle_cannot_change_the_readers_of_later_ones() -> None:
    # BUILD with a (None, {name: value}) state would set attributes of what the pickle has in hand.
    vandal = b"\x80\x02c_codecs\nencode\nN}X\x08\x00\x00\x00__call__K\x01s\x86b."
    with pytest.raises(DataError):
        load_arrays(vandal, name="batch")
    assert load_arrays(PYTHON_2, name="batch")[b"labels"] == [7]
