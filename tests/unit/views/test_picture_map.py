"""What the map of pictures shows: colours, words, and the set of a region."""

import base64
import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cifar_core.charts.palette import ACCENT, MISTAKE
from cifar_core.charts.picture_map import PointGroup, picture_map_spec
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import PictureMap, open_map
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.picture_map import build_map, map_address, map_columns, read_region, region_expression
from cifar_core.views.picture_set import SetOnScreen
from tests.fake_runs import write_run


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset("drawn:200", settings)


@pytest.fixture
def universe(settings: Settings, dataset: Dataset) -> Universe:
    write_run(settings.runs_dir, "fourth", dataset, wrong_every=4)
    return Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)


@pytest.fixture
def shown(dataset: Dataset, settings: Settings) -> PictureMap:
    return open_map(MapName("pca", "test"), dataset, None, settings.cache_dir)


def on_screen(text: str, universe: Universe) -> SetOnScreen:
    return SetOnScreen(choose(text, universe), {})


def test_by_class(shown: PictureMap, dataset: Dataset) -> None:
    view = build_map(shown, dataset, None, None, {})
    assert [group.name for group in view.groups] == list(dataset.class_names)
    for label, group in enumerate(view.groups):
        assert group.rows.tolist() == np.flatnonzero(dataset.test.labels == label).tolist()
    assert view.said is None
    assert view.sentence.startswith(f"{len(dataset.test)} test pictures by pixels. PCA: ")
    table = map_columns(view, dataset)
    assert table["number"] == list(range(len(dataset.test)))
    assert (table["class"][3], table["x"][3]) == (
        dataset.class_names[dataset.test.labels[3]],
        round(float(shown.points[3, 0]), 1),
    )
    assert view.title == "the PCA map of test pictures by pixels"


def test_right_and_wrong_on_a_set(shown: PictureMap, dataset: Dataset, universe: Universe) -> None:
    view = build_map(shown, dataset, universe.said("fourth"), on_screen("class(cat)", universe), {})
    others, right, wrong = view.groups
    assert (others.name, others.faint) == ("the others", True)
    assert (right.colour, wrong.colour) == (ACCENT, MISTAKE)
    cats = np.flatnonzero(dataset.test.labels == dataset.class_names.index("cat"))
    assert wrong.rows.tolist() == [row for row in cats if row % 4 == 0]
    assert right.rows.tolist() == [row for row in cats if row % 4]
    assert len(others.rows) == len(dataset.test) - len(cats)


def test_names_are_shown_as_they_are(shown: PictureMap, dataset: Dataset) -> None:
    names = ("<b>%{x}</b>", *dataset.class_names[1:])
    spec = build_map(shown, _with(dataset, names, dataset.test), None, None, {}).spec()
    assert spec["names"] == list(names)  # points.js writes them as text
    assert spec["groups"][0]["name"] == "<b>%{x}</b>"


def test_a_hundred_classes_have_no_legend(shown: PictureMap, dataset: Dataset) -> None:
    names = tuple(f"class {number}" for number in range(100))
    labels = np.arange(len(dataset.test)) % 100
    many = type(dataset.test)(dataset.test.images, labels.astype(np.int64))
    view = build_map(shown, _with(dataset, names, many), None, None, {})
    assert [group.name for group in view.groups] == list(names[: len(set(labels.tolist()))])
    assert view.spec()["legend"] is False
    assert build_map(shown, dataset, None, None, {}).spec()["legend"] is True


def _with(dataset: Dataset, names: tuple[str, ...], test: object) -> Dataset:
    return dataclasses.replace(dataset, class_names=names, test=test)  # type: ignore[arg-type]


def array(text: str, kind: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), kind)


def test_what_the_browser_is_given_is_what_is_on_the_map(
    shown: PictureMap, dataset: Dataset, universe: Universe
) -> None:
    run = universe.said("fourth")
    view = build_map(shown, dataset, run, on_screen("class(cat)", universe), {})
    points = shown.points.copy()
    points[5] = np.nan  # has no place, and is left out
    spec = dataclasses.replace(view, shown=dataclasses.replace(shown, points=points)).spec()
    kept = [number for number in range(len(points)) if number != 5]
    assert np.abs(array(spec["points"], "<i2").reshape(-1, 2) / 10 - points[kept]).max() <= 0.05001
    assert array(spec["numbers"], "<i4").tolist() == kept
    assert array(spec["labels"], "<u2").tolist() == dataset.test.labels[kept].tolist()
    assert array(spec["said"], "<u2").tolist() == run.predictions.predicted[kept].tolist()
    group = array(spec["group"], "<u2")
    for number, at in enumerate(kept):
        answer = "right" if at % 4 else "wrong"
        is_cat = dataset.class_names[dataset.test.labels[at]] == "cat"
        assert spec["groups"][group[number]]["name"] == (answer if is_cat else "the others")
    assert (spec["split"], spec["label"]) == ("test", "Map: PCA map of test pictures by pixels")


def test_ten_thousand_points_are_a_fifth_of_a_megabyte() -> None:
    draws = np.random.default_rng(0)
    points = draws.uniform(0, 1000, (10_000, 2)).astype(np.float32)
    rows = np.arange(10_000)
    groups = [PointGroup(f"class {label}", "#123456", rows[rows % 10 == label]) for label in range(10)]
    spec = picture_map_spec(points, groups, rows, rows % 10, rows % 7, ["a"] * 10)
    assert len(json.dumps(spec)) < 200_000


def test_what_a_browser_tells_is_a_region_or_nothing() -> None:
    assert read_region([[0, 0.5], [10, 0], [10, 10]]) == [(0.0, 0.5), (10.0, 0.0), (10.0, 10.0)]
    strange: list[Any] = [
        None,
        "0 0",
        {"x": 1},
        [[1, 2], [3]],
        [[1, "2"], [3, 4]],
        [[1, 1e300]],
        [[float("nan"), 0]],
    ]
    for one in [*strange, [[0, 0]] * 30_000]:
        assert read_region(one) == []


def test_the_way_to_the_map_of_a_run(universe: Universe) -> None:
    run = universe.said("fourth").run
    assert map_address(run, None) == {"view": "Map", "shown_split": "test", "map_colour": "fourth"}
    run.paths.model.write_bytes(b"weights")
    found = map_address(run, on_screen("class(cat)", universe))
    assert (found["map_of"], found["set"]) == ("fourth", "class(cat)")


BOX = [(0.0, 0.0), (600.0, 0.0), (600.0, 400.0), (0.0, 400.0)]


def test_a_region_is_a_part_of_the_set_that_is_on(shown: PictureMap, universe: Universe) -> None:
    plain = region_expression(shown, BOX, None)
    assert plain is not None
    found = choose(plain, universe).of_split("test").tolist()
    assert found == [i for i, (x, y) in enumerate(shown.points.tolist()) if 0 < x < 600 and 0 < y < 400]
    within = region_expression(shown, BOX, on_screen("wrong(fourth) or class(cat)", universe))
    assert within == f"(wrong(fourth) or class(cat)) and {plain}"
    # Drawn once more, the new region takes the place of the old one.
    assert region_expression(shown, BOX, on_screen(within, universe)) == within
    assert region_expression(shown, BOX, on_screen(plain, universe)) == plain
    assert region_expression(shown, [(1.0, 1.0)] * 5, None) is None
    scribble = np.random.default_rng(0).uniform(0, 1000, (100_000, 2)).tolist()
    assert region_expression(shown, [(x, y) for x, y in scribble], None) is None
