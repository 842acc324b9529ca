"""The same file gives the same pixels, in a data set and as an upload; what ends the process is a sentence."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image, ImageDraw

from cifar_core.data.folder.read import read_folder
from cifar_core.data.picture.decode import decode_image
from cifar_core.data.picture.framing import network_pixels
from cifar_core.data.picture.limits import PictureProblem
from cifar_core.data.picture.reader import PictureReader, ReadPicture, read_files, read_upload
from cifar_core.data.reading import BACKGROUNDS, FRAMINGS, Preparation
from tests.pictures import KINDS, encoded


@pytest.fixture
def reader() -> Iterator[PictureReader]:
    started = PictureReader()
    yield started
    started.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for split in ("train", "test"):
        for name, kind in KINDS.items():
            place = tmp_path / split / ("shown" if kind.rgb.shape[0] > 1 else "small")
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{name}.{kind.ending}".replace("/", "_")).write_bytes(kind.data)
    return tmp_path


def test_every_kind_is_read_alike_from_a_folder_and_as_an_upload(folder: Path) -> None:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and "train" in file.parts)
    preparation = Preparation(framing="stretch")
    for file, picture in zip(files, read_files(files, preparation), strict=True):
        upload = read_upload(file.read_bytes(), file.name, preparation)
        assert isinstance(picture, ReadPicture), file.name
        assert np.array_equal(picture.pixels, upload.pixels), file.name
        assert picture.changes == upload.changes, file.name


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_the_process_gives_what_decoding_here_gives(framing: str, background: str) -> None:
    preparation = Preparation(framing=framing, background=background)  # type: ignore[arg-type]
    for name in ("rgba png", "jpeg held 6", "16-bit rgb png", "display p3 jpeg", "gif with a hole"):
        kind = KINDS[name]
        here = decode_image(kind.data, background=preparation.background)
        there = read_upload(kind.data, f"x.{kind.ending}", preparation)
        assert np.array_equal(there.pixels, network_pixels(here.rgb, preparation.framing))
        assert there.changes == here.changes


def test_an_object_at_the_edge_of_a_wide_picture_is_seen_by_data_set_and_upload(tmp_path: Path) -> None:
    """The centre square of these would cut the object off: a network right on all of them would guess as uploads."""
    for split in ("train", "test"):
        for name, left in (("left", 4), ("right", 126)):
            picture = Image.new("RGB", (160, 90), (110, 110, 110))
            ImageDraw.Draw(picture).rectangle((left, 40, left + 30, 60), fill=(220, 20, 20))
            place = tmp_path / split / name
            place.mkdir(parents=True)
            picture.save(place / "0.jpg", quality=95)
    dataset = read_folder(tmp_path, key="k")
    assert dataset.preparation is not None
    for index, name in enumerate(("left", "right")):
        upload = read_upload((tmp_path / "test" / name / "0.jpg").read_bytes(), "0.jpg", dataset.preparation)
        assert np.array_equal(upload.pixels, dataset.test.images[index])
        columns = np.flatnonzero(upload.pixels[18, :, 0] > 180)
        assert columns.min() >= 0
        assert (columns.max() < 10) if name == "left" else (columns.min() > 22)


def test_what_was_changed_in_a_data_set_is_counted(folder: Path) -> None:
    report = read_folder(folder, key="k").report
    count = sum("colour profile converted to sRGB" in kind.changes for kind in KINDS.values())
    assert f"{2 * count} pictures: colour profile converted to sRGB" in report.changed


def test_a_picture_with_more_than_sixteen_megapixels_is_halved() -> None:
    pixels = np.zeros((4_001, 4_003, 3), np.uint8)
    pixels[:, 2_002:] = 200
    picture = decode_image(encoded(Image.fromarray(pixels), "PNG", compress_level=1))
    assert picture.rgb.shape == (2_001, 2_002, 3)
    assert np.unique(picture.rgb).tolist() == [0, 200]


def test_a_huge_jpeg_is_made_smaller_while_it_is_decoded() -> None:
    picture = decode_image(encoded(Image.new("RGB", (5_000, 4_000), (10, 200, 30)), "JPEG", quality=95))
    assert picture.rgb.shape == (2_000, 2_500, 3)
    assert np.abs(picture.rgb.astype(int) - (10, 200, 30)).max() <= 3


def test_a_process_that_was_killed_is_started_again(reader: PictureReader) -> None:
    png = KINDS["png"]
    reader.read(png.data, "png", Preparation(), shown=False)
    assert reader._process is not None
    psutil.Process(reader._process.pid).kill()
    psutil.Process(reader._process.pid).wait()
    assert reader.read(png.data, "png", Preparation(), shown=False).format == "PNG"


SLOW = """
import signal, sys
sys.stdin.buffer.readline()
signal.setitimer(signal.ITIMER_PROF, 0.05)
while True: pass
"""


@pytest.mark.posix
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no such clock")
def test_a_picture_that_computes_for_too_long_ends_its_process_alone() -> None:
    reader = PictureReader(command=(sys.executable, "-c", SLOW))
    with pytest.raises(PictureProblem, match=r"too much time or memory to decode\. Make it smaller"):
        reader.read(b"", "png", Preparation(), shown=False)
    assert reader._process is None


def test_an_answer_that_never_comes_is_waited_for_so_long_only() -> None:
    command = (sys.executable, "-c", "import time; time.sleep(600)")
    reader = PictureReader(command=command, wait_seconds=0.2)
    with pytest.raises(PictureProblem, match="too much time"):
        reader.read(b"", "png", Preparation(), shown=False)


def test_a_process_that_cannot_work_says_so() -> None:
    reader = PictureReader(command=(sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(PictureProblem, match=r"ended with status 3\. Check the installation"):
        reader.read(b"", "png", Preparation(), shown=False)


@pytest.mark.posix
@pytest.mark.skipif(os.name == "nt", reason="the system has no named pipes of this kind")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    found = list(read_files([tmp_path / "pipe.png", tmp_path, Path(os.devnull)], Preparation()))
    assert all(isinstance(one, PictureProblem) for one in found)
    assert "It is not a file." in str(found[0])
