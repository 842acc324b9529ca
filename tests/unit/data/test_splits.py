import numpy as np

from cifar_core.data.splits import training_subset, validation_split

LABELS = np.repeat(np.arange(4), [100, 50, 3, 1]).astype(np.int64)


def test_every_picture_is_in_one_part_and_every_class_gives_its_share() -> None:
    training, validation = validation_split(LABELS, fraction=0.2, seed=5)
    assert sorted([*training, *validation]) == list(range(len(LABELS)))
    assert np.bincount(LABELS[validation], minlength=4).tolist() == [20, 10, 1, 0]


def test_the_seed_decides() -> None:
    first, again, other = (validation_split(LABELS, fraction=0.2, seed=seed)[1] for seed in (5, 5, 6))
    assert (first == again).all()
    assert (first != other).any()


def test_a_subset_takes_the_same_share_of_each_class_and_follows_the_seed() -> None:
    labels = np.repeat(np.arange(4), [100, 50, 10, 2])
    positions = np.flatnonzero(np.arange(len(labels)) % 2 == 0)  # 50, 25, 5 and 1
    some = training_subset(positions, labels, share=0.2, seed=3)
    assert np.bincount(labels[some]).tolist() == [10, 5, 1, 1]
    assert set(some) <= set(positions)
    np.testing.assert_array_equal(some, training_subset(positions, labels, share=0.2, seed=3))
    assert not np.array_equal(some, training_subset(positions, labels, share=0.2, seed=4))
    np.testing.assert_array_equal(training_subset(positions, labels, share=1.0, seed=3), positions)
