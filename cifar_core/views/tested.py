"""The sentence that every tested model gets."""

from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.percent import percent


def tested_words(accuracy: float, pictures: int) -> str:
    """Say in Markdown how many of the test pictures a model named correctly, and how sure that is (Wilson)."""
    interval = wilson_interval(round(accuracy * pictures), pictures)
    return (
        f"**Test accuracy {percent(accuracy)}**, with 95 % confidence between {percent(interval.low)} "
        f"and {percent(interval.high)}"
    )
