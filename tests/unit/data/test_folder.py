"""Pictures in folders named after their class."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data.folder import picture_files, read_folder
from cifar_core.errors import DataError

RNG = np.random.default_rng(7)


def save(path: Path, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture[..., ::-1] if picture.ndim == 3 else picture)
    return picture


def noise(height: int = 32, width: int = 32) -> NDArray[np.uint8]:
    return RNG.integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for split, count in (("train", 3), ("test", 1)):
        for name in ("zebra", "apple", "pear"):
            for i in range(count):
                save(tmp_path / split / name / f"{i}.png", noise())
    return tmp_path


def test_classes_and_pictures_come_in_alphabetical_order(folder: Path) -> None:
    first = save(folder / "train" / "apple" / "00.PNG", noise())
    (folder / "train" / "apple" / "notes.txt").write_text("not a picture")
    (folder / "train" / ".hidden").mkdir()
    dataset = read_folder(folder, key="k")
    assert dataset.class_names == ("apple", "pear", "zebra")
    assert dataset.train.labels.tolist() == [0] * 4 + [1] * 3 + [2] * 3
    assert dataset.test.labels.tolist() == [0, 1, 2]
    # “0.png” sorts before “00.PNG”.
    np.testing.assert_array_equal(dataset.train.images[1], first)
    assert dataset.fingerprint == read_folder(folder, key="other").fingerprint
    assert not dataset.verified
    assert len(picture_files(folder)) == 13


def test_other_sizes_are_resized_by_area(folder: Path) -> None:
    blocks = noise()
    save(folder / "test" / "apple" / "0.png", blocks.repeat(2, axis=0).repeat(3, axis=1))
    np.testing.assert_array_equal(read_folder(folder, key="k").test.images[0], blocks)


def test_checkerboard_becomes_its_mean(folder: Path) -> None:
    board = np.indices((64, 64)).sum(axis=0) % 2 * np.uint8(200)
    save(folder / "test" / "apple" / "0.png", np.repeat(board[..., None], 3, axis=2).astype(np.uint8))
    assert np.unique(read_folder(folder, key="k").test.images[0]).tolist() == [100]


def test_gray_and_jpeg_become_rgb(folder: Path) -> None:
    save(folder / "test" / "apple" / "0.png", np.full((32, 32), 77, dtype=np.uint8))
    save(folder / "test" / "pear" / "0.jpeg", np.full((32, 32, 3), (200, 30, 30), dtype=np.uint8))
    (folder / "test" / "pear" / "0.png").unlink()
    images = read_folder(folder, key="k").test.images
    assert (images[0] == 77).all()
    assert np.abs(images[1].mean(axis=(0, 1)) - (200, 30, 30)).max() < 3


def test_unreadable_files_are_named(folder: Path) -> None:
    (folder / "train" / "pear" / "1.png").write_bytes(b"no picture")
    (folder / "train" / "zebra" / "empty.jpg").write_bytes(b"")
    with pytest.raises(DataError, match=r"train/pear/1\.png, train/zebra/empty\.jpg"):
        read_folder(folder, key="k")


def test_a_missing_test_split_is_a_sentence(tmp_path: Path) -> None:
    save(tmp_path / "train" / "a" / "0.png", noise())
    with pytest.raises(DataError, match="no folder “test” with pictures to test with"):
        read_folder(tmp_path, key="k")


def test_no_classes_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "test").mkdir()
    with pytest.raises(DataError, match="has no classes"):
        read_folder(tmp_path, key="k")
    (tmp_path / "train" / "a").mkdir()
    with pytest.raises(DataError, match="holds no pictures"):
        read_folder(tmp_path, key="k")


def test_a_class_only_in_test_is_a_sentence(folder: Path) -> None:
    save(folder / "test" / "unheard of" / "0.png", noise())
    with pytest.raises(DataError, match="unheard of"):
        read_folder(folder, key="k")
