"""What a data set is called in an address, and how it is found again on another machine."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cifar_core.data import sample
from cifar_core.data.catalog import open_dataset
from cifar_core.data.data_address import DataAddress, find_addressed
from cifar_core.errors import OtherPicturesError
from cifar_core.settings import Settings

SAME = "0123456789abcdef"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a machine without data, whose drawn sample is quickly drawn."""
    monkeypatch.setattr(sample, "sample_size", lambda key: 40)
    for variable in ("CIFAR_LAB_DATA", "CIFAR_LAB_RUNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    return Settings.from_environment()


def batches(folder: Path, *, seed: int) -> Path:
    """Write pictures in CIFAR's layout: the same for the same seed."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    for name in (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"):
        rows = np.hstack([np.uint8([[0], [1]]), rng.integers(0, 256, (2, 3072), dtype=np.uint8)])
        (folder / name).write_bytes(rows.tobytes())
    return folder


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (f"CIFAR-10~{SAME}", DataAddress("CIFAR-10", SAME)),
        (f"pets#crop#skip-broken~{SAME}", DataAddress("pets", SAME, ("crop", "skip-broken"))),
        (f"C# and ~ pets#pad~{SAME}", DataAddress("C# and ~ pets", SAME, ("pad",))),
    ],
)
def test_it_is_read_as_it_was_written(text: str, address: DataAddress) -> None:
    assert DataAddress.parse(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "key", ["cifar10", "drawn", "/home/me~", f"~{SAME}0", "x" * 10_000, "#" * 10_000, "\0"]
)
def test_a_key_of_an_older_address_is_none(key: str) -> None:
    assert DataAddress.parse(key) is None


def test_the_same_pictures_are_found_wherever_they_lie(settings: Settings, tmp_path: Path) -> None:
    ours = batches(tmp_path / "ours" / "pets", seed=1)
    address = str(DataAddress.of(open_dataset(str(ours), settings)))
    assert str(tmp_path) not in address
    for data in (
        batches(tmp_path / "theirs" / "pets", seed=1),
        batches(tmp_path / "called otherwise", seed=1),
    ):
        theirs = dataclasses.replace(settings, data=str(data))
        assert find_addressed(address, theirs) == str(data)
    batches(settings.keras_dir / "cifar-10-batches-bin", seed=1)
    assert find_addressed(address, settings) == "cifar10"


def test_other_pictures_are_never_taken_for_them(settings: Settings, tmp_path: Path) -> None:
    ours = batches(tmp_path / "ours" / "pets", seed=1)
    address = str(DataAddress.of(open_dataset(str(ours), settings)))
    with pytest.raises(OtherPicturesError, match="this machine does not have"):
        find_addressed(address, settings)
    other = batches(tmp_path / "theirs" / "pets", seed=2)
    with pytest.raises(OtherPicturesError, match="has other pictures under that name"):
        find_addressed(address, dataclasses.replace(settings, data=str(other)))


def test_keys_of_older_addresses_go_on_working(settings: Settings, tmp_path: Path) -> None:
    pets = batches(tmp_path / "pets", seed=1)
    chosen = dataclasses.replace(settings, data=str(pets))
    assert find_addressed("drawn", chosen) == "drawn"
    assert find_addressed(str(pets), chosen) == str(pets)
    for unknown in ("cifar10", str(tmp_path), "/etc", "\0", ""):
        with pytest.raises(OtherPicturesError, match="There is no data set"):
            find_addressed(unknown, chosen)


def test_a_folder_read_in_another_way_is_another_data_set(settings: Settings, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            (tmp_path / "pets" / split / name).mkdir(parents=True)
            pixels = rng.integers(0, 256, (40, 60, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pets" / split / name / "1.png")
    chosen = dataclasses.replace(settings, data=str(tmp_path / "pets"))
    cropped = open_dataset(f"{chosen.data}#crop", chosen)
    assert str(DataAddress.of(cropped)) == f"pets#crop~{cropped.fingerprint}"
    assert find_addressed(str(DataAddress.of(cropped)), chosen) == f"{chosen.data}#crop"
    assert find_addressed(str(DataAddress.of(open_dataset(None, chosen))), chosen) == chosen.data
