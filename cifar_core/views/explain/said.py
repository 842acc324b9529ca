"""What a network says, and how surely, in words."""

from cifar_core.explain.result import Explanation
from cifar_core.words.markdown import plain


def says(answer: Explanation, names: tuple[str, ...]) -> str:
    """Return the class that a network says, and how surely, in Markdown.

    Parameters
    ----------
    answer : Explanation
        What it said.
    names : tuple of str
        Of its classes.
    """
    return class_and_probability(answer, answer.predicted, names)


def class_and_probability(answer: Explanation, index: int, names: tuple[str, ...]) -> str:
    """Return a class and how probable a network finds it, in Markdown.

    Parameters
    ----------
    answer : Explanation
        What it said.
    index : int
        Of the class.
    names : tuple of str
        Of its classes.
    """
    return f"**{plain(names[index])}** ({probability_words(float(answer.probabilities[index]))})"


def probability_words(probability: float) -> str:
    """Write a probability in whole percent, and never round it to certainty.

    Examples
    --------
    >>> probability_words(0.934), probability_words(0.9999), probability_words(0.001), probability_words(1)
    ('93%', 'over 99%', 'under 1%', '100%')
    """
    if 0.995 <= probability < 1:
        return "over 99%"
    return "under 1%" if 0 < probability < 0.005 else f"{100 * probability:.0f}%"
