"""How far to trust a map, in a sentence: what was measured of this method on this network."""

from cifar_core.explain.faithfulness.measured import shipped_records
from cifar_core.explain.faithfulness.record import MethodRecord
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.registry import get_method
from cifar_core.explain.scores import Score
from cifar_core.words.counts import counted
from cifar_core.words.numbers import signed

_MAPS = {"random": "a random map", "blurred random": "a blurred random one", "centre": "marking the centre"}


def trust_sentence(run_id: str, heatmap: Heatmap, score: Score) -> str:
    """Say what deleting the marked places does to this network, beside maps that know nothing; in Markdown.

    Parameters
    ----------
    run_id : str
        Of the network's run.
    heatmap : Heatmap
        Of the method, and the layer, that is shown.
    score : {"logit", "margin", "log_probability"}
        What it explains; the logit was measured.

    Returns
    -------
    str
        Where nothing was measured, how to measure it.
    """
    record = shipped_records().get(run_id, {}).get(heatmap.method)
    if record is None or record.layer != heatmap.layer or score != "logit":
        return (
            "**How far to trust this map?** Not measured for this network, method and layer. Measure it: "
            f"`python -m cifar_core explain score {run_id} --method {heatmap.method}`"
        )
    title, drop = get_method(record.method).title, record.measures["drop"]
    falls = ", ".join(f"{words} {signed(drop.baselines[name].value, 1)}" for name, words in _MAPS.items())
    return (
        f"**How far to trust this map?** On {counted(record.pictures, 'test picture')}, deleting the quarter that "
        f"{title} marks most lowers the logit by {signed(drop.mean.value, 1)}; {falls}. {_judged(record)} "
        "How it was measured: docs/explain.md."
    )


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
