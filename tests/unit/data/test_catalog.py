"""Finding and opening data sets by name and by path."""

import dataclasses
import hashlib
import io
import os
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from cifar_core.data import known, sample
from cifar_core.data.catalog import (
    check_listed,
    find_choice,
    find_dataset,
    known_facts,
    list_choices,
    missing_choices,
    open_dataset,
)
from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.fingerprint import fingerprint
from cifar_core.data.reading import Preparation
from cifar_core.errors import BrokenPicturesError, DataError
from cifar_core.labels import CIFAR10_CLASSES
from cifar_core.settings import Settings


def binary_batches(*, seed: int = 0, per_batch: int = 4) -> dict[str, bytes]:
    rng = np.random.default_rng(seed)
    names = [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]
    labels = np.arange(per_batch, dtype=np.uint8)[:, None]
    return {
        name: np.hstack([labels, rng.integers(0, 256, (per_batch, 3072), dtype=np.uint8)]).tobytes()
        for name in names
    }


def cifar100_files() -> dict[str, bytes]:
    rng = np.random.default_rng(1)
    row = np.hstack([np.uint8([[3, 42]]), rng.integers(0, 256, (1, 3072), dtype=np.uint8)]).tobytes()
    return {
        "train.bin": row,
        "test.bin": row,
        "fine_label_names.txt": "\n".join(f"fine_{i}" for i in range(100)).encode(),
        "coarse_label_names.txt": "\n".join(f"coarse_{i}" for i in range(20)).encode(),
    }


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def write_archive(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"inside/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def fake_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the renderer: its own tests look at its pictures."""

    def draw(key: str) -> Dataset:
        n = sample.sample_size(key)
        splits = [
            Split(np.zeros((k, 32, 32, 3), np.uint8), np.arange(k, dtype=np.int64) % 10) for k in (n, n // 4)
        ]
        print_ = fingerprint(CIFAR10_CLASSES, *splits)
        return Dataset(key, sample.NAME, CIFAR10_CLASSES, *splits, "drawn", False, print_)

    monkeypatch.setattr(sample, "draw_sample", draw)


@pytest.mark.usefixtures("fake_drawing")
def test_an_empty_machine_opens_the_drawn_sample(settings: Settings) -> None:
    dataset = open_dataset(None, settings)
    assert (dataset.key, len(dataset.train), len(dataset.test)) == ("drawn", 2000, 500)
    assert [choice.key for choice in list_choices(settings)] == ["drawn"]
    assert {choice.key for choice in missing_choices(settings)} == {"cifar10", "cifar100", "cifar100-coarse"}


@pytest.mark.usefixtures("fake_drawing")
def test_a_larger_drawn_sample(settings: Settings) -> None:
    dataset = open_dataset("drawn:80", settings)
    assert (dataset.key, len(dataset.train), len(dataset.test)) == ("drawn:80", 80, 20)
    for wrong in ("drawn:", "drawn:x", "drawn:-5", "drawn:1", "drawn:999999999"):
        with pytest.raises(DataError, match="drawn:N"):
            open_dataset(wrong, settings)


def test_the_real_renderer_fills_the_sample(settings: Settings) -> None:
    dataset = open_dataset("drawn:40", settings)
    assert dataset.class_names == CIFAR10_CLASSES
    assert np.bincount(dataset.train.labels, minlength=10).tolist() == [4] * 10
    assert dataset.train.images.std() > 20
    assert (dataset.verified, "CIFAR" in dataset.name) == (False, False)


@pytest.mark.parametrize(
    "place",
    ["cifar-10-batches-py", "cifar-10-batches-bin", "cifar-10-batches-py-target/cifar-10-batches-py"],
)
def test_cifar10_is_found_in_the_keras_cache(settings: Settings, place: str) -> None:
    write(settings.keras_dir / place, binary_batches())
    dataset = open_dataset(None, settings)
    assert (dataset.key, dataset.name, len(dataset.train)) == ("cifar10", Path(place).name, 20)


@pytest.mark.parametrize("name", ["cifar-10-binary.tar.gz", "cifar-10-batches-py-target_archive"])
def test_an_archive_in_the_keras_cache_is_read(settings: Settings, name: str) -> None:
    if name.endswith("_archive"):  # Keras keeps the Python archive under this name
        (settings.keras_dir).mkdir()
        (settings.keras_dir / name).write_bytes(b"damaged")
        with pytest.raises(DataError, match="cannot be read to its end"):
            open_dataset(None, settings)
    else:
        write_archive(settings.keras_dir / name, binary_batches())
        assert len(open_dataset(None, settings).test) == 4


def test_cifar100_has_two_keys(settings: Settings) -> None:
    write(settings.keras_dir / "cifar-100-binary", cifar100_files())
    assert [choice.key for choice in list_choices(settings)] == ["cifar100", "cifar100-coarse", "drawn"]
    fine, coarse = open_dataset(None, settings), open_dataset("cifar100-coarse", settings)
    assert fine.class_names[fine.train.labels[0]] == "fine_42"
    assert coarse.class_names[coarse.train.labels[0]] == "coarse_3"
    assert fine.fingerprint != coarse.fingerprint


def test_the_setting_wins_over_the_keras_cache(settings: Settings, tmp_path: Path) -> None:
    write(settings.keras_dir / "cifar-10-batches-bin", binary_batches(seed=1))
    mine = write(tmp_path / "mine" / "cifar-10-batches-bin", binary_batches(seed=2))
    for path in (mine, mine.parent):
        chosen = dataclasses.replace(settings, data=str(path))
        dataset = open_dataset(None, chosen)
        assert dataset.key == str(path)
        assert dataset.fingerprint != open_dataset("cifar10", chosen).fingerprint
        assert [choice.key for choice in list_choices(chosen)] == [str(path), "cifar10", "drawn"]


def test_the_first_choice_is_what_opens(settings: Settings) -> None:
    write(settings.keras_dir / "cifar-10-batches-bin", binary_batches())
    for data in (None, "cifar10", "drawn:40"):
        chosen = dataclasses.replace(settings, data=data)
        assert list_choices(chosen)[0].key == open_dataset(None, chosen).key
    assert list_choices(dataclasses.replace(settings, data="drawn"))[0].key == "drawn"


def test_an_archive_by_path_and_the_same_files_as_folder_are_one_data_set(
    settings: Settings, tmp_path: Path
) -> None:
    archive = write_archive(tmp_path / "any name.tar.gz", binary_batches())
    folder = write(tmp_path / "folder", binary_batches())
    assert open_dataset(str(archive), settings).fingerprint == open_dataset(str(folder), settings).fingerprint


def test_coarse_labels_by_path(settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path / "hundred", cifar100_files())
    assert open_dataset(f"{path}#coarse", settings).class_names == ("coarse_3",)
    keys = [choice.key for choice in list_choices(dataclasses.replace(settings, data=str(path)))]
    assert keys == [str(path), f"{path}#coarse", "drawn"]
    ten = write(tmp_path / "ten", binary_batches())
    with pytest.raises(DataError, match="no coarse labels"):
        open_dataset(f"{ten}#coarse", settings)


def test_an_image_folder_by_path(settings: Settings, tmp_path: Path) -> None:
    for split in ("train", "test"):
        for name in ("cup", "spoon"):
            folder = tmp_path / "kitchen" / split / name
            folder.mkdir(parents=True)
            assert cv2.imwrite(str(folder / "1.png"), np.full((40, 40, 3), 9, np.uint8))
    dataset = open_dataset(str(tmp_path / "kitchen"), settings)
    assert (dataset.name, dataset.class_names) == ("kitchen", ("cup", "spoon"))
    (tmp_path / "kitchen" / "train" / "cup" / "1.png").rename(tmp_path / "kitchen/train/cup/2.png")
    assert cv2.imwrite(str(tmp_path / "kitchen/train/cup/1.png"), np.full((40, 40, 3), 5, np.uint8))
    assert len(open_dataset(str(tmp_path / "kitchen"), settings).train) == 3


def test_a_key_is_the_whole_path(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "here", binary_batches())
    monkeypatch.chdir(tmp_path)
    assert open_dataset("here", settings).key == str(tmp_path / "here")


@pytest.mark.parametrize("data", ["/no/such/place", "nothing-here", "cifar10"])
def test_a_bad_setting_is_a_sentence_and_nothing_else_is_opened(settings: Settings, data: str) -> None:
    chosen = dataclasses.replace(settings, data=data)
    with pytest.raises(DataError, match=r"There is no data set at|is not in .*Download it"):
        open_dataset(None, chosen)
    assert not list_choices(chosen)[0].available
    assert list_choices(chosen)[-1].key == "drawn"


def test_a_folder_with_something_else_is_a_sentence(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    with pytest.raises(DataError, match="holds no data set that is known here"):
        open_dataset(str(tmp_path / "letters"), settings)


def test_a_damaged_find_is_not_skipped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    files = binary_batches()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    monkeypatch.setitem(known.OFFICIAL_FILES, "cifar10-binary", digests)
    del files["test_batch.bin"]
    write(settings.keras_dir / "cifar-10-batches-bin", files)
    with pytest.raises(DataError, match=r"lacks test_batch\.bin"):
        open_dataset(None, settings)


def test_listing_reads_no_picture(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings.keras_dir / "cifar-10-batches-bin", binary_batches())
    open_dataset(None, settings)
    monkeypatch.setattr("cifar_core.data.source_files.read_batches", None)
    monkeypatch.setattr(np, "load", None)
    assert [choice.name for choice in list_choices(settings)] == [
        "cifar-10-batches-bin",
        "Drawn sample",
    ]


def test_files_replaced_in_place_are_read_again(settings: Settings) -> None:
    folder = write(settings.keras_dir / "cifar-10-batches-bin", binary_batches(seed=1))
    before = open_dataset(None, settings).fingerprint
    write(folder, binary_batches(seed=2))
    for file in folder.iterdir():
        os.utime(file, ns=(1, 1))
    assert open_dataset(None, settings).fingerprint != before


def test_a_data_set_is_found_by_its_pictures_whatever_it_is_called(settings: Settings) -> None:
    drawn = open_dataset("drawn", settings)
    found = find_dataset(drawn.fingerprint, settings, key="drawn", name="whatever it was called there")
    assert found is not None
    assert found.fingerprint == drawn.fingerprint
    assert find_dataset("0" * 16, settings, key="drawn", name=drawn.name) is None  # other pictures, same name
    assert find_dataset(drawn.fingerprint, settings, key="cifar10", name="CIFAR-10") is None


def test_a_data_set_that_was_opened_before_is_not_opened_again(settings: Settings) -> None:
    drawn = open_dataset("drawn:40", settings)
    asked: list[str | None] = []

    def kept(key: str | None, _: Settings) -> Dataset:
        asked.append(key)
        return drawn

    assert find_dataset(drawn.fingerprint, settings, key="drawn", name="", opened=kept) is drawn
    assert asked == ["drawn"]


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    for split in ("train", "test"):
        for name in ("cup", "spoon"):
            folder = tmp_path / "kitchen" / split / name
            folder.mkdir(parents=True)
            picture = np.zeros((32, 96, 3), np.uint8)
            picture[:, 32:64] = 200
            assert cv2.imwrite(str(folder / "1.png"), picture)
    return tmp_path / "kitchen"


def test_a_folder_is_read_in_the_way_that_its_key_asks_for(settings: Settings, kitchen: Path) -> None:
    stretched, cropped = (open_dataset(f"{kitchen}{asked}", settings) for asked in ("", "#crop"))
    assert (cropped.train.images == 200).all()
    assert not (stretched.train.images == 200).all()
    assert cropped.key == f"{kitchen}#crop"
    assert cropped.preparation == Preparation(framing="crop")
    again = open_dataset(cropped.key, settings)
    assert (again.fingerprint, again.preparation) == (cropped.fingerprint, cropped.preparation)


def test_what_was_said_while_reading_is_said_from_the_cache_too(settings: Settings, kitchen: Path) -> None:
    (kitchen / "train" / "cup" / "boxes.xml").write_text("x")
    said = open_dataset(str(kitchen), settings).report
    assert said.left_out_sentence == "1 file left out: 1 .xml."
    assert open_dataset(str(kitchen), settings).report == said
    record, report = known_facts(str(kitchen), settings)
    assert record is not None
    assert report == said
    assert known_facts(f"{kitchen}#crop", settings) == (None, said)


def test_a_listed_folder_may_be_opened_in_another_way_and_no_other_path(
    settings: Settings, kitchen: Path
) -> None:
    chosen = dataclasses.replace(settings, data=str(kitchen))
    check_listed(f"{kitchen}#skip-broken", chosen)
    choice = find_choice(f"{kitchen}#crop#skip-broken", list_choices(chosen))
    assert choice is not None
    assert choice.name == "kitchen (centre squares, broken files left out)"
    for other in (
        f"{kitchen}#coarse",
        f"{kitchen}#",
        f"{kitchen}/train",
        f"{kitchen}#crop/../..",
        "/etc#crop",
        "drawn#crop",
    ):
        with pytest.raises(DataError, match="There is no data set"):
            check_listed(other, chosen)


def test_broken_files_are_read_once_until_they_change(
    settings: Settings, kitchen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = kitchen / "train" / "cup" / "0.png"
    broken.write_bytes(b"x")
    with pytest.raises(BrokenPicturesError):
        open_dataset(str(kitchen), settings)
    with monkeypatch.context() as patched:
        patched.setattr("cifar_core.data.source_files.read_folder", None)
        with pytest.raises(BrokenPicturesError):
            open_dataset(str(kitchen), settings)
    broken.unlink()
    assert len(open_dataset(str(kitchen), settings).train) == 2


def test_a_run_on_a_folder_read_in_another_way_finds_its_pictures(settings: Settings, kitchen: Path) -> None:
    chosen = dataclasses.replace(settings, data=str(kitchen))
    cropped = open_dataset(f"{kitchen}#crop", chosen)
    found = find_dataset(cropped.fingerprint, chosen, key=cropped.key, name=cropped.name)
    assert found is not None
    assert found.key == cropped.key
