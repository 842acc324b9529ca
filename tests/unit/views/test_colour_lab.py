"""Two sets of pictures and their colours."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from cifar_core.data.catalog import open_dataset
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.colour_lab import (
    BINS,
    THE_OTHERS,
    brushed_set,
    build_lab,
    correlation_columns,
    mean_pictures,
    side_options,
    side_statistics,
)
from cifar_core.views.picture_set import SetOnScreen
from tests.fake_runs import write_run

RUN = "2026-third"


@pytest.fixture
def universe(settings: Settings) -> Universe:
    dataset = open_dataset("drawn:200", settings)
    write_run(settings.runs_dir, RUN, dataset, wrong_every=3, name="Third")
    return Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)


def test_a_class_against_the_rest(universe: Universe) -> None:
    lab = build_lab(universe, "train", "class(ship)", THE_OTHERS, "RGB", {})
    labels = universe.train_labels == universe.class_names.index("ship")
    one, other = lab.sides
    assert one.indices.tolist() == np.flatnonzero(labels).tolist()
    assert other.indices.tolist() == np.flatnonzero(~labels).tolist()
    for channel, number in zip(lab.channels, range(3), strict=True):
        values = universe.with_pictures().train.images[..., number].mean(axis=(1, 2))
        bins = pd.cut(pd.Series(values[labels]), channel.edges, include_lowest=True)
        assert channel.shares[0].sum() == pytest.approx(1)
        assert len(channel.shares[1]) == BINS
        # float32 may move one picture over an edge
        expected = bins.value_counts(sort=False).to_numpy() / labels.sum()
        assert np.abs(np.cumsum(channel.shares[0]) - np.cumsum(expected)).max() <= 1.01 / labels.sum()
        assert channel.means == pytest.approx((values[labels].mean(), values[~labels].mean()), rel=1e-5)


def test_the_sentence_has_the_interval_of_welch(universe: Universe) -> None:
    lab = build_lab(
        universe, "train", "class(ship)", "class(frog)", "RGB", {"class(ship)": "ship", "class(frog)": "frog"}
    )
    parts = []
    for name in ("mean_red", "mean_green", "mean_blue"):
        values = universe.attribute(name)[: len(universe.train_labels)].astype(float)
        a, b = values[lab.sides[0].indices], values[lab.sides[1].indices]
        parts.append((abs(a.mean() - b.mean()) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2), name, a, b))
    _, name, a, b = max(parts, key=lambda part: part[0])
    of_a, of_b = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    freedom = (of_a + of_b) ** 2 / (of_a**2 / (len(a) - 1) + of_b**2 / (len(b) - 1))
    half = t.ppf(0.975, freedom) * np.sqrt(of_a + of_b)
    low, high = a.mean() - b.mean() - half, a.mean() - b.mean() + half
    text = lab.sentence.replace("−", "-")
    assert f"**{name.replace('_', ' ')}**: ship {a.mean():.1f} on average, frog {b.mean():.1f}" in text
    assert f"difference {a.mean() - b.mean():.1f}, 95% interval {low:.1f} to {high:.1f}" in text.replace(
        "+", ""
    )


def test_right_against_wrong_and_the_choices(universe: Universe) -> None:
    labels = {RUN: "third"}
    assert not any("right" in one for one in side_options(universe, "train", None, labels))
    options = side_options(universe, "test", None, labels)
    assert options[f"right({RUN})"] == "third: right"
    lab = build_lab(universe, "test", f"right({RUN})", f"wrong({RUN})", "Lab", options)
    assert [len(side.indices) for side in lab.sides] == [33, 17]
    assert "33 pictures against 17" in lab.sentence
    on = SetOnScreen(choose(f"wrong({RUN})", universe), labels)
    assert next(iter(side_options(universe, "test", on, labels).items())) == (on.text, "this set")


@pytest.mark.parametrize(
    ("first", "ends"),
    [
        ("class(ship)", (90.0, 130.0)),
        ("split(train)", (130.0, 90.0)),
        ("class(ship) or class(cat)", (-1.0, 300.0)),
    ],
)
def test_a_brushed_range_is_the_set_of_its_pictures(
    universe: Universe, first: str, ends: tuple[float, float]
) -> None:
    lab = build_lab(universe, "train", first, THE_OTHERS, "RGB", {})
    chosen = choose(brushed_set(lab.sides[0], "train", "mean_red", ends), universe)
    values = universe.attribute("mean_red")
    inside = [i for i in lab.sides[0].indices.tolist() if min(ends) <= values[i] <= max(ends)]
    assert chosen.chosen.places.tolist() == inside
    assert inside


def test_empty_sides_and_single_pictures(universe: Universe) -> None:
    nothing = build_lab(universe, "train", "brightness(..-1)", THE_OTHERS, "HSV", {})
    assert nothing.sentence == "0 pictures against 200: two are needed on each side to compare them."
    assert np.isnan(nothing.channels[0].shares[0]).all()
    alone = build_lab(universe, "train", "list(train:3)", "list(train:3)", "HSV", {})
    assert alone.channels[0].shares[0].sum() == 1
    same = build_lab(universe, "train", "class(cat)", "class(cat)", "RGB", {})
    assert "no channel tells them apart" in same.sentence
    everything = build_lab(universe, "test", "split(test)", THE_OTHERS, "RGB", {})
    assert len(everything.sides[1].indices) == 0
    both = build_lab(universe, "train", "brightness(..-1)", "brightness(..-1)", "RGB", {})
    assert "0 pictures against 0" in both.sentence


def test_mean_pictures_and_correlations(universe: Universe, tmp_path: Path) -> None:
    lab = build_lab(universe, "train", "class(ship)", THE_OTHERS, "RGB", {})
    statistics = [side_statistics(universe, "train", side, "RGB") for side in lab.sides]
    images = universe.with_pictures().train.images[lab.sides[0].indices]
    pictures = mean_pictures(statistics)
    assert np.abs(pictures[0] - images.mean(axis=0)).max() <= 0.5 + 1e-9
    assert np.abs(pictures[1] - np.minimum(255, 2 * images.std(axis=0))).max() <= 0.5 + 1e-9
    columns = correlation_columns(statistics, lab.sides, "RGB")
    expected = np.corrcoef(images.reshape(-1, 3).T)
    assert columns["Channels"] == ["red and green", "red and blue", "green and blue"]
    assert [float(one.replace("−", "-")) for one in columns["class(ship)"]] == pytest.approx(
        [expected[0, 1], expected[0, 2], expected[1, 2]], abs=0.006
    )
    assert correlation_columns(statistics, lab.sides, "HSV")["Channels"] == ["saturation and value"]
