"""Pictures that a study is made on."""

import numpy as np
import pytest

from cifar_core.data.catalog import open_dataset
from cifar_core.errors import ConfigError, ExplainError
from cifar_core.explain.sample import draw_sample
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.settings import Settings


@pytest.fixture
def universe(settings: Settings) -> Universe:
    return Universe.of_dataset(open_dataset("drawn:80", settings), (), settings.cache_dir)


def test_all_pictures_of_a_small_set_in_order_with_their_labels(universe: Universe) -> None:
    sample = draw_sample(choose("split(test)", universe), 200)
    test = universe.with_pictures().test
    assert (sample.of, len(sample)) == (20, 20)
    assert np.array_equal(sample.pictures, test.images)
    assert np.array_equal(sample.labels, test.labels)


def test_of_a_large_set_as_many_as_asked_for_none_twice(universe: Universe) -> None:
    chosen = choose("split(train) or split(test)", universe)
    one, again, other = (draw_sample(chosen, 30, seed) for seed in (1, 1, 2))
    assert (one.of, len(one)) == (100, 30)
    assert np.array_equal(one.pictures, again.pictures)
    assert not np.array_equal(one.pictures, other.pictures)
    whole = draw_sample(chosen, 100)
    known = {picture.tobytes() for picture in whole.pictures}
    assert len({picture.tobytes() for picture in one.pictures} & known) == 30


def test_what_cannot_be_measured_on_is_a_sentence(universe: Universe) -> None:
    for count in (0, -1, 501):
        with pytest.raises(ConfigError, match="1 to 500 pictures"):
            draw_sample(choose("split(test)", universe), count)
    with pytest.raises(ExplainError, match="no picture in"):
        draw_sample(choose("split(test) and not split(test)", universe), 5)
