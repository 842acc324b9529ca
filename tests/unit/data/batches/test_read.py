"""All layouts of CIFAR files, written small by the tests themselves: official ones, copies, and people’s own."""

import hashlib
import io
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data import known
from cifar_core.data.batches.layouts import LAYOUTS, layout_of
from cifar_core.data.batches.read import read_batches
from cifar_core.data.dataset import Dataset
from cifar_core.errors import DataError
from cifar_core.labels import CIFAR10_CLASSES

RNG = np.random.default_rng(4)
TRAIN = RNG.integers(0, 256, (50, 32, 32, 3), dtype=np.uint8)
TEST = RNG.integers(0, 256, (10, 32, 32, 3), dtype=np.uint8)
TRAIN_LABELS, TEST_LABELS = np.arange(50) % 10, np.arange(10)
FINE, COARSE = np.arange(50) * 2 % 100, np.arange(50) % 20


def rows(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2)).reshape(len(images), -1)


def names(count: int) -> list[bytes]:
    return [f"name_{i}".encode() for i in range(count)]


def cifar10_python() -> dict[str, bytes]:
    files = {}
    for i in range(5):
        part = slice(10 * i, 10 * i + 10)
        batch = {b"data": rows(TRAIN[part]), b"labels": TRAIN_LABELS[part].tolist()}
        files[f"data_batch_{i + 1}"] = pickle.dumps(batch)
    files["test_batch"] = pickle.dumps({b"data": rows(TEST), b"labels": TEST_LABELS.tolist()})
    files["batches.meta"] = pickle.dumps({b"label_names": [name.encode() for name in CIFAR10_CLASSES]})
    return files


def cifar10_binary() -> dict[str, bytes]:
    def batch(labels: NDArray[np.int64], images: NDArray[np.uint8]) -> bytes:
        return np.column_stack([labels.astype(np.uint8), rows(images)]).tobytes()

    parts = [slice(10 * i, 10 * i + 10) for i in range(5)]
    files = {f"data_batch_{i + 1}.bin": batch(TRAIN_LABELS[p], TRAIN[p]) for i, p in enumerate(parts)}
    files["batches.meta.txt"] = "\n".join((*CIFAR10_CLASSES, "", "")).encode()
    return {**files, "test_batch.bin": batch(TEST_LABELS, TEST)}


def cifar100_python() -> dict[str, bytes]:
    def batch(images: NDArray[np.uint8]) -> bytes:
        n = len(images)
        labels = {"fine_labels": FINE[:n].tolist(), "coarse_labels": COARSE[:n].tolist()}
        return pickle.dumps({"data": rows(images), **labels})

    meta = {"fine_label_names": names(100), "coarse_label_names": names(20)}
    return {"train": batch(TRAIN), "test": batch(TEST), "meta": pickle.dumps(meta)}


def cifar100_binary() -> dict[str, bytes]:
    def batch(images: NDArray[np.uint8]) -> bytes:
        n = len(images)
        return np.column_stack([COARSE[:n], FINE[:n], rows(images)]).astype(np.uint8).tobytes()

    return {
        "train.bin": batch(TRAIN),
        "test.bin": batch(TEST),
        "fine_label_names.txt": b"\n".join(names(100)) + b"\n",
        "coarse_label_names.txt": b"\n".join(names(20)) + b"\n",
    }


def as_folder(files: dict[str, bytes], path: Path) -> Path:
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def as_archive(files: dict[str, bytes], path: Path) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        # The official archives list the batches in no particular order.
        for name in sorted(files, key=lambda name: hashlib.md5(name.encode()).digest()):
            member = tarfile.TarInfo(f"some-folder/{name}")
            member.size = len(files[name])
            archive.addfile(member, io.BytesIO(files[name]))
    return path


def read(path: Path, labels: str = "fine") -> Dataset:
    layout = layout_of(path)
    assert layout is not None
    return read_batches(path, layout, key="k", labels=labels)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", [as_folder, as_archive])
@pytest.mark.parametrize("files", [cifar10_python, cifar10_binary])
def test_cifar10_in_both_layouts(files: object, form: object, tmp_path: Path) -> None:
    dataset = read(form(files(), tmp_path / ("pictures.tar.gz" if form is as_archive else "pictures")))  # type: ignore[operator]
    np.testing.assert_array_equal(dataset.train.images, TRAIN)
    np.testing.assert_array_equal(dataset.train.labels, TRAIN_LABELS)
    np.testing.assert_array_equal(dataset.test.images, TEST)
    np.testing.assert_array_equal(dataset.test.labels, TEST_LABELS)
    assert dataset.train.labels.dtype == np.int64
    assert dataset.class_names == CIFAR10_CLASSES
    assert (dataset.name, dataset.source) == ("pictures", "somebody’s own pictures in CIFAR files")
    assert (dataset.verified, dataset.report.remarks) == (False, ())


@pytest.mark.parametrize("form", [as_folder, as_archive])
@pytest.mark.parametrize("files", [cifar100_python, cifar100_binary])
@pytest.mark.parametrize(
    ("labels", "expected", "classes"),
    [
        ("fine", FINE // 2, [f"name_{i}" for i in range(0, 100, 2)]),
        ("coarse", COARSE, [f"name_{i}" for i in range(20)]),
    ],
)
def test_cifar100_fine_and_coarse(
    files: object, form: object, labels: str, expected: NDArray[np.int64], classes: list[str], tmp_path: Path
) -> None:
    dataset = read(
        form(files(), tmp_path / ("pictures.tar.gz" if form is as_archive else "pictures")), labels
    )  # type: ignore[operator]
    np.testing.assert_array_equal(dataset.train.images, TRAIN)
    np.testing.assert_array_equal(dataset.train.labels, expected)
    assert dataset.class_names == tuple(classes)
    remarks = list(dataset.report.remarks)
    if labels == "fine":
        left_out = "the classes “name_1”, “name_3”, “name_5”, “name_7”, “name_9” and 45 more"
        assert remarks.pop(0) == f"Left out, as no picture is of it: {left_out}."
    assert len(remarks) == 1
    assert remarks[0].startswith("There is no test picture of name_")


def test_one_fingerprint_for_both_layouts_and_another_for_other_labels(tmp_path: Path) -> None:
    python, binary = (
        as_folder(cifar10_python(), tmp_path / "p"),
        as_folder(cifar10_binary(), tmp_path / "b"),
    )
    assert read(python).fingerprint == read(binary).fingerprint
    changed = cifar10_binary()
    changed["test_batch.bin"] = bytes([9]) + changed["test_batch.bin"][1:]
    assert read(as_folder(changed, tmp_path / "c")).fingerprint != read(python).fingerprint


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_official_bytes_are_verified(algorithm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = cifar10_binary()
    digests = {name: hashlib.new(algorithm, content).hexdigest() for name, content in files.items()}
    monkeypatch.setitem(known.OFFICIAL_FILES, "cifar10-binary", digests)
    dataset = read(as_folder(files, tmp_path / "a"))
    assert (dataset.name, dataset.verified) == ("CIFAR-10", True)
    changed = files["data_batch_3.bin"]
    (tmp_path / "a" / "data_batch_3.bin").write_bytes(changed[:-1] + bytes([changed[-1] ^ 1]))
    dataset = read(tmp_path / "a")
    assert (dataset.name, dataset.verified) == ("a", False)


def official_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the labels of these tests for those of CIFAR-10."""
    ten = tuple(range(10))
    batches = {name: known.OfficialBatch(10, ten) for name in known.OFFICIAL_BATCHES["CIFAR-10"]}
    monkeypatch.setitem(known.OFFICIAL_BATCHES, "CIFAR-10", batches)


@pytest.mark.parametrize("files", [cifar10_python, cifar10_binary])
def test_a_copy_has_the_official_labels_whatever_became_of_its_pictures(
    files: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    official_labels(monkeypatch)
    written = files()  # type: ignore[operator]
    dataset = read(as_folder(written, tmp_path / "a"))
    assert (dataset.name, dataset.verified) == ("CIFAR-10 (unofficial copy)", False)
    without_names = {name: content for name, content in written.items() if "meta" not in name}
    assert read(as_folder(without_names, tmp_path / "b")).class_names == CIFAR10_CLASSES
    part = {name: content for name, content in written.items() if "batch_5" not in name}
    assert read(as_folder(part, tmp_path / "c")).name == "c"


def test_official_pictures_with_other_names_are_not_called_official(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = cifar10_binary()
    digests = {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if "meta" not in name
    }
    monkeypatch.setitem(known.OFFICIAL_FILES, "cifar10-binary", digests)
    files["batches.meta.txt"] = "\n".join(reversed(CIFAR10_CLASSES)).encode()
    dataset = read(as_folder(files, tmp_path / "a"))
    assert (dataset.name, dataset.verified) == ("CIFAR-10 (unofficial copy)", False)
    assert dataset.class_names == tuple(reversed(CIFAR10_CLASSES))


@pytest.mark.parametrize("lost", ["data_batch_2.bin", "data_batch_5.bin", "test_batch.bin"])
def test_part_of_the_official_files_is_a_broken_copy(
    lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = cifar10_binary()
    digests = {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if "meta" not in name
    }
    monkeypatch.setitem(known.OFFICIAL_FILES, "cifar10-binary", digests)
    del files[lost]
    with pytest.raises(DataError, match=f"lacks {lost} of CIFAR-10. Copy or download it again"):
        read(as_folder(files, tmp_path / "a"))


def test_official_files_with_another_beside_them_are_not_called_official(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = cifar10_binary()
    digests = {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if "meta" not in name
    }
    monkeypatch.setitem(known.OFFICIAL_FILES, "cifar10-binary", digests)
    files["data_batch_6.bin"] = files["data_batch_5.bin"]
    dataset = read(as_folder(files, tmp_path / "a"))
    assert (dataset.name, dataset.verified, len(dataset.train)) == ("a", False, 60)


def test_the_labels_of_the_official_files_are_known() -> None:
    for title, layout in (("CIFAR-10", "cifar10-python"), ("CIFAR-100", "cifar100-python")):
        files = known.OFFICIAL_BATCHES[title]
        assert set(files) <= set(known.OFFICIAL_FILES[layout])
        assert sum(batch.pictures for batch in files.values()) == 60_000
    assert known.OFFICIAL_BATCHES["CIFAR-100, coarse"].keys() == known.OFFICIAL_BATCHES["CIFAR-100"].keys()


def test_a_known_copy_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = as_folder(cifar10_binary(), tmp_path / "a")
    official_labels(monkeypatch)
    copy = known.KnownCopy("CIFAR-10, my copy", "a public copy")
    monkeypatch.setitem(known.KNOWN_COPIES, read(path).fingerprint, copy)
    dataset = read(path)
    assert (dataset.name, dataset.source, dataset.verified) == ("CIFAR-10, my copy", "a public copy", False)


def test_every_batch_with_pictures_has_an_official_checksum() -> None:
    for layout in LAYOUTS:
        assert {*layout.train_files, layout.test_file} <= set(known.OFFICIAL_FILES[layout.key])
        assert all(len(digest) in (32, 64) for digest in known.OFFICIAL_FILES[layout.key].values())


def test_a_missing_batch_is_named(tmp_path: Path) -> None:
    files = cifar10_python()
    del files["data_batch_4"]
    with pytest.raises(DataError, match="lacks data_batch_4"):
        read(as_folder(files, tmp_path / "a"))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("test_batch", pickle.dumps([1]), "holds no dictionary with “data” and “labels”"),
        (
            "test_batch",
            pickle.dumps({b"data": TEST}),
            "no labels: neither of “labels” or “fine_labels”, but “data”",
        ),
        ("test_batch", pickle.dumps({b"data": rows(TEST), b"labels": [1]}), "one label for each of its 10"),
        (
            "test_batch",
            pickle.dumps({b"data": rows(TEST), b"labels": [10] * 10}),
            "highest label is 10, but batches.meta names 10 classes, and labels count from 0",
        ),
        ("test_batch", b"", "damaged"),
    ],
)
def test_a_damaged_pickle_batch_is_a_sentence(
    name: str, content: bytes, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=sentence):
        read(as_folder({**cifar10_python(), name: content}, tmp_path / "a"))


def test_a_cut_off_binary_batch_is_a_sentence(tmp_path: Path) -> None:
    files = cifar10_binary()
    files["data_batch_2.bin"] = files["data_batch_2.bin"][:-5]
    with pytest.raises(DataError, match=r"data_batch_2\.bin is cut off"):
        read(as_folder(files, tmp_path / "a"))


def test_a_truncated_archive_is_a_sentence(tmp_path: Path) -> None:
    path = as_archive(cifar10_binary(), tmp_path / "a.tar.gz")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match="cannot be read to its end"):
        read(path)


def test_links_in_an_archive_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in cifar10_binary():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(member)
    assert layout_of(path) is None


def test_other_things_are_not_recognised(tmp_path: Path) -> None:
    (tmp_path / "notes.tar.gz").write_bytes(b"not an archive")
    assert layout_of(tmp_path) is None
    assert layout_of(tmp_path / "notes.tar.gz") is None
    assert layout_of(tmp_path / "nothing") is None
