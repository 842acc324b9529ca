"""How far to trust a map, in a sentence."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.explain.faithfulness.measured import MEASURED, Measured, shipped_records
from cifar_core.explain.faithfulness.record import MeanRecord, MeasureRecord, MethodRecord
from cifar_core.explain.heatmap import Heatmap
from cifar_core.settings import PROJECT_ROOT
from cifar_core.views.explain import trust
from cifar_core.views.explain.trust import (
    shipped_record,
    study_sizes,
    trust_sentence,
    trust_sentences,
    trust_table,
)


def mean(value: float, half: float | None = 0.1) -> MeanRecord:
    return MeanRecord(
        value=value, low=None if half is None else value - half, high=None if half is None else value + half
    )


def record(**gains: float) -> MethodRecord:
    baselines = {"random": mean(1.3), "blurred random": mean(-0.7), "centre": mean(1.6)}
    unlike = {name: mean(-1) for name in baselines}
    drop = MeasureRecord(mean=mean(2.14), baselines=baselines, gains=unlike)
    road = MeasureRecord(
        mean=mean(0.3),
        baselines=baselines,
        gains={name.replace("_", " "): mean(gain) for name, gain in gains.items()},
    )
    return MethodRecord(
        method="gradcam",
        layer="conv",
        cells=(4, 4),
        pictures=100,
        empty=0,
        measures={"drop": drop, "road": road},
    )


def heatmap(layer: str | None = "conv", method: str = "gradcam") -> Heatmap:
    return Heatmap(np.ones((4, 4), np.float32), 1.0, layer, 0, method)


@pytest.mark.parametrize(
    ("gains", "judged"),
    [
        (
            (0.8, 1.4, 0.5),
            "certainly better than a random map and a blurred random one and marking the centre (95%",
        ),
        (
            (0.8, 1.4, 0.05),
            "certainly better than a random map and a blurred random one, but not certainly better than marking the",
        ),
        (
            (0.8, 0.05, -0.5),
            "better than a random map, but certainly worse than marking the centre, but not certainly better than a",
        ),
    ],
)
def test_what_was_measured_is_said_and_judged(gains: tuple[float, float, float], judged: str) -> None:
    known = record(random=gains[0], blurred_random=gains[1], centre=gains[2])
    said = trust_sentence("a-run", heatmap(), known)
    assert (
        "On 100 test pictures, deleting the quarter that Grad-CAM marks most lowers the logit by 2.1; "
        in said
    )
    assert "a random map 1.3, a blurred random one −0.7, marking the centre 1.6." in said
    assert judged in said
    assert "On 100 pictures of the set on screen, deleting" in trust_sentence(
        "a-run", heatmap(), known, of_set=True
    )


def test_what_was_not_measured_is_said_with_how_to(monkeypatch: pytest.MonkeyPatch) -> None:
    known = record(random=1, blurred_random=1, centre=1)
    monkeypatch.setattr(trust, "shipped_records", lambda: {"a-run": {"gradcam": known}})
    assert shipped_record("a-run", heatmap(), "logit") is known
    assert shipped_record("another", heatmap(), "logit") is None
    assert shipped_record("a-run", heatmap("earlier"), "logit") is None
    assert shipped_record("a-run", heatmap(), "margin") is None
    assert shipped_record("a-run", heatmap(method="rise"), "logit") is None
    said = trust_sentence("a-run", heatmap(method="rise"), None)
    assert "Not measured" in said
    assert "explain score a-run --method rise" in said


def test_the_table_has_every_map_by_every_measure() -> None:
    known = record(random=0.8, blurred_random=1.4, centre=0.05)
    known = known.model_copy(
        update={"measures": {name: known.measures["road"] for name in trust.MEASURE_WORDS}}
    )
    table = trust_table(known)
    assert table["Map"] == [
        "this map",
        "random",
        "blurred random",
        "centre",
        "better than random by",
        "better than blurred random by",
        "better than centre by",
    ]
    assert list(table)[1:] == [
        "deletion AUC (low)",
        "insertion AUC (high)",
        "ROAD (high)",
        "fall of the logit at 25% (high)",
    ]
    assert table["ROAD (high)"] == [
        "0.30 (0.20 to 0.40)",
        "1.30 (1.20 to 1.40)",
        "−0.70 (−0.80 to −0.60)",
        "1.60 (1.50 to 1.70)",
        "0.80 (0.70 to 0.90)",
        "1.40 (1.30 to 1.50)",
        "0.05 (−0.05 to 0.15)",
    ]
    assert trust_sentences(known) == (
        "n = 100 pictures.",
        "By no measure is it certainly better than all three maps that know nothing.",
    )
    sure = record(random=0.8, blurred_random=1.4, centre=0.5).measures["road"]
    better = known.model_copy(
        update={"measures": {**known.measures, "road": sure, "deletion": sure}, "empty": 1}
    )
    assert trust_sentences(better)[1:] == (
        "Certainly better than all three maps that know nothing: by deletion AUC and ROAD.",
        "In 1 picture nothing speaks for the class, and pixels go in a random order.",
    )


@pytest.mark.parametrize(
    ("of", "sizes"),
    [(1, (1,)), (50, (50,)), (51, (50, 51)), (500, (50, 100, 200, 500)), (501, (50, 100, 200, 500))],
)
def test_no_more_pictures_are_measured_on_than_there_are(of: int, sizes: tuple[int, ...]) -> None:
    assert study_sizes(of) == sizes


def test_what_ships_is_of_shipped_runs_and_says_everything() -> None:
    runs = shipped_records()
    assert len(runs) >= 5
    for run, methods in runs.items():
        assert (PROJECT_ROOT / "trained" / run / "model.keras").is_file()
        for name, one in methods.items():
            assert name == one.method
            assert set(one.measures) == {"deletion", "insertion", "road", "drop"}
            assert one.pictures >= 100
            assert one.sanity
            assert one.stability is not None
            assert shipped_record(run, heatmap(one.layer, name), "logit") is one
            assert len(trust_table(one)["Map"]) == 7


def test_a_file_of_records_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    whole = Measured.model_validate_json(MEASURED.read_text(encoding="utf-8"))
    whole.write(path)
    assert path.read_text(encoding="utf-8") == MEASURED.read_text(encoding="utf-8")
    assert Measured.model_validate_json(path.read_text(encoding="utf-8")) == whole
