"""CIFAR files that people make of their own pictures: read with their own names, or refused with the reason."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data.batches.batch import BY_PIXEL
from cifar_core.data.batches.layouts import layout_of
from cifar_core.data.batches.read import read_batches
from cifar_core.data.dataset import Dataset
from cifar_core.errors import DataError

MOODS = ["anger", "disgust", "fear", "joy"]
BY_NUMBER = "No file names the classes ({}): they are called by their labels."


def pictures(labels: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Draw smooth pictures whose red tells the label and whose corners differ from each other."""
    rise = np.linspace(0, 60, 32)
    picture = np.stack([rise[:, None] + 0 * rise, 0 * rise[:, None] + rise, rise[:, None] + rise], axis=-1)
    return (picture[None] + np.array([1, 0, 0]) * 20 * labels[:, None, None, None]).astype(np.uint8)


def planes(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2)).reshape(len(images), -1)


LABELS = np.arange(20) % 4
IMAGES = pictures(LABELS)


def batch(*, protocol: int = 4, **changes: Any) -> bytes:
    content = {"data": planes(IMAGES), "labels": LABELS.tolist()} | changes
    return pickle.dumps(
        {key: value for key, value in content.items() if value is not None}, protocol=protocol
    )


def read(folder: Path, labels: str = "fine", **files: bytes) -> Dataset:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    layout = layout_of(folder)
    assert layout is not None
    return read_batches(folder, layout, key="k", labels=labels)  # type: ignore[arg-type]


def meta(names: object) -> bytes:
    return pickle.dumps({b"num_vis": 3072, b"label_names": names})


@pytest.mark.parametrize(
    ("names", "content"),
    [
        ("batches__meta", meta([name.encode() for name in MOODS])),
        ("batches__meta", meta(MOODS)),
        ("batches__meta__txt", "\n".join((*MOODS, "", "")).encode()),
        ("batches__meta__txt", "\r\n".join(MOODS).encode("utf-8-sig")),
        ("labels__txt", "\n".join(MOODS).encode()),
        ("meta", pickle.dumps({"fine_label_names": MOODS})),
        ("batches__meta", meta(dict(enumerate(MOODS)))),
    ],
)
def test_names_stand_in_the_usual_files(names: str, content: bytes, tmp_path: Path) -> None:
    dataset = read(tmp_path / "moods", data_batch_1=batch(), test_batch=batch(), **{names: content})
    assert (dataset.name, dataset.verified, dataset.is_own) == ("moods", False, True)
    assert dataset.class_names == tuple(MOODS)
    assert dataset.report.remarks == ()
    np.testing.assert_array_equal(dataset.train.images, IMAGES)
    np.testing.assert_array_equal(dataset.train.labels, LABELS)


def test_names_in_a_text_file_of_ones_own_are_said(tmp_path: Path) -> None:
    files = {"readme__txt": b"made by me\n", "data_batch_1": batch(), "test_batch": batch()}
    by_number = read(tmp_path / "moods", **files)
    assert by_number.class_names == ("class 0", "class 1", "class 2", "class 3")
    assert by_number.report.remarks == (BY_NUMBER.format("batches.meta"),)
    (tmp_path / "moods" / "readme.txt").unlink()
    dataset = read(tmp_path / "moods", my_moods__txt="sehr böse\nangewidert\nfurchtsam\nfroh\n".encode())
    assert dataset.class_names == ("sehr böse", "angewidert", "furchtsam", "froh")
    assert dataset.report.remarks == ("The names of the classes are the lines of “my_moods.txt”.",)


def test_names_of_which_there_is_no_picture_are_left_out_and_said(tmp_path: Path) -> None:
    names = meta(["airplane", *MOODS, "truck"])
    dataset = read(
        tmp_path / "moods",
        data_batch_1=batch(labels=(LABELS + 1).tolist()),
        test_batch=batch(labels=(LABELS % 3 + 1).tolist()),
        batches__meta=names,
    )
    assert dataset.class_names == tuple(MOODS)
    np.testing.assert_array_equal(dataset.train.labels, LABELS)
    np.testing.assert_array_equal(dataset.test.labels, LABELS % 3)
    assert dataset.report.remarks == (
        "Left out, as no picture is of it: the classes “airplane” and “truck”.",
        "There is no test picture of joy: how well it is recognised cannot be known.",
    )


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "labels",
    [
        LABELS,
        LABELS.astype(np.uint8),
        LABELS[:, None],
        list(LABELS),  # NumPy’s numbers
        tuple(LABELS.tolist()),
        LABELS.astype(float),
    ],
    ids=["array", "bytes", "column", "numpy numbers", "tuple", "whole floats"],
)
def test_labels_are_read_however_they_were_kept(labels: object, protocol: int, tmp_path: Path) -> None:
    content = batch(labels=labels, protocol=protocol)
    dataset = read(tmp_path / "moods", data_batch_1=content, test_batch=content)
    np.testing.assert_array_equal(dataset.train.labels, LABELS)
    assert dataset.train.labels.dtype == np.int64


def test_labels_may_be_called_as_in_the_other_layout(tmp_path: Path) -> None:
    content = batch(labels=None, fine_labels=LABELS.tolist())
    dataset = read(tmp_path / "a", data_batch_1=content, test_batch=content)
    np.testing.assert_array_equal(dataset.test.labels, LABELS)
    dataset = read(tmp_path / "b", train=batch(), test=batch(), meta=meta(MOODS))
    assert (dataset.name, dataset.class_names) == ("b", tuple(MOODS))
    with pytest.raises(
        DataError, match=r"^test holds no “coarse_labels”, but “data”, “labels”\. Get the official"
    ):
        read(tmp_path / "b", "coarse")


@pytest.mark.parametrize(
    "data",
    [
        IMAGES,
        planes(IMAGES),
        IMAGES.transpose(0, 3, 1, 2),
        IMAGES.astype(np.int64),
        np.asfortranarray(IMAGES),
    ],
    ids=["NHWC", "planes", "NCHW", "int64", "Fortran"],
)
def test_pixels_are_read_in_whatever_order(data: NDArray[Any], tmp_path: Path) -> None:
    dataset = read(tmp_path / "moods", data_batch_1=batch(data=data), test_batch=batch(data=data))
    np.testing.assert_array_equal(dataset.train.images, IMAGES)
    assert BY_PIXEL not in dataset.report.remarks


def test_rows_of_pixels_are_told_from_rows_of_planes(tmp_path: Path) -> None:
    rows = batch(data=IMAGES.reshape(20, -1))
    dataset = read(tmp_path / "moods", data_batch_1=rows, data_batch_2=batch(), test_batch=rows)
    np.testing.assert_array_equal(dataset.train.images, np.concatenate([IMAGES, IMAGES]))
    assert dataset.report.remarks[0] == BY_PIXEL
    noise = np.random.default_rng(0).integers(0, 256, (20, 3072), dtype=np.uint8)
    dataset = read(tmp_path / "noise", data_batch_1=batch(data=noise), test_batch=batch())
    np.testing.assert_array_equal(planes(dataset.train.images), noise)


def test_any_number_of_batches_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    files = {f"data_batch_{i}": batch(labels=[i % 4] * 20) for i in range(1, 12)}
    dataset = read(tmp_path / "moods", **files, test_batch=batch())
    np.testing.assert_array_equal(dataset.train.labels[::20], np.arange(1, 12) % 4)
    (tmp_path / "moods" / "data_batch_7").unlink()
    with pytest.raises(DataError, match="lacks data_batch_7 of CIFAR-10"):
        read(tmp_path / "moods")


@pytest.mark.parametrize("first", [0, 1])
def test_without_a_test_batch_a_share_of_each_class_is_set_apart(first: int, tmp_path: Path) -> None:
    dataset = read(tmp_path / "moods", **{f"data_batch_{first}": batch()})
    assert np.bincount(dataset.train.labels).tolist() == [4, 4, 4, 4]
    assert np.bincount(dataset.test.labels).tolist() == [1, 1, 1, 1]
    assert dataset.report.remarks[1] == (
        "There is no test_batch: of each class about 20% were set apart to test with, 4 of 20 pictures, chosen by "
        "chance but always the same."
    )
    assert read(tmp_path / "moods").fingerprint == dataset.fingerprint
    one_each = batch(data=planes(IMAGES[:4]), labels=[0, 1, 2, 3])
    with pytest.raises(
        DataError, match="There is no test, and with one picture of each class none can be set apart"
    ):
        read(tmp_path / "one", train=one_each)


def test_a_binary_set_of_ones_own(tmp_path: Path) -> None:
    rows = np.column_stack([LABELS.astype(np.uint8), planes(IMAGES)]).tobytes()
    dataset = read(tmp_path / "moods", data_batch_1__bin=rows, batches__meta__txt="\n".join(MOODS).encode())
    assert (dataset.name, dataset.class_names, len(dataset.test)) == ("moods", tuple(MOODS), 4)
    with pytest.raises(
        DataError,
        match=r"^data_batch_1\.bin is cut off, or not in the layout of CIFAR-10: its length is no multiple of 3,073",
    ):
        read(tmp_path / "moods", data_batch_1__bin=rows[:-1])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"labels": [10**30] * 20},
            "The labels in data_batch_1 (“labels”) are not whole numbers from 0 to 999",
        ),
        ({"labels": [-1] * 20}, "The labels in data_batch_1 (“labels”) are not whole numbers from 0 to 999"),
        (
            {"labels": [1000] * 20},
            "The labels in data_batch_1 (“labels”) are not whole numbers from 0 to 999",
        ),
        ({"labels": [1.7] * 20}, "The labels in data_batch_1 (“labels”) are not whole numbers from 0 to 999"),
        ({"labels": [float("nan")] * 20}, "The labels in data_batch_1 (“labels”) are not whole numbers"),
        ({"labels": ["joy"] * 20}, "The labels in data_batch_1 (“labels”) are not whole numbers"),
        ({"labels": [[1], [1, 2]] * 10}, "The labels in data_batch_1 (“labels”) are not whole numbers"),
        ({"labels": np.eye(4)[LABELS]}, "The labels in data_batch_1 (“labels”) are not whole numbers"),
        ({"labels": 7}, "The labels in data_batch_1 (“labels”) are not whole numbers"),
        ({"labels": []}, "data_batch_1 does not hold one label for each of its 20 pictures."),
        ({"labels": [1] * 19}, "data_batch_1 does not hold one label for each of its 20 pictures."),
        (
            {"labels": None, "y": [1]},
            "holds no labels: neither of “labels” or “fine_labels”, but “data”, “y”.",
        ),
        ({"data": None, "x": [1]}, "holds no pictures: there is no “data” in it, but “labels”, “x”."),
        ({"data": IMAGES.tolist()}, "data_batch_1 holds pictures as a list, not as an array"),
        ({"data": IMAGES / 255}, "data_batch_1 holds pictures as float64 numbers"),
        ({"data": IMAGES.astype(np.int16) - 300}, "data_batch_1 holds numbers from -300 to"),
        ({"data": np.zeros((20, 64, 64, 3), np.uint8)}, "data_batch_1 holds 64×64×3 for each picture"),
        ({"data": np.zeros((20, 1024), np.uint8)}, "data_batch_1 holds 1024 for each picture"),
        ({"data": np.zeros(20, np.uint8)}, "data_batch_1 holds one number for each picture"),
        ({"data": np.zeros((0, 3072), np.uint8)}, "data_batch_1 holds no pictures: “data” is empty."),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path / "moods", data_batch_1=batch(**changes), test_batch=batch())
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"batches__meta": meta(MOODS[:3])},
            "highest label is 3, but batches.meta names 3 classes, and labels count from 0",
        ),
        (
            {"batches__meta": meta({1: "a", 2: "b", 3: "c", 4: "d"})},
            "holds no list of at most 1,000 class names",
        ),
        ({"batches__meta": meta("x" * 300_000)}, "batches.meta has 300,0"),
        ({"batches__meta": meta("abcd")}, "batches.meta holds no list of at most 1,000 class names"),
        ({"batches__meta": meta([1, 2, 3, 4])}, "batches.meta holds a class name that is no text"),
        ({"batches__meta": b"x"}, "batches.meta is damaged"),
        (
            {"batches__meta__txt": "böse\nb\nc\nd".encode("cp1252")},
            "batches.meta.txt are not written in UTF-8",
        ),
        ({"batches__meta": meta(["a", "b", "b", "c"])}, "Two classes of moods have the same name"),
        ({"batches__meta": meta(["a", "b", "", "c"])}, "The class “” of moods cannot be used: it is empty"),
        ({"batches__meta__txt": "a\nb\n\u202ec\nd".encode()}, "U+202E"),
    ],
)
def test_names_that_cannot_be_used_are_refused(files: dict[str, bytes], said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path / "moods", data_batch_1=batch(), test_batch=batch(), **files)
    assert said in str(caught.value)


def test_what_is_only_tested_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="but none to learn from, of “fear” and “joy”"):
        read(
            tmp_path / "a",
            data_batch_1=batch(labels=[0, 1] * 10),
            test_batch=batch(),
            batches__meta=meta(MOODS),
        )
    with pytest.raises(
        DataError, match=r"holds test_batch but nothing to learn from\. Put data_batch_1 beside it"
    ):
        read(tmp_path / "b", test_batch=batch())
