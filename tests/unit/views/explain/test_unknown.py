"""Whether a picture looks like none of the classes, in words."""

import numpy as np
import pytest

from cifar_core.explain.result import Explanation
from cifar_core.explain.unknown.record import STEPS, ForeignRecord, UnknownRecord
from cifar_core.views.explain.unknown import (
    foreign_rows,
    foreign_table,
    picture_sentence,
    unknown_sentences,
    unlike_sentence,
)


def record(**areas: tuple[float, float, float]) -> UnknownRecord:
    """Say of energies from −10 to 0 that 5% are above −0.5."""
    foreign = {
        name: ForeignRecord(pictures=200, auroc=area, low=low, high=high, called=20)
        for name, (low, area, high) in areas.items()
    }
    quantiles = tuple(np.linspace(-10, 0, STEPS + 1).tolist())
    return UnknownRecord(
        run="run", data="f" * 16, seed=0, validation=400, of=5000, quantiles=quantiles, test=100,
        false_alarms=7, foreign=foreign,
    )  # fmt: skip


def answer(energy: float) -> Explanation:
    """Answer with ten equal logits of this energy."""
    return Explanation(np.full(10, -energy - np.log(10), np.float32), 0, None, ())


@pytest.mark.parametrize(
    ("energy", "share"), [(-0.26, "3.0%"), (-0.01, "Under 0.5%"), (0.2, "None"), (7.0, "None")]
)
def test_a_picture_above_the_threshold_is_said_to_be_unlike(energy: float, share: str) -> None:
    said = unlike_sentence(record(), answer(energy), 10)
    assert said is not None
    assert said.startswith("**Unlike the pictures it learnt from:** perhaps none of its 10 classes")
    assert f"{share} of the validation pictures look as unlike" in said
    assert "**above** it: unlike" in picture_sentence(record(), answer(energy))


def test_of_a_picture_below_it_nothing_is_said_beside_the_answer() -> None:
    assert unlike_sentence(record(), answer(-0.52), 10) is None
    assert picture_sentence(record(), answer(-5.01)).startswith(
        "The energy of this picture is −5.0, not above it. 50.2% of the validation pictures look as unlike"
    )


def test_what_the_threshold_is_worth_is_said() -> None:
    first, *rest = unknown_sentences(record(noise=(0.8, 0.9, 0.95), cifar100=(0.7, 0.75, 0.8)))
    assert "energy of −0.50 a picture is called unlike: 5% of 400 validation pictures of 5,000" in first
    assert "So have 7.0% (3.4 – 13.7%) of 100 test pictures" in first
    assert rest == []
    *_, failing, missing = unknown_sentences(record(noise=(0.8, 0.9, 0.95), shapes=(0.3, 0.4, 0.49)))
    assert "It fails here" in failing
    assert "drawn shapes look *more* like" in failing
    assert "noise" not in failing
    assert "CIFAR-100 is not on this machine" in missing
    blind = unknown_sentences(record(two=(0.45, 0.52, 0.58), cifar100=(0.7, 0.75, 0.8)))[-1]
    assert blind == "It can hardly tell two test pictures in one from test pictures (AUROC near 0.5)."


def test_a_row_for_each_kind_in_order() -> None:
    found = record(cifar100=(0.7, 0.75, 0.8), noise=(0.8, 0.9, 0.95))
    assert foreign_rows(found) == [
        ("noise", "200", "0.900 (0.800 – 0.950)", "10% (6.6 – 14.9%)"),
        ("CIFAR-100's test pictures", "200", "0.750 (0.700 – 0.800)", "10% (6.6 – 14.9%)"),
    ]
    assert foreign_table(found)["AUROC (95%)"] == ["0.900 (0.800 – 0.950)", "0.750 (0.700 – 0.800)"]
