"""Pictures in folders named after their class."""

import os
import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.data.folder.read import BROKEN, read_folder
from cifar_core.data.folder.survey import source_files, survey_folder
from cifar_core.data.reading import Preparation
from cifar_core.errors import BrokenPicturesError, DataError
from tests.pictures import KINDS

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
    assert len(source_files(folder)) == 14
    assert dataset.report.left_out_sentence == "1 file left out: 1 .txt."


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


def test_broken_files_are_all_named_or_left_out_if_asked(folder: Path) -> None:
    broken = [folder / "train" / "pear" / f"{i}.png" for i in range(10, 15)]
    for file in broken:
        file.write_bytes(b"no picture")
    (folder / "train" / "zebra" / "empty.jpg").write_bytes(b"")
    with pytest.raises(
        BrokenPicturesError, match=r"6 of 18 files .*train/pear/10\.png, .* and 3 more"
    ) as caught:
        read_folder(folder, key="k")
    assert caught.value.details == (
        *(f"train/pear/{i}.png: The file is not a picture that can be opened here." for i in range(10, 15)),
        "train/zebra/empty.jpg: The file is empty.",
    )
    assert caught.value.without == "k#skip-broken"
    dataset = read_folder(folder, key="k", skip_broken=True)
    assert (len(dataset.train), len(dataset.test)) == (9, 3)
    (left_out,) = dataset.report.left_out
    assert (left_out.kind, left_out.count, left_out.files[-1]) == (BROKEN, 6, "train/zebra/empty.jpg")


def test_a_class_of_broken_files_alone_is_a_sentence(folder: Path) -> None:
    for file in (folder / "train" / "pear").iterdir():
        file.write_bytes(b"no picture")
    with pytest.raises(DataError, match="No picture of “pear” can be read"):
        read_folder(folder, key="k", skip_broken=True)


def test_pictures_of_every_format_in_any_letters_and_depth(folder: Path) -> None:
    for name, kind in KINDS.items():
        place = folder / "train" / "pear" / f"deeper {len(name) % 3}" / "still"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name.replace(' ', '_')}.{kind.ending.upper()}").write_bytes(kind.data)
    dataset = read_folder(folder, key="k")
    assert np.bincount(dataset.train.labels).tolist() == [3, 3 + len(KINDS), 3]
    assert dataset.report.left_out == ()


def test_content_tells_a_picture_that_has_no_ending_of_one(folder: Path) -> None:
    place = folder / "train" / "pear"
    (place / "0001").write_bytes(KINDS["jpeg"].data)
    (place / "scan.backup").write_bytes(KINDS["tiff"].data)
    (place / "really a png.jpg").write_bytes(KINDS["png"].data)
    (place / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    (place / "drawing.svg").write_bytes(b"<svg/>")
    (place / "boxes.xml").write_text("<xml/>")
    (place / "notes").write_text("words")
    dataset = read_folder(folder, key="k")
    assert np.bincount(dataset.train.labels).tolist() == [3, 6, 3]
    assert {kind.kind: kind.files for kind in dataset.report.left_out} == {
        ".xml": ("train/pear/boxes.xml",),
        "HEIC": ("train/pear/phone.heic",),
        "SVG": ("train/pear/drawing.svg",),
        "without an ending": ("train/pear/notes",),
    }
    assert dataset.report.left_out_sentence == "4 files left out: 1 .xml, 1 HEIC, 1 SVG, 1 without an ending."


def test_what_other_programs_leave_is_no_class_and_not_worth_a_word(folder: Path) -> None:
    for place in (
        "@eaDir",
        "__MACOSX/apple",
        ".ipynb_checkpoints",
        "#recycle",
        "apple/@eaDir",
        "@__thumb",
        "@Recently-Snapshot",
        "RECYCLER",
    ):
        (folder / "train" / place).mkdir(parents=True)
        (folder / "train" / place / "SYNOPHOTO_THUMB.jpg").write_bytes(b"x")
    for name in (
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "._0.png",
        "ehthumbs.db",
        "Picasa.ini",
        "ehthumbs_vista.db",
    ):
        (folder / "train" / "apple" / name).write_bytes(b"x")
    dataset = read_folder(folder, key="k")
    assert (dataset.class_names, len(dataset.train)) == (("apple", "pear", "zebra"), 9)
    assert dataset.report.sentences == ()


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    for name in ("cat", "dog"):
        (tmp_path / "train" / name).symlink_to(tmp_path / "store" / name)
    with pytest.raises(
        DataError, match=r"it holds 2 files \(2 leading nowhere \(broken link\)\) and no folder"
    ):
        read_folder(tmp_path, key="k")


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_are_followed_once(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = tmp_path_factory.mktemp("store")
    (folder / "train" / "pear").rename(store / "pears")
    (folder / "train" / "pear").symlink_to(store / "pears")
    (store / "pears" / "round again").symlink_to(store / "pears")
    (folder / "train" / "apple" / "gone.png").symlink_to(store / "nothing")
    os.mkfifo(folder / "train" / "apple" / "pipe.png")
    dataset = read_folder(folder, key="k")
    assert np.bincount(dataset.train.labels).tolist() == [3, 3, 3]
    assert dataset.report.left_out_sentence == "2 files left out: 2 no files (broken links, pipes)."


def test_empty_classes_are_left_out_and_said(folder: Path) -> None:
    (folder / "train" / "yak").mkdir()
    (folder / "test" / "yak").mkdir()
    (folder / "test" / "emu").mkdir()
    dataset = read_folder(folder, key="k")
    assert dataset.class_names == ("apple", "pear", "zebra")
    assert dataset.report.remarks == ("Left out, as no picture lies in it: the classes “emu”, “yak”.",)


def test_classes_that_differ_in_capitals_only_are_said(folder: Path) -> None:
    for split in ("train", "test"):
        shutil.copytree(folder / split / "pear", folder / split / "Pear")
    dataset = read_folder(folder, key="k")
    assert dataset.class_names == ("Pear", "apple", "pear", "zebra")
    assert dataset.report.remarks == (
        "“Pear”, “pear” differ in capitals only, and are two classes: rename one if they are the same.",
    )


def test_a_class_without_test_pictures_is_said(folder: Path) -> None:
    shutil.rmtree(folder / "test" / "pear")
    report = read_folder(folder, key="k").report
    assert report.remarks == ("There is no test picture of pear: how well it is recognised cannot be known.",)


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("Train", "TEST"),
        ("training", "Testing"),
        ("train", "val"),
        ("TRAIN", "Validation"),
        ("train", "valid"),
        ("train", "eval"),
        ("train_images", "test_images"),
        ("seg_train", "seg_test"),
        ("training_set", "TEST_SET"),
        ("Pets-Train", "pets val"),
        ("train", "test1"),
        ("trainset", "test"),
    ],
)
def test_splits_have_many_names(folder: Path, train: str, test: str) -> None:
    usual = read_folder(folder, key="k")
    (folder / "train").rename(folder / train)
    (folder / "test").rename(folder / test)
    dataset = read_folder(folder, key="k")
    assert dataset.fingerprint == usual.fingerprint
    validation = any(word in test.lower() for word in ("val", "eval"))
    said = [f"The pictures to test with are those in “{test}”."] if validation else []
    assert list(dataset.report.remarks) == said


@pytest.mark.parametrize(
    ("names", "like_a_split"),
    [
        (("bus stop", "train station"), None),
        (("beaker", "test tube"), None),
        (("bus", "car", "train"), "train"),
        (("control", "placebo", "test"), "test"),
    ],
)
def test_a_class_may_be_called_like_a_split(
    tmp_path: Path, names: tuple[str, ...], like_a_split: str | None
) -> None:
    for name in names:
        for i in range(5):
            save(tmp_path / name / f"{i}.png", noise())
    dataset = read_folder(tmp_path, key="k")
    assert dataset.class_names == names
    assert (len(dataset.train), len(dataset.test)) == (4 * len(names), len(names))
    said = [remark for remark in dataset.report.remarks if "is a class here" in remark]
    assert said == (
        [f"“{like_a_split}” is a class here, as pictures lie directly in it."] if like_a_split else []
    )


@pytest.mark.parametrize("outer", [("fold1", "fold2"), ("cat", "dog")])
def test_the_same_folders_in_every_class_are_said(tmp_path: Path, outer: tuple[str, str]) -> None:
    inner = ("cat", "dog") if outer[0] == "fold1" else ("test", "train")
    for name in outer:
        for part in inner:
            for i in range(5):
                save(tmp_path / name / part / f"{i}.png", noise())
    dataset = read_folder(tmp_path, key="k")
    assert (dataset.class_names, len(dataset.train), len(dataset.test)) == (outer, 16, 4)
    assert dataset.report.remarks[0].startswith(
        f"In each class lie the same folders, “{inner[0]}”, “{inner[1]}”: their pictures are taken together."
    )


def test_test_pictures_of_none_of_the_classes_are_a_sentence(folder: Path) -> None:
    shutil.rmtree(folder / "test")
    save(folder / "test" / "images" / "0.png", noise())
    save(folder / "test" / "more" / "0.png", noise())
    with pytest.raises(
        DataError,
        match="No folder in “test” \\(“images”, “more”\\) is called like one in “train” \\(“apple”, “pear”, “zebra”",
    ):
        read_folder(folder, key="k")


def test_with_one_picture_of_each_class_none_can_be_set_apart(tmp_path: Path) -> None:
    for name in ("ant", "bee"):
        save(tmp_path / name / "0.png", noise())
    with pytest.raises(
        DataError, match=r"has one picture of each class, so none can be set apart .* Add some"
    ):
        read_folder(tmp_path, key="k")


def test_validation_pictures_beside_test_pictures_are_not_read(folder: Path) -> None:
    shutil.copytree(folder / "test", folder / "val")
    (folder / "raw").mkdir()
    dataset = read_folder(folder, key="k")
    assert (len(dataset.train), len(dataset.test)) == (9, 3)
    assert dataset.report.remarks == (
        "“val” is not read: pictures for validation are held out of those to train with.",
        "Not read, as it lies beside “train”: “raw”.",
    )


def test_two_folders_for_one_split_are_a_sentence(folder: Path) -> None:
    (folder / "Training").mkdir()
    with pytest.raises(DataError, match="several folders of one kind: “Training”, “train”"):
        read_folder(folder, key="k")


@pytest.mark.parametrize("place", [".", "train"])
def test_without_a_test_folder_a_share_of_each_class_is_set_apart(tmp_path: Path, place: str) -> None:
    for name, count in (("ant", 20), ("bee", 9), ("cow", 1)):
        for i in range(count):
            save(tmp_path / place / name / f"{i:02}.png", np.full((32, 32, 3), i, np.uint8))
    dataset = read_folder(tmp_path, key="k")
    assert np.bincount(dataset.train.labels, minlength=3).tolist() == [16, 7, 1]
    assert np.bincount(dataset.test.labels, minlength=3).tolist() == [4, 2, 0]
    first = dataset.test.images[:4, 0, 0, 0]
    assert len(set(first.tolist())) == 4
    assert not set(first) & set(dataset.train.images[:16, 0, 0, 0].tolist())
    assert dataset.report.remarks == (
        "There is no folder “test”: of each class about 20% were set apart to test with, 6 of 30 pictures, chosen by "
        "chance but always the same.",
        "There is no test picture of cow: how well it is recognised cannot be known.",
    )
    assert read_folder(tmp_path, key="k").fingerprint == dataset.fingerprint


def test_one_folder_too_deep_is_found_and_said(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outer = tmp_path_factory.mktemp("outer")
    usual = read_folder(folder, key="k").fingerprint
    shutil.copytree(folder, outer / "archive" / "my data")
    dataset = read_folder(outer, key="k")
    assert (dataset.fingerprint, dataset.name) == (usual, outer.name)
    assert dataset.report.remarks == (
        f"Read from “{outer.name}/archive/my data”, as nothing else lies in “{outer.name}”.",
    )
    inner = tmp_path_factory.mktemp("inner")
    for split in ("train", "test"):
        shutil.copytree(folder / split, inner / split / "images")
    dataset = read_folder(inner, key="k")
    assert dataset.fingerprint == usual
    assert (
        dataset.report.remarks[0]
        == "The classes are the folders in “train/images”, as nothing else lies in “train”."
    )


def test_pictures_in_no_class_folder_are_a_sentence(tmp_path: Path) -> None:
    save(tmp_path / "train" / "0.png", noise())
    save(tmp_path / "train" / "1.png", noise())
    save(tmp_path / "test" / "a" / "0.png", noise())
    with pytest.raises(DataError, match=r"2 pictures lie directly in .*train, not in class folders\. Put"):
        read_folder(tmp_path, key="k")
    save(tmp_path / "train" / "a" / "0.png", noise())
    assert (
        read_folder(tmp_path, key="k").report.left_out_sentence == "2 files left out: 2 in no class folder."
    )


def test_what_lies_there_instead_is_said(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "c.txt", "LICENSE"):
        (tmp_path / name).write_text("x")
    with pytest.raises(
        DataError, match=r"it holds 4 files \(2 \.csv, 1 \.txt, 1 without an ending\) and no folder"
    ):
        read_folder(tmp_path, key="k")
    (tmp_path / "cats").mkdir()
    (tmp_path / "dogs").mkdir()
    (tmp_path / "cats" / "video.mp4").write_text("x")
    with pytest.raises(
        DataError, match=r"holds no pictures in its folders\. What lies there: 2 \.csv, 1 \.mp4, 1 \.txt"
    ):
        read_folder(tmp_path, key="k")


def test_only_test_pictures_are_a_sentence(tmp_path: Path) -> None:
    save(tmp_path / "test" / "a" / "0.png", noise())
    with pytest.raises(DataError, match="has a folder “test” but no folder “train”"):
        read_folder(tmp_path, key="k")


def test_a_class_only_in_test_is_a_sentence(folder: Path) -> None:
    save(folder / "test" / "unheard of" / "0.png", noise())
    with pytest.raises(DataError, match="none to learn from, of “unheard of”"):
        read_folder(folder, key="k")
    shutil.rmtree(folder / "test" / "unheard of")
    (folder / "test" / "zebra").rename(folder / "test" / "Zebra")
    with pytest.raises(DataError, match="of “Zebra” \\(“zebra” differs in capitals only\\)"):
        read_folder(folder, key="k")


def test_both_spellings_of_an_accent_are_one_class(folder: Path) -> None:
    save(folder / "train" / "caf\u00e9" / "0.png", noise())
    save(folder / "test" / "cafe\u0301" / "0.png", noise())
    dataset = read_folder(folder, key="k")
    assert dataset.class_names == ("apple", "caf\u00e9", "pear", "zebra")
    assert dataset.test.labels.tolist() == [0, 1, 2, 3]


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are text there")
def test_a_name_that_is_no_text_is_a_sentence(folder: Path) -> None:
    place = os.fsencode(folder / "train") + b"/\xff\xfe"
    Path(os.fsdecode(place)).mkdir()
    (folder / "train" / "apple" / "0.png").rename(os.fsdecode(place + b"/0.png"))
    assert len(source_files(folder)) == 12
    with pytest.raises(DataError, match="is not written in UTF-8") as caught:
        read_folder(folder, key="k")
    str(caught.value).encode()


def test_a_survey_says_as_much_without_opening_a_picture(folder: Path) -> None:
    (folder / "train" / "pear" / "0.png").write_bytes(b"broken")
    (folder / "train" / "pear" / "boxes.xml").write_text("x")
    survey = survey_folder(folder)
    assert (len(survey.train), len(survey.test or ())) == (9, 3)
    assert survey.report.left_out_sentence == "1 file left out: 1 .xml."


def test_other_ways_of_preparing(folder: Path) -> None:
    wide = np.zeros((32, 96, 3), np.uint8)
    wide[:, 32:64] = 200
    save(folder / "test" / "apple" / "0.png", wide)
    cropped = read_folder(folder, key="k", preparation=Preparation(framing="crop"))
    assert (cropped.test.images[0] == 200).all()
    assert cropped.preparation == Preparation(framing="crop")
    assert cropped.fingerprint != read_folder(folder, key="k").fingerprint
