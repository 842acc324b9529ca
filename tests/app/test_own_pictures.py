"""Own pictures from the page: checked, counted and looked at before they are taken; who may, and who may not."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cifar_core.accounts.user import User
from cifar_core.data.own_pictures import OwnPictures
from cifar_core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for split, name in ((split, name) for split in ("train", "test") for name in ("cat", "horse")):
        folder = tmp_path / "pets" / split / name
        folder.mkdir(parents=True)
        Image.fromarray(rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(folder / "1.png")
    (tmp_path / "pets" / "train" / "cat" / "notes.txt").write_text("x", encoding="utf-8")
    return tmp_path / "pets"


def open_home(**url: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in url.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(str(one.value) for kind in (app.markdown, app.caption, app.error) for one in kind)


def look_at(path: Path | str) -> AppTest:
    """Open the dialog with a path, as the button of a page that lacks it does."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["own_open"] = True
    app.session_state["own_path"] = app.session_state["own_key"] = str(path)
    app.run()
    assert not app.exception
    return app


def test_a_folder_is_counted_and_seen_and_then_taken(pets: Path) -> None:
    app = look_at(pets)
    assert "2 training and 2 test pictures of 2 classes: cat and horse." in said(app)
    assert "1 file left out: 1 .txt." in said(app)
    own = OwnPictures(Settings.from_environment())
    assert own.taken() == ()
    assert app.button(key="own_take").label == "Take these pictures"
    own.take(str(pets))
    app = open_home(data=str(pets))
    assert app.selectbox(key="data").value == str(pets)
    assert "pets" in app.selectbox(key="data").options


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/no/such", "There is no data set at /no/such"),
        ("\0", "no name of a file"),
        ("/" + "x" * 5000, "no name of a file"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_in_the_dialog(path: str, problem: str) -> None:
    app = look_at(path)
    assert len(app.error) == 1
    assert problem in app.error[0].value


def test_all_broken_files_are_listed_in_the_dialog(pets: Path) -> None:
    for number in range(4):
        (pets / "train" / "horse" / f"b{number}.jpg").write_bytes(b"")
    app = look_at(pets)
    assert "4 of 8 files cannot be read as pictures" in app.error[0].value
    assert list(app.dataframe[0].value["file"]) == [f"train/horse/b{number}.jpg" for number in range(4)]
    assert app.button(key="own_without").label == "Look at it without these files"


def _draw_many() -> None:
    from pages.parts.frame.files_table import draw_files

    draw_files({"file": [f"{number}.png" for number in range(1_200)]}, "files.csv", key="many")


def test_of_very_many_files_a_part_is_sent_and_all_can_be_taken_along() -> None:
    app = AppTest.from_function(_draw_many).run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 1_000
    assert app.caption[0].value == "The first 1,000 of 1,200."
    assert [button.proto.label for button in app.get("download_button")] == ["CSV of all 1,200"]


def test_an_address_with_a_path_offers_to_look_there(pets: Path) -> None:
    app = open_home(data=str(pets))
    assert "CIFAR_LAB_DATA" in app.error[0].value
    app.button(key="look_there").click().run()
    assert app.session_state["own_key"] == str(pets)


def test_a_zip_is_unpacked_and_deleted_if_it_is_not_taken(pets: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(pets.rglob("*.png")):
            archive.write(file, file.relative_to(pets.parent))
    key = OwnPictures(Settings.from_environment()).unpack(buffer, "sent.zip")
    app = look_at(key)
    assert "**sent**: 2 training and 2 test pictures" in said(app)


@pytest.mark.parametrize(("role", "offered"), [("student", False), ("instructor", True)])
def test_in_a_class_only_instructors_bring_pictures_and_nobody_names_a_path(
    pets: Path, monkeypatch: pytest.MonkeyPatch, role: str, offered: bool
) -> None:
    user = User(f"{role}@school.example", role, role)
    monkeypatch.setattr("pages.parts.frame.account.current_user", lambda: user)
    monkeypatch.setattr("pages.parts.frame.session.current_user", lambda: user)
    monkeypatch.setattr("pages.parts.frame.account.asks_for_logins", lambda: True)
    app = open_home()
    assert not app.exception
    assert ("own_pictures" in {button.key for button in app.button}) is offered
    app = open_home(data=str(pets))
    assert "There is no data set" in app.error[0].value
    assert "look_there" not in {button.key for button in app.button}
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["own_open"] = True  # whatever the page may have been told
    app.session_state["own_path"] = app.session_state["own_key"] = str(pets)
    app.session_state["own_from"] = "a folder of this machine"
    app.run()
    assert "cat and horse" not in said(app)
