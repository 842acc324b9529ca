"""Maps of pictures: PCA against scikit-learn, what is kept, and the process of t-SNE."""

import dataclasses

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset, Split
from cifar_core.errors import RunError
from cifar_core.maps import picture_map
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import (
    SIDE,
    MapMissingError,
    keep_map,
    on_map,
    on_square,
    open_map,
    principal_plane,
)
from cifar_core.maps.tsne import lay_out
from cifar_core.settings import Settings

TSNE = MapName("tsne", "test")


@pytest.fixture
def dataset(settings: Settings) -> Dataset:
    return open_dataset("drawn:200", settings)


@pytest.mark.parametrize(
    "text", ["pca:train", "tsne:test", "tsne:test:2026-run", "tsne:train:run@3f2a", "tsne:test@00ff"]
)
def test_a_name_is_read_as_it_is_written(text: str) -> None:
    assert str(MapName.read(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "tsne", "umap:test", "tsne:both", "tsne:test:", "tsne:test@", "tsne:test@xyzw", "tsne:test:a b"],
)
def test_what_is_no_name(text: str) -> None:
    assert MapName.read(text) is None


def test_pca_is_that_of_scikit_learn() -> None:
    rows = np.random.default_rng(3).normal(size=(300, 40)) * np.linspace(9, 1, 40) + 100
    found = principal_plane(rows)
    peer = PCA(2, svd_solver="full").fit(rows)
    theirs = peer.transform(rows)
    for number in range(2):
        sign = np.sign(peer.components_[number][np.abs(peer.components_[number]).argmax()])
        assert found["points"][:, number] == pytest.approx(sign * theirs[:, number], abs=1e-3)
    assert float(found["explained"]) == pytest.approx(peer.explained_variance_ratio_.sum(), abs=1e-5)


def test_pca_of_rows_that_differ_in_nothing_and_of_few_columns() -> None:
    same = principal_plane(np.full((5, 7), 3))
    assert not same["points"].any()
    thin = principal_plane(np.array([[0.0], [1.0], [5.0]]))
    assert thin["points"].shape == (3, 2)
    assert np.diff(thin["points"][:, 0]) == pytest.approx([1, 4])


def test_all_pictures_or_evenly_spaced_ones() -> None:
    assert on_map(7).tolist() == list(range(7))
    assert on_map(0).tolist() == []
    many = on_map(50_000)
    assert many[:3].tolist() == [0, 5, 10]
    assert len(many) == 10_000
    assert len(np.unique(on_map(10_001))) == 10_000


def test_a_map_begins_at_zero_and_keeps_its_shape() -> None:
    moved = on_square(np.array([(-4.0, 1.0), (0.0, 2.0), (4.0, 1.0)]))
    assert moved.tolist() == [[0, 0], [SIDE / 2, SIDE / 8], [SIDE, 0]]
    assert not on_square(np.ones((4, 2))).any()


def test_pca_is_there_at_once_and_kept(
    settings: Settings, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_map(MapName("pca", "train"), dataset, None, settings.cache_dir)
    assert first.pictures.tolist() == list(range(200))
    assert first.explained is not None
    assert 0.1 < first.explained < 1
    monkeypatch.setattr(picture_map, "principal_plane", None)
    assert (open_map(MapName("pca", "train"), dataset, None, settings.cache_dir).points == first.points).all()


def test_tsne_is_kept_and_one_computed_anew_is_another(settings: Settings, dataset: Dataset) -> None:
    with pytest.raises(MapMissingError, match=r"maps compute tsne:test$"):
        open_map(TSNE, dataset, None, settings.cache_dir)
    points = np.random.default_rng(0).normal(size=(len(dataset.test), 2))
    keep_map(TSNE, points, dataset, None, settings.cache_dir)
    kept = open_map(TSNE, dataset, None, settings.cache_dir)
    assert kept.points == pytest.approx(on_square(points))
    assert kept.explained is None
    assert open_map(kept.name, dataset, None, settings.cache_dir).name == kept.name
    keep_map(TSNE, points[::-1], dataset, None, settings.cache_dir)
    with pytest.raises(RunError, match="drawn on another t-SNE map"):
        open_map(kept.name, dataset, None, settings.cache_dir)


def test_too_few_pictures_are_a_sentence(settings: Settings, dataset: Dataset) -> None:
    few = dataclasses.replace(dataset, test=Split(dataset.test.images[:2], dataset.test.labels[:2]))
    with pytest.raises(RunError, match="three pictures or more, and the test split has 2"):
        open_map(TSNE, few, None, settings.cache_dir)


def test_tsne_keeps_groups_together_and_tells_how_far_it_is() -> None:
    draws = np.random.default_rng(0)
    group = np.repeat([0, 1, 2], 20)
    rows = draws.normal(size=(60, 80)) + 12 * group[:, None]
    told: list[float] = []
    points = lay_out(rows, told.append, iterations=300)
    assert points.shape == (60, 2)
    assert told == sorted(told)
    assert told[0] < 0.5 < told[-1] <= 1
    _, near = NearestNeighbors(n_neighbors=6).fit(points).kneighbors(points)
    assert (group[near] == group[:, None]).all()


def test_a_process_that_fails_is_a_sentence(settings: Settings, dataset: Dataset) -> None:
    with pytest.raises(RunError, match="could not be computed"):
        lay_out(np.array([["a", "b"]]), lambda share: None)
