"""Own pictures that are brought in: the list of them, and archives of any kind that are unpacked or refused."""

import io
import os
import stat
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cifar_core.data.catalog import list_choices, open_dataset
from cifar_core.data.own_pictures import OwnPictures
from cifar_core.errors import DataError
from cifar_core.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("CIFAR_LAB_DATA", raising=False)
    return Settings.from_environment()


def picture(seed: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(
        buffer, "PNG"
    )
    return buffer.getvalue()


PETS = {
    f"pets/{split}/{name}/{number}.png": picture(number + 10 * len(name))
    for number in range(2)
    for split in ("train", "test")
    for name in ("cat", "horse")
}


def packed(files: dict[str, bytes], **changes: object) -> io.BytesIO:
    """Return a ZIP; ``changes`` go to each of its members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in changes.items():
                setattr(member, attribute, value)
            archive.writestr(member, content)
    return buffer


def all_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_an_archive_becomes_a_data_set_that_is_listed_once_it_is_taken(settings: Settings) -> None:
    own = OwnPictures(settings)
    key = own.unpack(packed(PETS), "my pets.zip")
    dataset = open_dataset(key, settings)
    assert (dataset.name, dataset.class_names) == ("my pets", ("cat", "horse"))
    assert (len(dataset.train), len(dataset.test)) == (4, 4)
    assert [choice.key for choice in list_choices(settings)] == ["drawn"]
    own.take(key)
    assert [choice.key for choice in list_choices(settings)] == ["drawn", key]
    assert list_choices(settings)[-1].name == "my pets"
    own.discard(key)  # taken: it stays
    assert open_dataset(key, settings).fingerprint == dataset.fingerprint
    own.forget(key)
    assert [choice.key for choice in list_choices(settings)] == ["drawn"]
    assert not Path(key).exists()


def test_a_folder_that_is_forgotten_stays_where_it_is(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for name, content in PETS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    before = all_below(folder)
    own = OwnPictures(settings)
    for key in (str(folder / "pets"), f"{folder / 'pets'}#crop", str(folder / "pets")):
        own.take(key)
    assert own.taken() == (str(folder / "pets"), f"{folder / 'pets'}#crop")
    for key in own.taken():
        own.forget(key)
    assert own.taken() == ()
    assert all_below(folder) == before


@pytest.mark.parametrize(
    "name",
    ["../up.png", "a/../../up.png", "/etc/up.png", "..\\up.png", "C:\\up.png", "C:/up.png", "a:stream"],
)
def test_what_would_lie_outside_is_refused(settings: Settings, tmp_path: Path, name: str) -> None:
    before = all_below(tmp_path)
    with pytest.raises(DataError, match="outside of its folder"):
        OwnPictures(settings).unpack(packed(PETS | {name: b"x"}), "pets.zip")
    assert all_below(tmp_path) == before


@pytest.mark.parametrize("levels", [21, 2000])
def test_what_lies_too_deep_is_refused(settings: Settings, tmp_path: Path, levels: int) -> None:
    with pytest.raises(DataError, match="more than 20 folders deep"):
        OwnPictures(settings).unpack(packed(PETS | {"a/" * levels + "cat.png": b"x"}), "pets.zip")
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_link_and_a_pipe_are_refused(settings: Settings, tmp_path: Path, kind: int) -> None:
    file = packed({"train/cat": b"/etc"}, external_attr=(kind | 0o777) << 16, create_system=3)
    with pytest.raises(DataError, match="a link or no plain file"):
        OwnPictures(settings).unpack(file, "pets.zip")
    assert not (tmp_path / "runs").exists()


def test_two_files_of_one_name_are_refused(settings: Settings) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("cat/1.png", picture(1))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("cat/1.png", picture(2))
    own = OwnPictures(settings)
    with pytest.raises(DataError, match=r"two files called “cat/1\.png”"):
        own.unpack(buffer, "pets.zip")
    assert list(own.folder.iterdir()) == []


def test_a_bomb_is_refused_before_anything_is_written(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"would unpack to 20 MB, .* times its size, as no pictures do"):
        OwnPictures(settings).unpack(packed({"cat/1.png": bytes(20_000_000)}), "pets.zip")
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is empty"),
        (b"PK\x05\x06", "it is no archive, or its end is missing"),
        (b"no archive", "it is no archive, or its end is missing"),
        (packed(PETS).getvalue()[:-200], "it is no archive, or its end is missing"),
        (
            b"PK\x05\x06" + bytes(4) + b"\x01\0\x01\0\x99\0\0\0" + bytes(6),
            "its list of members cannot be read",
        ),
        (packed({}).getvalue(), "there is no file in it"),
        (packed({"cat/": b"", "dog/": b""}).getvalue(), "there is no file in it"),
    ],
)
def test_what_holds_nothing_is_a_sentence_that_says_what_to_do(
    settings: Settings, tmp_path: Path, content: bytes, problem: str
) -> None:
    with pytest.raises(DataError) as refused:
        OwnPictures(settings).unpack(io.BytesIO(content), "p.zip")
    assert str(refused.value) == (
        f"p.zip is not unpacked: {problem}. Send a ZIP of one folder with your pictures, packed anew."
    )
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("train/cat/1.png", "train/cat/1.PNG"),
        ("train/cat", "train/Cat"),
        ("Pets", "pets"),
        ("train/caf\u00e9/1.png", "train/cafe\u0301/1.png"),
    ],
)
def test_names_that_many_systems_take_for_one_are_refused(
    settings: Settings, tmp_path: Path, one: str, other: str
) -> None:
    # A class or a folder is told by what lies in it, each under a name of its own.
    files = [name if "." in name else f"{name}/{number}.png" for number, name in enumerate((one, other))]
    with pytest.raises(
        DataError, match=f"it holds “{one}” and “{other}”, which Windows and macOS take for one"
    ):
        OwnPictures(settings).unpack(packed(dict.fromkeys(files, picture(1))), "pets.zip")
    assert not (tmp_path / "runs").exists()


def test_an_accent_that_is_written_in_two_ways_is_one_class(settings: Settings) -> None:
    names = ["caf\u00e9/1.png", "cafe\u0301/2.png", "tea/1.png", "tea/2.png"]
    files = {name: picture(number) for number, name in enumerate(names)}
    key = OwnPictures(settings).unpack(packed(files), "drinks.zip")
    assert open_dataset(key, settings).class_names == ("caf\u00e9", "tea")


def test_damage_inside_of_a_file_is_a_sentence_and_leaves_nothing(settings: Settings) -> None:
    content = bytearray(packed(PETS).getvalue())
    content[100:400] = bytes(300)
    own = OwnPictures(settings)
    with pytest.raises(DataError, match=r"“pets/.*\.png” in it cannot be read\. Send"):
        own.unpack(io.BytesIO(bytes(content)), "pets.zip")
    assert list(own.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "called"),
    [
        ("../../x.zip", "x"),
        ("a\\b.zip", "b"),
        ("...zip", "pictures"),
        ("ü (1).ZIP", "ü (1)"),
        ("a:b*?.zip", "a_b__"),
    ],
)
def test_the_folder_bears_a_name_that_every_system_takes(settings: Settings, sent: str, called: str) -> None:
    assert Path(OwnPictures(settings).unpack(packed(PETS), sent)).name == called


def test_what_nobody_took_is_deleted_after_an_hour(settings: Settings) -> None:
    own = OwnPictures(settings)
    left, taken = own.unpack(packed(PETS), "left.zip"), own.unpack(packed(PETS), "taken.zip")
    own.take(taken)
    for key in (left, taken):
        os.utime(key, (time.time() - 4000,) * 2)
    newest = own.unpack(packed(PETS), "newest.zip")
    assert [Path(key).exists() for key in (left, taken, newest)] == [False, True, True]


@pytest.mark.parametrize("content", [b"", b"{}", b'["a", 1]', struct.pack("<Q", 3)])
def test_a_damaged_list_is_an_empty_one(settings: Settings, content: bytes) -> None:
    own = OwnPictures(settings)
    own.take("/pets")
    (own.folder / "taken.json").write_bytes(content)
    assert own.taken() == ()
    assert [choice.key for choice in list_choices(settings)] == ["drawn"]


def test_an_archive_that_unpacks_to_a_gigabyte_is_refused_at_once(settings: Settings) -> None:
    content = bytearray(packed({"cat/1.png": b"x" * 100}).getvalue())
    at = content.rindex(b"PK\x01\x02") + 24  # the size, as the list of members claims it
    content[at : at + 4] = struct.pack("<I", 1_200_000_000)
    with pytest.raises(DataError, match=r"would unpack to 1\.2 GB, and at most 500 MB are unpacked"):
        OwnPictures(settings).unpack(io.BytesIO(bytes(content)), "pets.zip")
