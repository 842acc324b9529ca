"""The strongest channels and the most exciting pictures, against plain loops."""

import numpy as np

from cifar_core.explain.geometry import Line, MapPlace
from cifar_core.explain.inside.seen import Peaks
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
    cells = rng.integers(-1, 9, peaks.shape)
    parts = [Peaks(peaks[part], cells[part]) for part in (slice(0, 15), slice(15, 40))]
    found = Excited.of_peaks(parts, members, 99, 5)
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
        assert found.cells[channel].tolist() == [cells[place, channel] for place in expected]
        assert found.usual[channel] == np.sort(peaks[:, channel])[19:21].mean()
    assert (found.pictures, found.of) == (40, 99)


def test_of_few_pictures_all_are_kept() -> None:
    peaks = Peaks(np.array([[1.0], [3.0]], np.float32), np.zeros((2, 1), np.int64))
    found = Excited.of_peaks([peaks], (("test", 4), ("train", 2)), 2, 5)
    assert (found.places.tolist(), found.values.tolist()) == ([[1, 0]], [[3.0, 1.0]])


def test_what_the_strongest_cell_sees_by_hand() -> None:
    rows = Line(1.0, 4.0, 32, np.array([0, 3]), np.array([2, 6]))
    columns = Line(1.0, 4.0, 32, np.array([0, 4, 0]), np.array([2, 9, -1]))
    place = MapPlace(rows, columns, np.ones((2, 3), bool))
    cells = np.array([[4, -1, 2]])  # second row and column; the same everywhere; a cell that sees nothing
    peaks = Peaks(np.ones((1, 3), np.float32), cells, place)
    found = Excited.of_peaks([peaks], (("test", 0),), 1, 5)
    assert [found.sees(channel, 0) for channel in range(3)] == [(3, 4, 6, 9), None, None]
    nobody_knows = Excited.of_peaks([Peaks(peaks.values, cells)], (("test", 0),), 1, 5)
    assert nobody_knows.sees(0, 0) is None
