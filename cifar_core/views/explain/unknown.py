"""“Not one of the ten”, in words: of one picture, and of how well that can be told."""

from collections.abc import Iterator

from cifar_core.explain.result import Explanation
from cifar_core.explain.unknown.energy import energies
from cifar_core.explain.unknown.foreign import CIFAR100, TITLES
from cifar_core.explain.unknown.record import STEPS, UnknownRecord
from cifar_core.words.counts import counted
from cifar_core.words.numbers import decimal, percent, signed

TABLE_HEAD = ("Pictures", "n", "AUROC (95%)", "Called unlike (95%)")

BARELY = 0.6
"""An area of less tells next to nothing."""


def energy_of(answer: Explanation) -> float:
    """Return the energy of a network's answer for one picture."""
    return float(energies(answer.logits[None])[0])


def unlike_sentence(record: UnknownRecord, answer: Explanation, class_count: int) -> str | None:
    """Say that a picture looks like none of the classes, in Markdown; ``None`` where it does not.

    Parameters
    ----------
    record : UnknownRecord
        What was measured of the run.
    answer : Explanation
        What its network says of the picture.
    class_count : int
        How many classes it knows.
    """
    energy = energy_of(answer)
    if energy <= record.threshold:
        return None
    return (
        f"**Unlike the pictures it learnt from:** perhaps none of its {counted(class_count, 'class')} (out of "
        f"distribution). {_share(record.share_as_unlike(energy))} of the validation pictures look as unlike (energy "
        f"{signed(energy, 1)})."
    )


def picture_sentence(record: UnknownRecord, answer: Explanation) -> str:
    """Say in Markdown how unlike a picture looks, whether that is much or little.

    Parameters
    ----------
    record : UnknownRecord
        What was measured of the run.
    answer : Explanation
        What its network says of the picture.
    """
    energy = energy_of(answer)
    side = "**above** it: unlike" if energy > record.threshold else "not above it"
    return (
        f"The energy of this picture is {signed(energy, 1)}, {side}. "
        f"{_share(record.share_as_unlike(energy))} of the validation pictures look as unlike or more so."
    )


def unknown_sentences(record: UnknownRecord) -> tuple[str, ...]:
    """Say in Markdown where the threshold lies, how often it errs, and what it is worth.

    Parameters
    ----------
    record : UnknownRecord
        What was measured of the run.
    """
    some = "" if record.of == record.validation else f" of {record.of:,}"
    threshold = (
        f"Above an energy of {signed(record.threshold, 2)} a picture is called unlike: 5% of "
        f"{counted(record.validation, 'validation picture')}{some} have a higher one. So have "
        f"{percent(record.false_alarm_share)} ({record.false_alarm_interval.in_percent}) of "
        f"{counted(record.test, 'test picture')}: false alarms."
    )
    return threshold, *_worth(record)


def _worth(record: UnknownRecord) -> Iterator[str]:
    blind = [TITLES[name] for name, one in record.foreign.items() if one.low < 0.5 and one.auroc < BARELY]
    turned = [TITLES[name] for name, one in record.foreign.items() if one.high < 0.5]
    if turned:
        yield (
            f"**It fails here:** {', '.join(turned)} look *more* like what this network has learnt from than test "
            "pictures do (AUROC under 0.5)."
        )
    elif blind:
        yield f"It can hardly tell {', '.join(blind)} from test pictures (AUROC near 0.5)."
    if CIFAR100 not in record.foreign:
        yield (
            "Photographs of other things, which matter most, were not measured: CIFAR-100 is not on this machine."
        )


def foreign_rows(record: UnknownRecord) -> list[tuple[str, ...]]:
    """Return a row of :data:`TABLE_HEAD` for each kind of foreign picture.

    Parameters
    ----------
    record : UnknownRecord
        What was measured of the run.
    """
    return [
        (
            title,
            f"{one.pictures:,}",
            f"{decimal(one.auroc, 3)} ({decimal(one.low, 3)} – {decimal(one.high, 3)})",
            f"{percent(one.called_share, 0)} ({one.called_interval.in_percent})",
        )
        for name, title in TITLES.items()
        if (one := record.foreign.get(name)) is not None
    ]


def foreign_table(record: UnknownRecord) -> dict[str, list[str]]:
    """Return :func:`foreign_rows` as columns, for a page."""
    rows = foreign_rows(record)
    return {head: [row[at] for row in rows] for at, head in enumerate(TABLE_HEAD)}


def _share(share: float) -> str:
    return "None" if share == 0 else f"Under {percent(1 / STEPS)}" if share <= 1 / STEPS else percent(share)
