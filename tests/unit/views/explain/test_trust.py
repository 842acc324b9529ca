"""How far to trust a map, in a sentence."""

from pathlib import Path

import numpy as np
import pytest

from cifar_core.explain.faithfulness.measured import MEASURED, Measured, shipped_records
from cifar_core.explain.faithfulness.record import MeanRecord, MeasureRecord, MethodRecord
from cifar_core.explain.heatmap import Heatmap
from cifar_core.settings import PROJECT_ROOT
from cifar_core.views.explain import trust
from cifar_core.views.explain.trust import trust_sentence


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
def test_what_was_measured_is_said_and_judged(
    gains: tuple[float, float, float], judged: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = record(random=gains[0], blurred_random=gains[1], centre=gains[2])
    monkeypatch.setattr(trust, "shipped_records", lambda: {"a-run": {"gradcam": known}})
    said = trust_sentence("a-run", heatmap(), "logit")
    assert (
        "On 100 test pictures, deleting the quarter that Grad-CAM marks most lowers the logit by 2.1; "
        in said
    )
    assert "a random map 1.3, a blurred random one −0.7, marking the centre 1.6." in said
    assert judged in said


def test_what_was_not_measured_is_said_with_how_to(monkeypatch: pytest.MonkeyPatch) -> None:
    known = record(random=1, blurred_random=1, centre=1)
    monkeypatch.setattr(trust, "shipped_records", lambda: {"a-run": {"gradcam": known}})
    for said in (
        trust_sentence("another", heatmap(), "logit"),
        trust_sentence("a-run", heatmap("earlier"), "logit"),
        trust_sentence("a-run", heatmap(), "margin"),
    ):
        assert "Not measured" in said
    assert "explain score a-run --method rise" in trust_sentence("a-run", heatmap(method="rise"), "logit")


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
            assert "Not measured" not in trust_sentence(run, heatmap(one.layer, name), "logit")


def test_a_file_of_records_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    whole = Measured.model_validate_json(MEASURED.read_text(encoding="utf-8"))
    whole.write(path)
    assert path.read_text(encoding="utf-8") == MEASURED.read_text(encoding="utf-8")
    assert Measured.model_validate_json(path.read_text(encoding="utf-8")) == whole
