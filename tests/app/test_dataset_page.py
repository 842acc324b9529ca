"""The Data set page: without data, with the drawn sample, with damaged data, and with a hundred classes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.settings import Settings
from tests.fake_runs import write_run
from tests.open_page import given_to, walls

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:80")


def open_page(**url: str) -> AppTest:
    """Open the page through the router, as a link does."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page("pages/dataset.py")
    for name, value in url.items():
        app.query_params[name] = value
    return app.run()


def texts(app: AppTest) -> str:
    return " ".join(element.value for kind in (app.markdown, app.caption, app.info) for element in kind)


def test_the_drawn_sample_is_shown() -> None:
    app = open_page()
    assert not app.exception
    assert app.title[0].value == "Drawn sample (80)"
    assert [metric.value for metric in app.metric] == ["80", "20", "10", "32 × 32"]
    assert "in it. 80 pictures." in texts(app)
    (shown,) = walls(app)
    assert (shown["columns"], shown["opens"], len(shown["pictures"])) == (10, True, 40)


def test_a_small_wall_begins_where_the_address_says() -> None:
    app = open_page(size="small", **{"from": "17"})
    assert not app.exception
    assert not app.warning
    assert app.query_params["from"] == "17"
    (shown,) = walls(app)
    assert (shown["total"], shown["at"], shown["asked"]) == (80, 17, 0)
    (stretch,) = shown["stretches"]
    assert stretch["number"] == 0
    assert [picture["hover"].split(", ")[1] for picture in stretch["pictures"]] == [
        f"train picture {number}" for number in range(80)
    ]
    app.text_input(key="search").set_value("cat").run()  # other pictures are shown from the first on
    assert "from" not in app.query_params
    (shown,) = walls(app)
    assert (shown["total"], shown["at"], shown["label"]) == (8, 0, "pictures of cat")


@pytest.mark.parametrize(("asked", "begins"), [("80", 79), ("-1", 0), ("x", 0), ("9" * 30, 0), ("٣", 0)])
def test_a_place_that_a_small_wall_has_not_is_told(asked: str, begins: int) -> None:
    app = open_page(size="small", **{"from": asked})
    assert not app.exception
    assert "which does not exist. It can be 0 to 79." in app.warning[0].value
    assert walls(app)[0]["at"] == begins


@pytest.mark.parametrize(
    ("view", "charts", "words"),
    [
        ("Colours", 3, "Bluest on average are"),
        ("Two classes", 2, "They differ most in"),
        ("Counts", 1, "Every class has 8 training and 2 test pictures"),
        ("Map", 0, "80 training pictures by pixels. PCA: the two directions in which they differ most"),
        ("Colour lab", 3, "They differ most in"),
        ("Check", 0, "near-duplicate in the training split"),
    ],
)
def test_every_view(view: str, charts: int, words: str) -> None:
    app = open_page(view=view)
    assert not app.exception
    assert len(app.get("plotly_chart")) == charts
    assert words in texts(app)


def test_the_url_chooses_split_and_class() -> None:
    app = open_page(shown_split="test", seed="3", **{"class": "cat"})
    assert not app.exception
    assert app.selectbox(key="class").value == "cat"
    assert "in it. 2 pictures." in texts(app)
    app.selectbox(key="class").select("all classes").run()
    assert "in it. 20 pictures." in texts(app)


def test_what_an_address_names_and_is_not_there_is_said() -> None:
    app = open_page(shown_split="trian", seed="x", page="9", **{"class": "catt"})
    said = [warning.value for warning in app.warning]
    assert "“Split: trian”, which does not exist. There are train and test." in said[0]
    assert "“Class: catt”" in said[1]
    assert "all classes, airplane" in said[1]
    assert "“Shuffle: x”, which does not exist. Give a whole number from 0 on." in said[2]
    assert "“Page: 9”, which does not exist. It can be 1 to 2." in said[3]
    assert not app.selectbox(key="class").select("cat").run().warning


def test_an_address_names_its_pictures_and_never_shows_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(**url: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page("pages/dataset.py")
        for name, value in (url | {"class": "cat", "seed": "7"}).items():
            app.query_params[name] = value
        return app.run()

    app = look()
    named = app.query_params["data"]
    assert named.startswith("Drawn sample (80)~")
    assert "The address names no data set" in texts(app)
    app = look(data=named)
    assert len(walls(app)) == 1
    assert "The address names no data set" not in texts(app)

    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:200")  # a machine with other pictures
    app = look(data=named)
    assert f"“Drawn sample (80)” (fingerprint {named[-16:]})" in app.error[0].value
    assert "this machine does not have" in app.error[0].value
    assert not walls(app)
    app.button(key="other_pictures").click().run()
    assert app.query_params["data"] == "drawn:200"


def test_a_page_beyond_the_last_is_the_last() -> None:
    app = open_page(page="2")
    assert not app.exception
    app.selectbox(key="class").select("dog").run()
    assert not app.exception
    assert "in it. 8 pictures." in texts(app)


def test_no_data_at_the_configured_place_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", "/no/such/place")
    app = open_page()
    assert not app.exception
    assert "There is no data set at /no/such/place" in app.error[0].value
    assert [title.value for title in app.title] == ["Data set"]


def test_damaged_data_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "batches").mkdir()
    (tmp_path / "batches" / "data_batch_1.bin").write_bytes(b"cut off")
    monkeypatch.setenv("CIFAR_LAB_DATA", str(tmp_path / "batches"))
    app = open_page()
    assert not app.exception
    assert "data_batch_1.bin is cut off" in app.error[0].value


def test_a_hundred_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cifar-100-binary"
    folder.mkdir()
    rng = np.random.default_rng(0)
    labels = np.column_stack([np.arange(100) // 5, np.arange(100)])
    rows = np.hstack([labels, rng.integers(0, 256, (100, 3072))]).astype(np.uint8).tobytes()
    for name in ("train.bin", "test.bin"):
        (folder / name).write_bytes(rows)
    (folder / "fine_label_names.txt").write_text("\n".join(f"kind_{k}" for k in range(100)))
    (folder / "coarse_label_names.txt").write_text("\n".join(f"group_{k}" for k in range(20)))
    monkeypatch.setenv("CIFAR_LAB_DATA", str(folder))
    for view in ("Pictures", "Colours", "Two classes", "Counts"):
        app = open_page(view=view)
        assert not app.exception
        assert app.metric[2].value == "100"


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for split in ("train", "test"):
        for name, colour in (("cat", "red"), ("dog", "blue"), ("bee", "yellow")):
            if (split, name) != ("test", "bee"):
                folder = tmp_path / "pictures" / split / name
                folder.mkdir(parents=True)
                Image.new("RGBA", (40, 30), colour).save(folder / "1.png")
    Image.new("RGBA", (9, 9)).save(tmp_path / "pictures" / "train" / "cat" / "2.png")
    (tmp_path / "pictures" / "train" / "cat" / "boxes.xml").write_text("x")
    monkeypatch.setenv("CIFAR_LAB_DATA", str(tmp_path / "pictures"))
    return tmp_path / "pictures"


@pytest.mark.usefixtures("pictures")
def test_what_was_left_out_changed_and_missing_is_said() -> None:
    app = open_page(view="Counts")
    assert not app.exception
    said = texts(app)
    assert "There is no test picture of bee: how well it is recognised cannot be known." in said
    assert "1 file left out: 1 .xml." in said
    assert "1 picture: transparent parts shown on white." in said
    assert [list(table.value["file"]) for table in app.dataframe] == [["train/cat/boxes.xml"]]
    assert "no test picture of bee" in app.warning[0].value


def test_broken_files_are_listed_and_can_be_left_out_with_a_click(pictures: Path) -> None:
    for number in range(5):
        (pictures / "train" / "dog" / f"b{number}.jpg").write_bytes(b"")
    app = open_page()
    assert not app.exception
    assert "5 of 11 files cannot be read as pictures" in app.error[0].value
    (table,) = app.dataframe
    assert list(table.value["file"]) == [f"train/dog/b{number}.jpg" for number in range(5)]
    assert set(table.value["reason"]) == {"The file is empty."}
    app.button(key="without_broken").click().run()
    asked = app.query_params["data"]
    assert asked == f"{pictures}#skip-broken"
    # AppTest's later runs leave the router out, and with it the sidebar, which reads the address.
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    assert (
        "5 of 11 files cannot be read as pictures" in app.error[0].value
    )  # said by the router, on every page
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["data"] = asked
    app.run()
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="data").value == asked
    assert "pictures (broken files left out)" in app.selectbox(key="data").options


@pytest.mark.parametrize(
    ("view", "charts", "words"),
    [
        ("Pictures", 0, "8 training and 2 test pictures, in the set's order."),
        ("Colours", 2, "They differ most in"),
        ("Counts", 1, "How many pictures of each class the set holds"),
    ],
)
def test_a_picture_set_in_every_view(view: str, charts: int, words: str) -> None:
    app = open_page(view=view, set="class(cat)")
    assert not app.exception
    assert "**pictures of cat** · 8 training and 2 test pictures" in texts(app)
    assert words in texts(app)
    assert len(app.get("plotly_chart")) == charts


def test_a_search_is_a_set_and_can_be_taken_off() -> None:
    app = open_page(shown_split="test")
    app.text_input(key="search").set_value("3, 1").run()
    assert app.query_params["set"] == "list(test:3, test:1)"
    (wall,) = walls(app)
    assert [picture["hover"].split(", ")[1] for picture in wall["pictures"]] == [
        "test picture 3",
        "test picture 1",
    ]
    app.button(key="set_off").click().run()
    assert "set" not in app.query_params
    assert "20 pictures." in texts(app)


def captions(app: AppTest) -> list[str]:
    (wall,) = walls(app)
    return [picture["caption"] for picture in wall["pictures"]]


def test_a_wall_is_sorted_and_says_by_what() -> None:
    app = open_page(**{"class": "cat"})
    app.selectbox(key="sort_by").select("brightness").run()
    assert not app.exception
    assert app.query_params["set"] == "sort(split(train) and class(cat), brightness, down)"
    values = [float(caption.removeprefix("cat, brightness ")) for caption in captions(app)]
    assert len(values) == 8
    assert values == sorted(values, reverse=True)
    app.segmented_control(key="sort_first").set_value("lowest").run()
    assert app.query_params["set"] == "sort(split(train) and class(cat), brightness)"
    assert [float(caption.removeprefix("cat, brightness ")) for caption in captions(app)] == values[::-1]
    app.selectbox(key="sort_by").set_value(None).run()
    assert app.query_params["set"] == "split(train) and class(cat)"
    assert set(captions(app)) == {"cat"}


def test_a_wall_is_sorted_by_what_runs_gave() -> None:
    settings = Settings.from_environment()
    dataset = open_dataset("drawn:80", settings)
    for name, every in (("third", 3), ("fifth", 5)):
        write_run(settings.runs_dir, f"2026-{name}", dataset, wrong_every=every, name=name)
    app = open_page(set="class(cat) or class(dog)", shown_split="test")
    app.selectbox(key="sort_by").select("loss").run()
    assert not app.exception
    first = app.selectbox(key="sort_run").value
    assert app.query_params["set"] == f"sort(class(cat) or class(dog), loss({first}), down)"
    losses = [float(caption.partition(", loss ")[2]) for caption in captions(app)]
    assert losses == sorted(losses, reverse=True)
    other = next(run for run in ("2026-third", "2026-fifth") if run != first)
    app.selectbox(key="sort_run").select(other).run()
    assert app.query_params["set"] == f"sort(class(cat) or class(dog), loss({other}), down)"
    app.selectbox(key="sort_by").select("disagreement").run()
    assert app.query_params["set"].startswith(
        f"sort(class(cat) or class(dog), disagreement({other}, {first})"
    )
    assert app.multiselect(key="sort_runs").value == [other, first]
    app.multiselect(key="sort_runs").set_value([first]).run()  # one alone disagrees with nobody
    assert f"disagreement({first}, {other})" in app.query_params["set"]
    assert not app.exception
    assert not app.warning


def test_a_set_that_cannot_be_understood_is_told() -> None:
    app = open_page(set="class(dgo)")
    assert not app.exception
    assert "there is no class “dgo”. Did you mean “dog”?" in app.warning[0].value
    assert "80 pictures." in texts(app)


def test_a_set_is_saved_under_a_name() -> None:
    app = open_page(set="class(cat)")
    app.text_input(key="set_name").set_value("all cats")
    next(button for button in app.button if button.label == "Save the set").click().run()
    assert "Saved." in app.success[0].value
    again = open_page(set="first(3, saved(all))".replace("all", '"all cats"'))
    assert "**the first 3 pictures of the saved set “all cats”**" in texts(again)


def test_a_region_of_the_map_is_a_set_with_its_pictures_below() -> None:
    region = "lasso(pca:test, -1 -1, 1001 -1, 1001 1001, -1 1001)"
    app = open_page(view="Map", shown_split="test", set=region)
    assert not app.exception
    assert "**pictures in a region of the PCA map of test pictures by pixels** · 20 test pictures" in texts(
        app
    )
    (shown,) = walls(app)
    assert len(shown["pictures"]) == 20
    (points,) = given_to(app, "cifar_lab_points")
    assert [group["name"] for group in points["groups"]] == points["names"]  # none is left out
    app = open_page(view="Map", map_by="t-SNE")
    assert not app.exception
    assert "The t-SNE map of training pictures by pixels was not computed yet" in texts(app)
    assert not given_to(app, "cifar_lab_points")


def test_beside_a_single_picture_stand_those_most_like_it() -> None:
    app = open_page(set="list(test:3)")
    assert not app.exception
    one, alike = walls(app)
    assert (len(one["pictures"]), len(alike["pictures"])) == (1, 10)
    assert alike["label"] == "The most alike training pictures"
    assert "how far its pixels are apart" in texts(app)


def test_a_set_of_both_splits_on_the_map() -> None:
    app = open_page(view="Map", shown_split="test", set="class(cat)")
    assert not app.exception
    (shown,) = walls(app)
    assert [one["hover"].split(",")[0] for one in shown["pictures"]] == ["cat", "cat"]
    (points,) = given_to(app, "cifar_lab_points")
    assert [(group["name"], group["faint"]) for group in points["groups"]] == [
        ("the others", True),
        ("cat", False),
    ]


def test_a_click_tells_how_far_colour_alone_gets() -> None:
    app = open_page(view="Colour lab")
    assert "Colour alone gets" not in texts(app)
    app.button(key="train_colour").click().run()
    assert not app.exception
    assert "Colour alone gets **" in texts(app)
    assert "20 test pictures" in texts(app)
    assert "train_colour" not in [button.key for button in app.run().button]
