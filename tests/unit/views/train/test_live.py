import json
import math
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from cifar_core.charts.live_curves import live_curves_spec
from cifar_core.data.dataset import Dataset, Split
from cifar_core.hardware.devices import Device
from cifar_core.recipes.config import EarlyStopping, TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.metrics import EpochMetrics, Metrics, Tick, append_metrics
from cifar_core.runs.record import Results
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.system.files import write_atomically
from cifar_core.views.train.cost import build_launch
from cifar_core.views.train.live import (
    begins,
    build_train_view,
    first_to_watch,
    of_other_pictures,
    run_options,
)
from cifar_core.words.durations import duration_words, rough_duration_words
from tests.fake_runs import change, environment, provenance, write_run

CONFIG = TrainingConfig(name="first try", model="cnn-2conv", data="drawn", epochs=10)
NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
CPU = Device("cpu", "a processor, 2 cores")


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def beat(run: Run, **progress: object) -> None:
    now = time.time()
    values = {"pid": 1, "process_started": 0.0, "written": now, "next_due": now + 10, **progress}
    write_atomically(run.paths.heartbeat, Heartbeat.model_validate(values).model_dump_json().encode())


def epochs(count: int) -> tuple[EpochMetrics, ...]:
    return tuple(
        EpochMetrics(n, 2.0 / n, 0.1 * n, 2.2 / n, 0.09 * n, 1e-3, 1000.0, 2.0) for n in range(1, count + 1)
    )


def finished_run(store: RunStore, config: TrainingConfig = CONFIG, hardware: str = CPU.hardware) -> Run:
    """A run of two epochs that took 10 s in all, at 900 images/s."""
    results = Results(
        epochs=2,
        best_epoch=2,
        validation_accuracy=0.6,
        validation_loss=1.2,
        test_accuracy=0.616,
        test_loss=1.1,
        training_seconds=5.0,
        images_per_second=900.0,
    )
    return change(
        store,
        store.create(config),
        status="finished",
        started=NOW,
        ended=NOW + timedelta(seconds=10),
        parameters=167_562,
        results=results,
        data=provenance(),
        environment=environment(hardware=hardware),
    )


def dataset(training: int = 1000, test: int = 100) -> Dataset:
    def split(count: int) -> Split:
        return Split(np.zeros((count, 32, 32, 3), np.uint8), np.zeros(count, np.int64))

    names = tuple("abcdefghij")
    return Dataset("drawn", "Drawn", names, split(training), split(test), "here", False, "f" * 16)


@pytest.mark.parametrize(
    ("seconds", "exactly", "roughly"),
    [
        (0.4, "0 s", "5 s"),
        (44.6, "45 s", "45 s"),
        (59.7, "1 min", "1 min"),
        (200, "3 min 20 s", "3 min"),
        (3599.6, "1 h", "1 h"),
        (7520, "2 h 5 min", "2 h 10 min"),
    ],
)
def test_durations_as_a_person_says_them(seconds: float, exactly: str, roughly: str) -> None:
    assert duration_words(seconds) == exactly
    assert rough_duration_words(seconds) == roughly


def test_without_a_measurement_no_time_is_promised(store: RunStore) -> None:
    finished_run(store, CONFIG.model_copy(update={"epochs": 9}), hardware="another machine")
    finished_run(store, CONFIG.model_copy(update={"model": "cnn-7x7"}))
    view = build_launch(CONFIG, dataset(), store.list(), [CPU])
    assert view.seconds is None
    assert view.time_sentence == "How long it takes on this machine is not measured yet."
    assert view.size_sentence == (
        "Conv 32, Conv 64, Dense 64: 167,562 parameters. 900 pictures to train, 100 to validate, 100 to test."
    )


def test_the_estimate_follows_from_earlier_runs(store: RunStore) -> None:
    finished_run(store, CONFIG.model_copy(update={"epochs": 2}))
    view = build_launch(CONFIG, dataset(), store.list(), [CPU])
    # Two epochs of 900 pictures and 300 to validate at a third took 2 · 1000 / 900 s of the 10 s.
    expected = (10 - 2 * 1000 / 900) + 10 * (900 + 100 / 3) / 900
    assert view.seconds == pytest.approx(expected)
    assert view.time_sentence == (
        "**About 20 s** on this machine (a processor, 2 cores; an earlier run: 900 images/s)."
    )


def test_early_stopping_makes_the_estimate_an_upper_end(store: RunStore) -> None:
    finished_run(store)
    config = CONFIG.model_copy(update={"early_stopping": EarlyStopping()})
    assert build_launch(config, dataset(), store.list(), [CPU]).time_sentence.startswith("**At most about")


def test_runs_of_the_same_batch_size_count_more(store: RunStore) -> None:
    run = finished_run(store, CONFIG.model_copy(update={"batch_size": 256}))
    assert run.record is not None
    assert run.record.results is not None
    change(store, run, results=run.record.results.model_copy(update={"images_per_second": 5000.0}))
    assert (
        "an earlier run: 5,000 images/s" in build_launch(CONFIG, dataset(), store.list(), [CPU]).time_sentence
    )
    finished_run(store)
    assert (
        "an earlier run: 900 images/s" in build_launch(CONFIG, dataset(), store.list(), [CPU]).time_sentence
    )


def test_the_chosen_device_is_the_one_estimated(store: RunStore) -> None:
    finished_run(store)
    gpu = Device("gpu:0", "a GPU", "GPU-aa")
    assert build_launch(CONFIG, dataset(), store.list(), [gpu, CPU]).seconds is None
    config = CONFIG.model_copy(update={"device": "cpu"})
    assert build_launch(config, dataset(), store.list(), [gpu, CPU]).seconds is not None


def test_queued_runs_know_their_place(store: RunStore) -> None:
    runs = [store.create(CONFIG) for _ in range(3)]
    everything = store.list()
    sentences = [build_train_view(run, everything).run.progress_sentence for run in runs]
    assert sentences == ["Starting …", "Waits for an earlier run.", "Waits for 2 earlier runs."]
    view = build_train_view(runs[1], everything)
    assert view.others == ()  # What waits stands in the queue.
    assert view.run.resume is None
    assert view.run.progress == 0.0
    assert view.run.can_stop
    assert not view.run.can_delete


def test_a_run_in_training(store: RunStore) -> None:
    run = store.create(CONFIG)
    beat(run, stage="training", epoch=3, epochs=10, step=30, steps=60, seconds_left=80.0)
    run = change(store, run, status="running", started=NOW)
    for line in epochs(2):
        append_metrics(run.paths.metrics, line)
    append_metrics(run.paths.metrics, Tick(3, 30, 60, 0.9, 0.4, 1234.0))
    view = build_train_view(run, store.list(), NOW.timestamp() + 75).run
    assert (view.status, view.state_words) == ("running", "training")
    assert view.progress == pytest.approx(0.25)
    assert view.progress_sentence == "Epoch 3 of 10, step 30 of 60 · 1 min 20 s left"
    assert [(fact.name, fact.value) for fact in view.facts] == [
        ("Validation accuracy", "18.0%"),
        ("Epochs", "2 / 10"),
        ("Images/s", "1,234"),
        ("Time", "1 min 15 s"),
    ]
    assert view.can_stop
    run.paths.stop.touch()
    view = build_train_view(run, store.list()).run
    assert view.state_words == "stopping"
    assert not view.can_stop
    assert view.progress_sentence == "Stopping; the best weights so far are kept."


@pytest.mark.parametrize(
    ("stage", "word", "sentence", "progress"),
    [
        ("loading Keras", "starting", "Loading Keras …", 0.0),
        ("compiling the network", "starting", "Compiling the network …", 0.0),
        ("validating", "validating", "Epoch 10 of 10, validating …", 0.9),
        ("testing", "testing", "Testing …", 1.0),
    ],
)
def test_what_goes_on_beside_training(
    store: RunStore, stage: str, word: str, sentence: str, progress: float
) -> None:
    run = store.create(CONFIG)
    beat(run, stage=stage, epoch=0 if progress == 0 else 10, epochs=10)
    run = change(store, run, status="running", started=NOW)
    view = build_train_view(run, store.list()).run
    assert (view.progress_sentence, view.progress) == (sentence, progress)
    assert view.state_words == word
    # The same four figures from the first moment on, so that none jumps when another becomes known.
    assert [fact.name for fact in view.facts] == ["Validation accuracy", "Epochs", "Images/s", "Time"]
    assert [fact.value for fact in view.facts][:3] == ["–", "0 / 10", "–"]


@pytest.mark.parametrize("data", ["/home/bob/secret/pictures", r"C:\\Users\bob\pictures", "/mnt/x/pictures/"])
def test_no_path_of_the_machine_is_shown(store: RunStore, data: str) -> None:
    run = store.create(CONFIG.model_copy(update={"data": data}))
    subtitle = build_train_view(run, store.list()).run.subtitle
    assert " · pictures · " in subtitle
    assert "bob" not in subtitle
    assert "/mnt" not in subtitle
    run.paths.record.write_text("{")
    assert build_train_view(store.get(run.id), store.list()).run.subtitle == run.id


def test_the_words_below_the_curves_say_what_the_right_one_is(store: RunStore) -> None:
    run = store.create(CONFIG.model_copy(update={"label_smoothing": 0.2}))
    append_metrics(run.paths.metrics, EpochMetrics(1, 1.0, 0.5, 0.6, 0.7, 1e-3, 100.0, 2.0))
    view = build_train_view(store.get(run.id), store.list()).run
    assert view.losses.axis == "loss (nats)"
    assert "Training loss: with label smoothing 0.2; validation: cross-entropy." in view.curves_sentence
    append_metrics(run.paths.metrics, EpochMetrics(1, 1.0, 0.5, 0.6, 0.7, 1e-3, 100.0, 2.0, 0.3, 0.6, 0.0))
    view = build_train_view(store.get(run.id), store.list()).run
    assert view.losses.axis == "cross-entropy (nats)"
    assert view.curves_sentence.endswith("without the label smoothing that training has.")


def test_a_finished_run_says_what_came_out(store: RunStore) -> None:
    run = finished_run(store)
    run.paths.predictions.touch()
    run.paths.model.touch()
    view = build_train_view(run, store.list()).run
    # Wilson's interval of 308 out of 500.
    assert view.outcome == (
        "**Test accuracy 61.6%**, with 95% confidence between 57.3% and 65.8% (500 pictures, weights of epoch 2)."
    )
    assert [(fact.name, fact.value) for fact in view.facts] == [
        ("Validation accuracy", "60.0%"),
        ("Epochs", "2 / 10"),
        ("Images/s", "900"),
        ("Training time", "5 s"),
    ]
    assert view.progress is None
    assert view.kept_epoch == 2
    assert view.compare == (view.id,)
    assert view.can_explain
    assert view.can_delete
    assert not view.can_stop
    assert view.subtitle == (
        "cnn-2conv · 167,562 parameters · Drawn sample · adam, learning rate 0.001, batches of 32 · "
        "a processor, 2 cores"
    )


def test_a_stopped_run_says_what_was_kept(store: RunStore) -> None:
    run = finished_run(store)
    assert run.record is not None
    assert run.record.results is not None
    results = run.record.results.model_copy(update={"test_accuracy": None, "test_loss": None})
    view = build_train_view(change(store, run, status="stopped", results=results), store.list()).run
    assert view.outcome == (
        "Stopped after 2 epochs. The weights of epoch 2 are kept: 60.0% of the validation pictures right. "
        "The test pictures were not looked at."
    )
    early = change(store, store.create(CONFIG), status="stopped")
    assert build_train_view(early, store.list()).run.outcome == "Stopped before the first epoch was done."


def test_a_run_whose_hours_were_used_up_says_so(store: RunStore) -> None:
    run = change(store, store.create(CONFIG), status="stopped", hours_allowed=4.0, started=NOW, ended=NOW)
    assert build_train_view(run, store.list()).run.outcome == "Stopped before the first epoch was done."
    run = change(store, run, ended=NOW + timedelta(hours=4, seconds=2))
    assert build_train_view(run, store.list()).run.outcome == (
        "Stopped before the first epoch was done. It has been trained for 4 hours, the most that is allowed for each "
        "run of a student. An instructor can resume it."
    )


def test_what_went_wrong_is_a_sentence(store: RunStore) -> None:
    run = change(store, store.create(CONFIG), status="failed", error="Memory ran out.")
    run.paths.log.write_text("a line\n")
    view = build_train_view(run, store.list()).run
    assert view.problem == "Memory ran out."
    assert view.log == ("a line",)
    folder = store.runs_dir / "damaged"
    folder.mkdir()
    damaged = store.get("damaged")
    assert "no readable run.json" in (build_train_view(damaged, store.list()).run.problem or "")
    stalled = change(store, store.create(CONFIG), status="running", started=NOW - timedelta(days=1))
    assert "No word from the training process" in (build_train_view(stalled, store.list()).run.problem or "")


def test_labels_are_there_once_and_stay_while_a_run_goes_on(store: RunStore) -> None:
    run = store.create(CONFIG)
    twin = store.create(CONFIG)
    assert twin.record is not None
    assert run.record is not None
    change(store, twin, created=run.record.created)
    (store.runs_dir / "damaged").mkdir()
    options = run_options(store.list())
    assert options["damaged"] == "damaged (damaged)"
    # Alike in all settings and of one moment: the ends of their ids tell.
    made = f"{run.record.created.astimezone():%d %b %H:%M}"
    for one in (run, twin):
        assert options[one.id] == f"first try ({one.id[-4:]}) · cnn-2conv · {made}"
    record = finished_run(RunStore(store.runs_dir.parent / "other")).record
    assert record is not None
    change(
        store,
        run,
        status="finished",
        data=record.data,
        results=record.results,
        environment=record.environment,
    )
    assert run_options(store.list()) == options


def test_from_one_of_several_seeds_compare_opens_all_of_them(store: RunStore, supervised: list[Path]) -> None:
    from cifar_core.sweeps.seeds import submit_seeds

    small = dataset()
    groups = []
    for name, wrong in (("one", 4), ("two", 2)):
        runs = submit_seeds(store, CONFIG.model_copy(update={"name": name}), 2)
        for run in runs:
            assert run.record is not None
            write_run(store.runs_dir, f"{run.id}-tested", small, wrong_every=wrong)
            tested = store.get(f"{run.id}-tested").record
            assert tested is not None
            change(store, store.get(f"{run.id}-tested"), group=run.record.group)
            store.delete(run.id)
        assert runs[0].record is not None
        assert runs[0].record.group is not None
        groups.append(runs[0].record.group.id)
    write_run(store.runs_dir, "alone", small, wrong_every=3)
    runs = store.list()
    member = next(run for run in runs if run.record and run.record.group and run.record.group.id == groups[1])
    assert build_train_view(member, runs).run.compare == (groups[1], groups[0])
    assert build_train_view(store.get("alone"), runs).run.compare == ("alone", groups[0])


def test_a_shipped_run_is_known_by_its_recipe(tmp_path: Path) -> None:
    published = finished_run(RunStore(tmp_path / "trained"))
    shipped = RunStore(tmp_path / "own", tmp_path / "trained")
    assert run_options(shipped.list()) == {
        published.id: "first try · cnn-2conv · as published, 61.6%, ships with CIFAR Lab"
    }


def test_the_first_epoch_has_a_line_of_its_batches(store: RunStore) -> None:
    run = store.create(CONFIG)
    beat(run, stage="training", epoch=1, epochs=10, step=20, steps=50)
    run = change(store, run, status="running", started=NOW)
    # Means over 10 and 20 steps: 2.2 and 1.8, so the second ten had 1.4.
    append_metrics(run.paths.metrics, Tick(1, 10, 50, 2.2, 0.2, 900.0, 2.2))
    append_metrics(run.paths.metrics, Tick(1, 20, 50, 1.8, 0.3, 900.0, 1.8))
    view = build_train_view(run, store.list()).run
    assert (view.facts[0].name, view.facts[0].value) == ("Training accuracy", "30.0%")
    assert "dashed line goes over the batches of the first epoch" in view.curves_sentence
    series = live_curves_spec(view.metrics, view.losses)["series"]
    accuracy, loss = (series[number]["data"] for number in (1, 4))
    assert series[1]["name"] == series[4]["name"] == "training"
    assert accuracy == [pytest.approx([0.1, 20.0]), pytest.approx([0.3, 40.0])]
    assert loss == [pytest.approx([0.1, 2.2]), pytest.approx([0.3, 1.4])]
    append_metrics(run.paths.metrics, epochs(1)[0])
    view = build_train_view(run, store.list()).run
    validation, training, *_ = live_curves_spec(view.metrics, view.losses)["series"]
    assert validation["data"] == [pytest.approx([1, 9.0])]
    assert training["data"] == accuracy
    append_metrics(run.paths.metrics, Tick(2, 25, 50, 1.3, 0.4, 900.0, 1.3))
    view = build_train_view(run, store.list()).run
    training = live_curves_spec(view.metrics, view.losses)["series"][1]
    assert training["data"] == [pytest.approx([1, 10.0]), pytest.approx([1.5, 40.0])]
    assert "batches" not in view.curves_sentence


def test_the_curves_hold_epochs_tick_and_kept_epoch() -> None:
    spec = live_curves_spec(Metrics(epochs(2), Tick(3, 15, 60, 0.5, 0.4, 100.0)), kept_epoch=2)
    json.dumps(spec)  # Streamlit sends plain values.
    by_panel = [(one["name"], one["xAxisIndex"], one["data"]) for one in spec["series"]]
    expected = [
        ("validation", 0, [[1, 9.0], [2, 18.0]]),
        ("training", 0, [[1, 10.0], [2, 20.0], [2.25, 40.0]]),
        ("weights kept", 0, [[2, 18.0]]),
        ("validation", 1, [[1, 2.2], [2, 1.1]]),
        ("training", 1, [[1, 2.0], [2, 1.0], [2.25, 0.5]]),
        ("weights kept", 1, [[2, 1.1]]),
    ]
    for (name, panel, points), (wanted_name, wanted_panel, wanted) in zip(by_panel, expected, strict=True):
        assert (name, panel) == (wanted_name, wanted_panel)
        assert np.allclose(points, wanted)


def test_series_stay_the_same_from_look_to_look() -> None:
    early = live_curves_spec(Metrics((), Tick(1, 5, 60, 2.3, 0.1, 100.0)))
    late = live_curves_spec(Metrics(epochs(30)), kept_epoch=30)
    assert [one["name"] for one in early["series"]] == [one["name"] for one in late["series"]]
    assert early["series"][1]["data"] == [[5 / 60, 10.0]]
    assert early["legend"]["data"] == ["validation", "training"]
    assert not late["series"][0]["showSymbol"]
    assert math.isclose(late["series"][2]["data"][0][1], 270.0)


def test_thousands_of_epochs_are_thinned_but_not_at_their_ends() -> None:
    lines = tuple(EpochMetrics(n, 1.0, 0.5, 1.0, n / 5000, 1e-3, 1000.0, 2.0) for n in range(1, 5001))
    spec = live_curves_spec(Metrics(lines), kept_epoch=4321)
    points = spec["series"][0]["data"]
    assert 490 <= len(points) <= 510
    assert points[-1] == [5000, 100.0]
    assert [4321, pytest.approx(86.42)] in points
    assert spec["series"][2]["data"] == [[4321, pytest.approx(86.42)]]


def test_first_to_watch_is_what_runs_then_what_belongs_to_the_pictures_on_screen(tmp_path: Path) -> None:
    split = Split(np.zeros((20, 32, 32, 3), np.uint8), np.arange(20) % 2)
    here, elsewhere = (
        Dataset("drawn", "Drawn", ("a", "b"), split, split, "a test", False, letter * 16) for letter in "he"
    )
    store = RunStore(tmp_path)
    write_run(tmp_path, "1-elsewhere", elsewhere)
    assert first_to_watch(store.list(), here).id == "1-elsewhere"
    assert of_other_pictures(store.get("1-elsewhere"), elsewhere) is None
    assert of_other_pictures(store.get("1-elsewhere"), here) == (
        "This run is of other pictures than those on screen: Drawn."
    )
    write_run(tmp_path, "2-here", here)
    write_run(tmp_path, "3-elsewhere", elsewhere)
    assert first_to_watch(store.list(), here).id == "2-here"
    queued = store.create(CONFIG)
    store.create(CONFIG)
    assert first_to_watch(store.list(), here).id == queued.id


def test_the_page_opens_with_ones_own_newest_run_else_with_the_best(tmp_path: Path) -> None:
    split = Split(np.zeros((20, 32, 32, 3), np.uint8), np.arange(20) % 2)
    here = Dataset("drawn", "Drawn", ("a", "b"), split, split, "a test", False, "h" * 16)
    for run_id, wrong in (("1-bad", 2), ("2-best", 10), ("3-fair", 5)):
        write_run(tmp_path / "trained", run_id, here, wrong_every=wrong)
    store = RunStore(tmp_path / "runs", tmp_path / "trained")
    assert first_to_watch(store.list(), here).id == "2-best"
    write_run(tmp_path / "runs", "4-own", here, wrong_every=1)
    write_run(tmp_path / "runs", "5-own", here, wrong_every=1)
    newest = max(
        (run for run in store.list() if not run.shipped), key=lambda run: store.list().index(run) * -1
    )
    assert first_to_watch(store.list(), here).id == newest.id


def test_compare_gets_the_run_and_the_best_other_one_on_the_same_pictures(tmp_path: Path) -> None:
    split = Split(np.zeros((20, 32, 32, 3), np.uint8), np.arange(20) % 2)
    here, elsewhere = (
        Dataset("drawn", "Drawn", ("a", "b"), split, split, "a test", False, letter * 16) for letter in "he"
    )
    store = RunStore(tmp_path)
    write_run(tmp_path, "mine", here, wrong_every=4)
    write_run(tmp_path, "failed", here, status="failed")
    write_run(tmp_path, "elsewhere", elsewhere, wrong_every=20)
    assert build_train_view(store.get("mine"), store.list()).run.compare == ("mine",)
    write_run(tmp_path, "worse", here, wrong_every=2)
    write_run(tmp_path, "better", here, wrong_every=10)
    assert build_train_view(store.get("mine"), store.list()).run.compare == ("mine", "better")
    assert build_train_view(store.get("better"), store.list()).run.compare == ("better", "mine")
    assert build_train_view(store.get("failed"), store.list()).run.compare == ()


def test_a_run_begins_from_the_click_on_start_until_its_curve_has_two_points(store: RunStore) -> None:
    run = store.create(CONFIG)
    created = run.record.created.timestamp()
    assert begins(run, created + 59)
    assert not begins(run, created + 61)  # it may wait in the queue for hours
    running = change(store, run, status="running", started=NOW)
    beat(run, stage="compiling the network", epochs=10)
    running = store.get(run.id)
    assert begins(running, created + 61)  # however long it compiles
    append_metrics(run.paths.metrics, Tick(1, 1, 60, 2.3, 0.1, 100.0))
    assert begins(running)
    append_metrics(run.paths.metrics, Tick(1, 2, 60, 2.2, 0.1, 100.0))
    assert not begins(running)
    ended = change(store, store.create(CONFIG), status="failed", ended=NOW)
    assert not begins(ended)
