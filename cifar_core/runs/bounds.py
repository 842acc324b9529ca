"""What the fields of a run's files may hold.

A folder may come from anybody, and pages add, sort and draw what it says: each number has an end, each text a length.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from cifar_core.names import visible

FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2200, 1, 1, tzinfo=UTC)
"""Between the two every time zone and every system can say which day it is."""


def _moment(value: datetime) -> datetime:
    try:
        moment = (value if value.tzinfo is not None else value.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:  # of the year 1 or 9999, where the zone leads out of the calendar
        moment = None
    if moment is None or not FIRST_MOMENT <= moment <= LAST_MOMENT:
        raise ValueError(f"it must lie between the years {FIRST_MOMENT.year} and {LAST_MOMENT.year}")
    return moment


Moment = Annotated[datetime, AfterValidator(_moment)]
"""A time with its offset; without one it counts as UTC."""

SecondsSince1970 = Annotated[float, Field(ge=0, le=LAST_MOMENT.timestamp(), allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
"""A duration; all epochs that a file of metrics may have, each of months, come to less."""

Count = Annotated[int, Field(ge=0, le=10**12)]
"""How many there are of something."""


def _at_most_one(value: float) -> float:
    return 1.0 if 1 < value <= LARGEST_SHARE else value


LARGEST_SHARE = 1.001
"""A mean in float32 may exceed 1 by a rounding, and is taken for 1."""

Share = Annotated[float, Field(ge=0, le=LARGEST_SHARE, allow_inf_nan=False), AfterValidator(_at_most_one)]
"""A fraction of 1, such as an accuracy."""

Loss = Annotated[float, Field(ge=-1e38, le=1e38, allow_inf_nan=False)]
"""As large as a float32; another program's may be negative."""

Speed = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
"""Pictures per second."""

ShownText = Annotated[str, AfterValidator(visible)]
"""Text that pages show: a record may have been written by anybody."""

ShortText = Annotated[str, StringConstraints(max_length=4096)]
"""Text that is compared or opens something, as it is: an id, a key, a path."""

ClassNames = Annotated[tuple[ShownText, ...], Field(min_length=1, max_length=10_000)]
"""The index is the label."""
