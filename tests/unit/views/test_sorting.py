"""The wall in another order."""

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.picture_sets.order import Order
from cifar_core.picture_sets.saved import SetStore
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.picture_set import SetOnScreen, open_set, set_page
from cifar_core.views.sorting import new_order, runs_needed, sort_measures, sorted_expression
from tests.fake_runs import write_run

TESTED = ["a", "b", "c"]


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    data = open_dataset("drawn:200", settings)
    write_run(settings.runs_dir, "2026-fourth", data, wrong_every=4, name="Fourth")
    return data


def on_screen(text: str, dataset: Dataset, settings: Settings) -> SetOnScreen:
    runs = RunStore.from_settings(settings).list()
    found, note = open_set(text, dataset, runs, settings.cache_dir, SetStore(settings.runs_dir, None), {})
    assert note is None
    assert found is not None
    return found


def test_what_a_wall_can_be_sorted_by() -> None:
    assert sort_measures([])[:2] == ("brightness", "contrast")
    assert sort_measures(["a"])[:4] == ("confidence", "loss", "margin", "brightness")
    assert sort_measures(TESTED)[3:5] == ("disagreement", "brightness")
    assert [runs_needed(name) for name in ("loss", "disagreement", "hue")] == [1, 2, 0]


@pytest.mark.parametrize(
    ("measure", "asked", "named", "runs"),
    [
        ("hue", ["a"], ["b"], ()),
        ("loss", [], [], ("a",)),
        ("loss", [], ["c"], ("c",)),
        ("loss", ["b"], ["c"], ("b",)),
        ("loss", ["b", "c"], [], ("b",)),
        ("loss", ["gone"], [], ("a",)),
        ("disagreement", [], [], ("a", "b")),
        ("disagreement", ["c"], [], ("c", "a")),
        ("disagreement", ["c"], ["c", "b"], ("c", "b")),
        ("disagreement", ["c", "b", "a"], [], ("c", "b", "a")),
    ],
)
def test_runs_that_are_lacking_come_from_the_set_or_the_first(
    measure: str, asked: list[str], named: list[str], runs: tuple[str, ...]
) -> None:
    assert new_order(measure, asked=asked, named=named, tested=TESTED, down=False) == Order(
        measure, runs, False
    )
    assert new_order(None, asked=asked, named=named, tested=TESTED, down=False) is None


@pytest.mark.parametrize(
    ("text", "order", "split", "class_name", "written"),
    [
        (None, Order("hue"), "train", None, "sort(split(train), hue, down)"),
        (
            None,
            Order("hue", (), False),
            "test",
            "polar bear",
            'sort(split(test) and class("polar bear"), hue)',
        ),
        (None, Order("loss", ("a",)), "train", None, "sort(split(test), loss(a), down)"),
        (None, None, "train", "cat", None),
        ("sort(class(cat), hue)", None, "train", None, "class(cat)"),
        ("wrong(a)", Order("hue"), "train", "dog", "sort(wrong(a), hue, down)"),
    ],
)
def test_the_expression_that_is_written(
    text: str | None, order: Order | None, split: str, class_name: str | None, written: str | None
) -> None:
    assert sorted_expression(text, order, split=split, class_name=class_name) == written  # type: ignore[arg-type]


def test_each_picture_tells_by_what_it_is_sorted(dataset: Dataset, settings: Settings) -> None:
    found = on_screen("sort(split(train), brightness, down)", dataset, settings)
    page = set_page(found, "train", dataset, page=1, per_page=len(dataset.train))
    luma = (dataset.train.images @ np.array([0.299, 0.587, 0.114])).mean(axis=(1, 2))
    assert page.indices[0] == int(luma.argmax())
    for index, caption, hover in zip(page.indices, page.captions, page.hover, strict=True):
        name = dataset.class_names[dataset.train.labels[index]]
        value = float(caption.removeprefix(f"{name}, brightness "))
        assert value == pytest.approx(luma[index], abs=0.51)
        assert hover == f"{name}, train picture {index}\nbrightness {caption.rpartition(' ')[2]}"


def test_of_a_run(dataset: Dataset, settings: Settings) -> None:
    page = set_page(
        on_screen("sort(wrong(fourth), loss(fourth), down)", dataset, settings), "test", dataset, page=1
    )
    losses = [float(caption.partition(", loss ")[2]) for caption in page.captions]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > 0
    # How sure it was stands there anyway.
    sure = set_page(
        on_screen("sort(wrong(fourth), confidence(fourth))", dataset, settings), "test", dataset, page=1
    )
    assert not any("confidence" in caption for caption in sure.captions)
    # A set that is not sorted says nothing more than before.
    plain = set_page(on_screen("class(cat)", dataset, settings), "train", dataset, page=1)
    assert set(plain.captions) == {"cat"}
