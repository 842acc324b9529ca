"""How far to trust a map: what was measured of this method on this network, in a sentence and as a table."""

from collections.abc import Iterator

from cifar_core.explain.faithfulness.kept import FaithfulnessStudy
from cifar_core.explain.faithfulness.measured import shipped_records
from cifar_core.explain.faithfulness.record import LikenessRecord, MeanRecord, MethodRecord
from cifar_core.explain.faithfulness.scores import Measure
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.registry import get_method
from cifar_core.explain.scores import Score
from cifar_core.words.counts import counted
from cifar_core.words.numbers import digits_to_tell, signed

SIZES = (50, 100, 200, 500)
"""On so many pictures a page measures; fifty take some ten seconds of a small network."""

MEASURE_WORDS: dict[Measure, str] = {
    "deletion": "deletion AUC (low is good)",
    "insertion": "insertion AUC (high is good)",
    "road": "ROAD (high is good, 0 knows nothing)",
    "drop": "fall of the logit at 25% (high is good)",
}

_MAPS = {"random": "a random map", "blurred random": "a blurred random one", "centre": "marking the centre"}


def study_sizes(pictures: int) -> tuple[int, ...]:
    """Return on how many pictures of a set may be measured, the fewest first.

    Parameters
    ----------
    pictures : int
        How many it has, at least 1.

    Examples
    --------
    >>> study_sizes(10_000), study_sizes(120), study_sizes(7)
    ((50, 100, 200, 500), (50, 100, 120), (7,))
    """
    own = (pictures,) if pictures <= SIZES[-1] else (SIZES[-1],)
    return (*(size for size in SIZES if size < own[0]), *own)


def shipped_record(run_id: str, heatmap: Heatmap, score: Score) -> MethodRecord | None:
    """Return what was measured on test pictures before a run was shipped; ``None`` where it was not.

    Parameters
    ----------
    run_id : str
        Of the network's run.
    heatmap : Heatmap
        Of the method, and the layer, that is shown.
    score : {"logit", "margin", "log_probability"}
        What it explains; the logit was measured.
    """
    record = shipped_records().get(run_id, {}).get(heatmap.method)
    return record if record is not None and record.layer == heatmap.layer and score == "logit" else None


def kept_record(study: FaithfulnessStudy) -> MethodRecord | None:
    """Return what was measured here: on as many pictures as are asked for, else on the most that were.

    Parameters
    ----------
    study : FaithfulnessStudy
        What is asked for.

    Raises
    ------
    RunError
        The run has no weights.
    """
    return study.stored(study.count, *reversed(study_sizes(len(study.pictures))))


def trust_sentence(
    run_id: str, heatmap: Heatmap, record: MethodRecord | None, *, of_set: bool = False
) -> str:
    """Say what deleting the marked places does to this network, beside maps that know nothing; in Markdown.

    Parameters
    ----------
    run_id : str
        Of the network's run.
    heatmap : Heatmap
        Of the method, and the layer, that is shown.
    record : MethodRecord or None
        What was measured of these; ``None`` where nothing was.
    of_set : bool
        Whether it was on pictures of the set on screen; else on test pictures.

    Returns
    -------
    str
        Where nothing was measured, how to measure it.
    """
    if record is None:
        return (
            "**How far to trust this map?** Not measured for this network, method and layer. Measure it below, or by "
            f"`python -m cifar_core explain score {run_id} --method {heatmap.method}`"
        )
    title, drop = get_method(record.method).title, record.measures["drop"]
    on = counted(record.pictures, "picture" if of_set else "test picture")
    falls = ", ".join(f"{words} {signed(drop.baselines[name].value, 1)}" for name, words in _MAPS.items())
    return (
        f"**How far to trust this map?** On {on}{' of the set on screen' if of_set else ''}, deleting the quarter that "
        f"{title} marks most lowers the logit by {signed(drop.mean.value, 1)}; {falls}. {_judged(record)} "
        "How it was measured: docs/explain.md."
    )


def trust_table(record: MethodRecord) -> dict[str, list[str]]:
    """Lay out as a table, by column, what each map gets by each measure, and by how much these are better.

    Parameters
    ----------
    record : MethodRecord
        What was measured.
    """
    names = list(record.measures["road"].baselines)
    table = {"Map": ["this map", *names, *(f"better than {name} by" for name in names)]}
    for name, words in MEASURE_WORDS.items():
        measure = record.measures[name]
        means = (measure.mean, *(measure.baselines[one] for one in names))
        gains = (measure.gains[one] for one in names)
        title, _, good = words.partition(" (")
        table[f"{title} ({good.partition(' ')[0]})"] = [
            *(mean_words(one, 2) for one in means),
            *(mean_words(one, 2) for one in gains),
        ]
    return table


def mean_words(mean: MeanRecord, least: int = 3) -> str:
    """Write a mean with its 95% interval.

    Parameters
    ----------
    mean : MeanRecord
        What was measured.
    least : int
        Digits after the point, at least.
    """
    if mean.low is None or mean.high is None:
        return f"{signed(mean.value, least)} (no interval)"
    digits = digits_to_tell(mean.value, mean.low, mean.high, least=least)
    return f"{signed(mean.value, digits)} ({signed(mean.low, digits)} to {signed(mean.high, digits)})"


def trust_sentences(record: MethodRecord) -> tuple[str, ...]:
    """Say what the table comes to: by what this map is better than all that know nothing, and what else was checked.

    Parameters
    ----------
    record : MethodRecord
        What was measured.
    """
    return tuple(_sentences(record))


def _sentences(record: MethodRecord) -> Iterator[str]:
    yield f"n = {counted(record.pictures, 'picture')}."
    certain = [
        words.partition(" (")[0] for name, words in MEASURE_WORDS.items() if record.measures[name].beats_all
    ]
    if certain:
        yield f"Certainly better than all three maps that know nothing: by {' and '.join(certain)}."
    else:
        yield "By no measure is it certainly better than all three maps that know nothing."
    if record.empty:
        yield f"In {counted(record.empty, 'picture')} nothing speaks for the class, and pixels go in a random order."
    for stage in record.sanity:
        yield f"{sanity_words(stage)}."
    if record.stability is not None:
        yield f"Tiny noise: {likeness_words(record.stability)}."


def sanity_words(stage: LikenessRecord) -> str:
    """Say how alike a map stays when layers forget what they learnt.

    Parameters
    ----------
    stage : LikenessRecord
        What was found, with at least one layer randomised.
    """
    layers = counted(stage.layers, "layer")
    return f"Sanity check, {layers} randomised (down to {stage.lowest}): {likeness_words(stage)}"


def likeness_words(found: LikenessRecord) -> str:
    """Say how alike maps are to those as they were.

    Parameters
    ----------
    found : LikenessRecord
        What was found.
    """
    if found.correlation is None:
        return "no map has an order of its cells to compare"
    without = f"; {counted(found.without, 'picture')} without one" if found.without else ""
    return f"rank correlation with the map as it was {signed(found.correlation.value, 2)}{without}"


def _judged(record: MethodRecord) -> str:
    """Judge by ROAD: the single grey pixels that deletion by a random map leaves would spoil any picture."""
    gains = record.measures["road"].gains
    better, unclear, worse = (
        " and ".join(words for name, words in _MAPS.items() if gains[name].sign == sign)
        for sign in (1, 0, -1)
    )
    said = {
        "certainly better than": better,
        "certainly worse than": worse,
        "not certainly better than": unclear,
    }
    words = ", but ".join(f"{judged} {maps}" for judged, maps in said.items() if maps)
    return f"With what is deleted filled from its neighbours (ROAD) it is {words} (95% intervals)."
