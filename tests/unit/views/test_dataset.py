"""What the Data set page shows, computed without Streamlit."""

import numpy as np
import pytest

from cifar_core.charts.class_counts import class_counts_figure
from cifar_core.charts.histograms import colour_histogram_figure, tallest_share
from cifar_core.charts.mean_colours import blue_minus_red_figure, mean_colour_figure
from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.histograms import ColourHistograms, colour_histograms
from cifar_core.views.dataset import (
    build_facts,
    colour_sentence,
    comparison_sentence,
)
from cifar_core.views.picture_wall import (
    PER_PAGE,
    STRETCH,
    build_wall,
    page_count,
    picture_at,
    wanted_stretches,
)

NAMES = ("sky", "grass", "brick", "night", "nothing")
COLOURS = np.array([(100, 150, 230), (60, 160, 50), (180, 70, 40), (5, 5, 10)], np.uint8)


def dataset(train: int = 90, test: int = 8) -> Dataset:
    def split(n: int) -> Split:
        labels = np.arange(n, dtype=np.int64) % 4
        images = np.broadcast_to(COLOURS[labels][:, None, None], (n, 32, 32, 3)).copy()
        return Split(images, labels)

    return Dataset("k", "Colours", NAMES, split(train), split(test), "s", False, "f" * 16)


def counted() -> ColourHistograms:
    return colour_histograms(dataset().train, NAMES)


def test_facts() -> None:
    pictures = dataset()
    facts = build_facts(pictures)
    assert build_facts(pictures) is facts
    assert facts.train_counts.tolist() == [23, 23, 22, 22, 0]
    assert facts.test_counts.tolist() == [2, 2, 2, 2, 0]
    assert dict(facts.metrics)["Training pictures"] == "90"
    assert "not balanced: sky has 23, nothing only 0" in facts.balance
    assert "right on 26% of them" in facts.balance


def test_balanced_classes_are_called_so() -> None:
    data = dataset(80)
    data = Dataset("k", "n", NAMES[:4], data.train, data.test, "s", False, "f")
    assert build_facts(data).balance.startswith("Every class has 20 training and 2 test pictures")


def test_the_wall_shows_every_picture_once() -> None:
    data = dataset()
    for seed in (0, 5):
        pages = [build_wall(data, "train", None, seed=seed, page=page) for page in (1, 2, 3)]
        shown = [index for page in pages for index in page.indices]
        assert sorted(shown) == list(range(90))
        assert (shown == list(range(90))) is (seed == 0)
        assert {page.pages for page in pages} == {3}
    assert len(pages[0].indices) == PER_PAGE
    first = pages[0]
    np.testing.assert_array_equal(first.images, data.train.images[list(first.indices)])
    assert first.captions[0] == NAMES[data.train.labels[first.indices[0]]]
    assert first.indices == build_wall(data, "train", None, seed=5, page=1).indices


def test_the_wall_of_one_class() -> None:
    wall = build_wall(dataset(), "train", "brick", seed=0, page=99)
    assert wall.indices == tuple(range(2, 90, 4))
    assert (wall.page, wall.pages, wall.pictures) == (1, 1, 22)
    assert wall.hover[0] == "brick, train picture 2"
    assert wall.captions[0] == "2"
    assert page_count(dataset(400), "train", None) == 10


@pytest.mark.parametrize(("seed", "class_name"), [(0, None), (7, None), (7, "brick")])
def test_a_hundred_places_of_a_wall_to_scroll_are_their_pictures(seed: int, class_name: str | None) -> None:
    data = dataset(1234)
    order = np.arange(1234) if seed == 0 else np.random.default_rng(seed).permutation(1234)
    order = order if class_name is None else order[order % 4 == NAMES.index(class_name)]
    places = np.linspace(0, len(order) - 1, 97).astype(int).tolist()
    for place in [*places, STRETCH - 1, STRETCH, 2 * STRETCH]:
        found = picture_at(
            lambda page: build_wall(data, "train", class_name, seed=seed, page=page, per_page=STRETCH), place
        )
        assert found == order[place]


@pytest.mark.parametrize(
    ("asked", "first", "pictures", "wanted"),
    [
        (None, 0, 1, (0,)),
        (None, 0, 60_000, (0, 1, 2, 3, 4)),
        (None, 99, 60_000, (0, 1, 2, 3, 4, 5)),
        (None, 59_999, 60_000, (599,)),
        ([3, 4], 0, 60_000, (3, 4)),
        ([], 0, 60_000, ()),  # only the place in the address is another one
        ([-1, 600, True, "3", None, 1.0], 0, 60_000, ()),
        (list(range(100)), 0, 60_000, tuple(range(12))),
        ("everything", 0, 60_000, (0, 1, 2, 3, 4)),
    ],
)
def test_what_a_browser_asks_for_is_what_there_is(
    asked: object, first: int, pictures: int, wanted: tuple[int, ...]
) -> None:
    assert wanted_stretches(asked, first, pictures) == wanted


def test_names_are_shown_as_they_are() -> None:
    names = ("sky", "<b>fish & chips", "large man-made outdoor things", "nonbreakablename")
    data = dataset()
    data = Dataset("k", "n", names, data.train, data.test, "s", False, "f")
    wall = build_wall(data, "train", None, seed=0, page=1)
    assert wall.captions[:4] == names  # how many lines they take is the browser's to say
    assert wall.hover[1] == "<b>fish & chips, train picture 1"


def test_a_class_without_pictures_has_an_empty_page() -> None:
    wall = build_wall(dataset(), "test", "nothing", seed=1, page=1)
    assert (wall.indices, wall.pages, page_count(dataset(), "test", "nothing")) == ((), 1, 1)


def test_the_sentence_names_the_bluest_and_the_reddest() -> None:
    sentence = colour_sentence(counted())
    assert "Bluest on average are **sky** (blue 130 above red) and **night** (blue 5 above red)" in sentence
    assert "reddest is **brick** (blue 140 below red)" in sentence
    assert "Brightest is **sky** (mean 144 of 255), darkest **night** (6)" in sentence


def test_two_classes_compared() -> None:
    assert (
        "differ most in blue: **sky** has on average 180 of 255 more than **grass**"
        in comparison_sentence(counted(), "sky", "grass")
    )
    assert "0% of the two histograms overlap" in comparison_sentence(counted(), "sky", "brick")
    assert "same class" in comparison_sentence(counted(), "sky", "sky")
    assert "no pictures" in comparison_sentence(counted(), "sky", "nothing")


def test_the_axis_of_a_histogram_leaves_out_the_ends() -> None:
    shares = np.full((3, 256), 0.001)
    shares[:, [0, 255]] = 0.3
    assert tallest_share(shares) == pytest.approx(0.115)
    figure = colour_histogram_figure(shares)
    assert [trace.name for trace in figure.data] == ["red", "green", "blue"]
    assert figure.data[2].y[255] == pytest.approx(30)
    assert tallest_share(np.full((3, 256), np.nan)) == 100


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_charts_for_few_and_many_classes(classes: int) -> None:
    names = [f"class {k}" for k in range(classes)]
    rng = np.random.default_rng(0)
    colours = rng.uniform(0, 255, (classes, 3))
    colours[1] = np.nan
    counts = np.arange(classes)
    bars = class_counts_figure(names, counts, counts)
    assert list(bars.data[0].y) == counts.tolist()
    assert len(bars.layout.xaxis.ticktext) == min(classes, 50)
    for figure, values in (
        (mean_colour_figure(names, colours, colours.mean(axis=1)), colours.mean(axis=1)),
        (blue_minus_red_figure(names, colours), colours[:, 2] - colours[:, 0]),
    ):
        drawn = [np.nan if value is None else value for value in figure.data[0].x]
        if classes < 100:
            np.testing.assert_allclose(drawn, values)
            continue
        in_order = np.sort(values[np.isfinite(values)])[::-1]
        np.testing.assert_allclose(drawn, [*in_order[:10], *in_order[-10:]])
        assert values[names.index(figure.layout.yaxis.ticktext[0])] == in_order[0]
