"""The strongest channels and the most exciting pictures, against plain loops."""

import numpy as np

from cifar_core.explain.inside.strongest import Excited, strongest_channels


def test_channels_by_their_highest_value_equal_ones_by_number() -> None:
    maps = np.zeros((2, 2, 5), np.float32)
    maps[1, 0] = [1, 4, -9, 4, 2]
    assert strongest_channels(maps).tolist() == [1, 3, 4, 0, 2]
    assert strongest_channels(-np.ones((1, 1, 3), np.float32)).tolist() == [0, 1, 2]


def test_the_most_exciting_pictures_are_those_of_a_plain_loop() -> None:
    rng = np.random.default_rng(0)
    peaks = rng.integers(0, 9, (40, 6)).astype(np.float32)  # so few values that many are equal
    members = tuple(("test", int(number)) for number in rng.permutation(99)[:40])
    found = Excited.of_peaks(peaks, members, 99, 5)
    for channel in range(6):
        left, expected = list(range(40)), []
        for _ in range(5):
            best = left[0]
            for place in left:
                if peaks[place, channel] > peaks[best, channel]:
                    best = place
            expected.append(best)
            left.remove(best)
        assert found.places[channel].tolist() == expected
        assert found.values[channel].tolist() == [peaks[place, channel] for place in expected]
        assert found.usual[channel] == np.sort(peaks[:, channel])[19:21].mean()
    assert (found.pictures, found.of) == (40, 99)


def test_of_few_pictures_all_are_kept() -> None:
    found = Excited.of_peaks(np.array([[1.0], [3.0]], np.float32), (("test", 4), ("train", 2)), 2, 5)
    assert (found.places.tolist(), found.values.tolist()) == ([[1, 0]], [[3.0, 1.0]])
