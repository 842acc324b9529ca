"""The sentence that every tested model gets."""

from cifar_core.evaluation.intervals import wilson_interval


def tested_words(accuracy: float, pictures: int) -> str:
    """Say in Markdown how many of the test pictures a model named correctly, and how sure that is (Wilson)."""
    interval = wilson_interval(round(accuracy * pictures), pictures)
    return (
        f"**Test accuracy {accuracy:.1%}**, with 95% confidence between {interval.low:.1%} "
        f"and {interval.high:.1%}"
    )
