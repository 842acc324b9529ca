import numpy as np

from cifar_core.data.splits import validation_split

LABELS = np.repeat(np.arange(4), [100, 50, 3, 1]).astype(np.int64)


def test_every_picture_is_in_one_part_and_every_class_gives_its_share() -> None:
    training, validation = validation_split(LABELS, fraction=0.2, seed=5)
    assert sorted([*training, *validation]) == list(range(len(LABELS)))
    assert np.bincount(LABELS[validation], minlength=4).tolist() == [20, 10, 1, 0]


def test_the_seed_decides() -> None:
    first, again, other = (validation_split(LABELS, fraction=0.2, seed=seed)[1] for seed in (5, 5, 6))
    assert (first == again).all()
    assert (first != other).any()
