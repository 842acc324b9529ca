"""Regions of a map, and neighbours by a run's features, as sets of pictures."""

import numpy as np
import pytest

from cifar_core.errors import ExpressionError
from cifar_core.maps.features import RunFeatures
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import keep_map, open_map
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.expression import parse
from cifar_core.picture_sets.universe import Universe


def laid_out(universe: Universe) -> np.ndarray:
    """Keep a t-SNE map on which the test pictures stand in rows of ten, a step of 100 apart."""
    tests = len(universe.test_labels)
    rows = np.stack([np.arange(tests) % 10, np.arange(tests) // 10], axis=1)
    keep_map(MapName("tsne", "test"), rows, universe.with_pictures(), None, universe.cache_dir)
    return rows


def test_a_region_holds_the_pictures_that_lie_in_it(universe: Universe) -> None:
    rows = laid_out(universe)
    step = 1000 / rows.max()
    right, high = 2.5 * step, 1.5 * step
    chosen = choose(
        f"lasso(tsne:test, -5 -5, {right:.1f} -5, {right:.1f} {high:.1f}, -5 {high:.1f})", universe
    )
    inside = [i for i, (x, y) in enumerate(rows.tolist()) if x <= 2 and y <= 1]
    assert chosen.of_split("test").tolist() == inside
    assert len(inside) == 6
    mark = open_map(MapName("tsne", "test"), universe.with_pictures(), None, universe.cache_dir).name.mark
    assert chosen.text.startswith(f"lasso(tsne:test@{mark}, -5 -5, ")
    assert choose(chosen.text, universe).of_split("test").tolist() == inside
    rest = choose(f"not {chosen.text}", universe)
    assert len(rest) == len(universe.test_labels) - 6


def test_a_region_of_pca_is_there_at_once(universe: Universe) -> None:
    found = open_map(MapName("pca", "train"), universe.with_pictures(), None, universe.cache_dir)
    half = [number for number, (x, _) in zip(found.pictures, found.points, strict=True) if x < 500]
    chosen = choose("lasso(pca:train, -1 -1, 500 -1, 500 2000, -1 2000)", universe)
    assert chosen.of_split("train").tolist() == half
    assert 0 < len(half) < len(universe.train_labels)
    assert len(choose("lasso(pca:train, 0 0, 0 1, 1 0) and class(cat)", universe)) == 0


def test_points_are_written_as_they_are_read() -> None:
    for text in (
        "lasso(tsne:test, 1 2, -3.5 4, 5 6)",
        "lasso(tsne:test@3f2a, 0 0, 9 0, 0 9) and not wrong(a)",
    ):
        assert str(parse(text)) == text
    assert str(parse('lasso(tsne:test, "1 2",3   4, 5 6)')) == "lasso(tsne:test, 1 2, 3 4, 5 6)"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lasso(tsne:test, 1 1, 2 2, 3 1)", r"character 7.*not computed here yet.*maps compute tsne:test"),
        ("lasso(umap:test, 1 1, 2 2, 3 1)", "“umap:test” is no map"),
        ("lasso(pca:test, 1 1, 2 2)", "three corners or more"),
        ("lasso(pca:test)", "it is written lasso"),
        ("lasso(pca:test, 1, 2, 3)", "“1” is no point"),
        ("lasso(pca:test, 1 2 3, 4 5, 6 7)", "near “3, 4 5.*here “,” or"),
        ("lasso(pca:test, 1 1, a b, 3 1)", "“a” a bracket was expected"),
        ("lasso(pca:test, wrong(fourth), 2 2, 3 1)", "takes 120 340 there, not a set"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, sentence: str, universe: Universe) -> None:
    with pytest.raises(ExpressionError, match=sentence):
        choose(text, universe)


def test_a_region_of_another_map_is_not_this_one(universe: Universe) -> None:
    laid_out(universe)
    with pytest.raises(ExpressionError, match="another t-SNE map"):
        choose("lasso(tsne:test@0000, 1 1, 2 2, 3 1)", universe)


def test_a_region_and_neighbours_by_the_features_of_a_run(universe: Universe) -> None:
    run, dataset = universe.said("third").run, universe.with_pictures()
    with pytest.raises(ExpressionError, match="weights of 2026-third are not on this machine"):
        choose("near(test:3, 4, third)", universe)
    run.paths.model.write_bytes(b"weights")
    with pytest.raises(
        ExpressionError, match="features of 2026-third are not computed here yet for the test"
    ):
        choose("near(test:3, 4, third)", universe)
    with pytest.raises(ExpressionError, match=r"maps compute pca:test:2026-third"):
        choose("lasso(pca:test:third, 0 0, 9 0, 0 9)", universe)
    draws = np.random.default_rng(0)
    features = {
        split: draws.normal(size=(len(dataset.split(split)), 6)).astype(np.float32)
        for split in ("train", "test")
    }
    for split in ("train", "test"):
        RunFeatures(run, dataset, split, universe.cache_dir).keep([features[split]])
    chosen = choose("near(test:3, 4, third)", universe)
    assert chosen.text == "near(test:3, 4, train, 2026-third)"
    apart = np.linalg.norm(features["train"] - features["test"][3], axis=1)
    assert chosen.of_split("train").tolist() == np.argsort(apart)[:4].tolist()
    own = choose("near(test:3, 2, test, third)", universe).of_split("test")
    apart = np.linalg.norm(features["test"] - features["test"][3], axis=1)
    assert own.tolist() == np.argsort(apart)[1:3].tolist()
    on_map = choose("lasso(pca:test:third, -1 -1, 1001 -1, 1001 1001, -1 1001)", universe)
    assert len(on_map) == len(dataset.test)
    assert on_map.text.startswith("lasso(pca:test:2026-third, ")
    assert [said.run.id for said in on_map.said] == ["2026-third"]
