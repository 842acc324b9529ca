"""How long something takes, in words."""

import math

UNKNOWN_TIME = "an unknown time"
"""What is written of a duration that is no number, by a clock or a speed that made no sense."""


def duration_words(seconds: float) -> str:
    """Write a duration as a person says it.

    Parameters
    ----------
    seconds : float
        Not negative; rounded to seconds, above an hour to minutes.

    Examples
    --------
    >>> duration_words(45), duration_words(200), duration_words(7500)
    ('45 s', '3 min 20 s', '2 h 5 min')
    """
    if not math.isfinite(seconds):
        return UNKNOWN_TIME
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def rough_duration_words(seconds: float) -> str:
    """Write an estimated duration without digits that it cannot know.

    Parameters
    ----------
    seconds : float
        Not negative; rounded to 5 seconds, from a minute on to 10, from three minutes on to minutes, from an hour on to
        ten minutes.

    Examples
    --------
    >>> rough_duration_words(23), rough_duration_words(250), rough_duration_words(7700)
    ('25 s', '4 min', '2 h 10 min')
    """
    if not math.isfinite(seconds):
        return UNKNOWN_TIME
    step = 5 if seconds < 60 else 10 if seconds < 180 else 60 if seconds < 3600 else 600
    return duration_words(max(step, round(seconds / step) * step))


def age_words(seconds: float) -> str:
    """Say how long ago something was, in the largest unit of which there are two.

    A moment that lies ahead, by a clock that was set back, is now.

    Examples
    --------
    >>> age_words(12), age_words(119), age_words(300_000)
    ('12 s', '119 s', '3 days')
    """
    if not math.isfinite(seconds):
        return UNKNOWN_TIME
    past = max(0.0, seconds)
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if past >= 2 * length:
            return f"{past // length:.0f} {unit}"
    return f"{past:.0f} s"


def hours_words(hours: float) -> str:
    """Write hours as somebody set them: ``"4 hours"``, ``"1 hour"``, ``"0.5 hours"``.

    Examples
    --------
    >>> hours_words(4.0), hours_words(1.0), hours_words(0.5)
    ('4 hours', '1 hour', '0.5 hours')
    """
    return f"{hours:g} {'hour' if hours == 1 else 'hours'}"
