"""The queue: its order, when each run starts, what it says, how it is rearranged."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cifar_core.accounts.user import User
from cifar_core.hardware.devices import Device
from cifar_core.recipes.config import Augmentation, TrainingConfig
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.order import Where, moves
from cifar_core.runs.record import Attempt, Results
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.speed.expected import measurements_of
from cifar_core.speed.store import ShortMeasurement, Workload
from cifar_core.system.files import write_atomically
from cifar_core.views.train.live import build_train_view
from cifar_core.views.train.queue import build_queue, clock
from tests.fake_runs import change, environment, provenance

CPU = Device("cpu", "a processor, 2 cores")
GPUS = [Device("gpu:0", "a GPU", "GPU-a"), Device("gpu:1", "a GPU", "GPU-b"), CPU]
CONFIG = TrainingConfig(
    name="first try", model="cnn-2conv", data="drawn", epochs=10, validation_fraction=0.25
)
NOW = time.time()


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def queued(store: RunStore, *names: str, owner: str | None = None, **values: object) -> list[Run]:
    return [
        store.create(CONFIG.model_copy(update={"name": name, **values}), run_id=name, owner=owner)
        for name in names
    ]


def measured(store: RunStore, hardware: str = CPU.hardware) -> Run:
    """A run of 900 pictures to train and 300 to validate whose epochs took 1 s, and 5 s beside them."""
    return change(
        store,
        store.create(CONFIG),
        status="finished",
        started=datetime.fromtimestamp(NOW - 1000, UTC),
        ended=datetime.fromtimestamp(NOW - 985, UTC),
        results=Results(
            epochs=10,
            best_epoch=9,
            validation_accuracy=0.6,
            validation_loss=1.2,
            training_seconds=10.0,
            images_per_second=1000.0,
        ),
        data=provenance(),
        environment=environment("cpu", hardware),
    )


def training(store: RunStore, name: str, device: Device = CPU, seconds_left: float | None = None) -> Run:
    (run,) = queued(store, name)
    beat = Heartbeat(
        pid=1, process_started=0, written=NOW, next_due=NOW + 10, stage="training", seconds_left=seconds_left
    )
    write_atomically(run.paths.heartbeat, beat.model_dump_json().encode())
    started = datetime.fromtimestamp(NOW - 5, UTC)
    return change(
        store, run, status="running", started=started, environment=environment(device.id, device.hardware)
    )


def starts(store: RunStore, devices: list[Device]) -> dict[str, float | None]:
    """Seconds from now."""
    view = build_queue(store.list(), devices, NOW)
    return {run.id: None if run.starts is None else run.starts - NOW for run in view.waiting}


def test_without_a_measurement_only_the_first_start_is_known(store: RunStore) -> None:
    queued(store, "a", "b")
    assert starts(store, [CPU]) == {"a": 0.0, "b": None}
    view = build_queue(store.list(), [CPU], NOW)
    assert [(run.position, run.title, run.words) for run in view.waiting] == [(1, "a", "soon"), (2, "b", "")]


def test_starts_follow_from_what_earlier_runs_took(store: RunStore) -> None:
    measured(store)
    training(store, "now", seconds_left=100.0)
    queued(store, "a", "b")
    known = starts(store, [CPU])
    assert known == {"a": pytest.approx(100, abs=0.1), "b": pytest.approx(115, abs=0.1)}


def test_a_run_that_just_began_ends_as_expected(store: RunStore) -> None:
    measured(store)
    training(store, "now")  # Begun 5 s ago, 15 s in all.
    queued(store, "a")
    assert starts(store, [CPU]) == {"a": pytest.approx(10, abs=0.1)}


def test_what_cannot_be_estimated_hides_the_starts_after_it(store: RunStore) -> None:
    measured(store)
    training(store, "now", seconds_left=60.0)
    queued(store, "a")
    queued(store, "b", model="cnn-7x7")
    queued(store, "c")
    known = starts(store, [CPU])
    assert known["a"] == pytest.approx(60, abs=0.1)
    assert known["b"] == pytest.approx(75, abs=0.1)
    assert known["c"] is None


def test_each_device_has_its_own_queue(store: RunStore) -> None:
    measured(store, "a GPU")
    measured(store)
    training(store, "on-0", GPUS[0], seconds_left=40.0)
    training(store, "on-1", GPUS[1], seconds_left=30.0)
    queued(store, "a", "b")
    queued(store, "c", device="cpu")
    queued(store, "d", device="gpu:0")
    known = starts(store, GPUS)
    assert known == {
        "a": pytest.approx(30, abs=0.1),  # on GPU 1, for 15 s
        "b": pytest.approx(40, abs=0.1),  # on GPU 0
        "c": pytest.approx(0, abs=0.1),
        "d": pytest.approx(55, abs=0.1),
    }


def test_a_cluster_takes_several_at_a_time(store: RunStore) -> None:
    measured(store)
    training(store, "now", seconds_left=40.0)
    queued(store, "a", "b", "c")
    view = build_queue(store.list(), [CPU], NOW, slots=3)
    assert [run.starts and round(run.starts - NOW) for run in view.waiting] == [0, 0, 15]


def test_a_device_that_is_not_there_starts_nothing(store: RunStore) -> None:
    queued(store, "a", device="gpu:7")
    assert starts(store, [CPU]) == {"a": None}


def test_data_nobody_trained_on_is_known_from_the_page(store: RunStore) -> None:
    measured(store)
    queued(store, "a", "b", data="/pictures")
    assert starts(store, [CPU])["b"] is None
    view = build_queue(store.list(), [CPU], NOW, pictures={"/pictures": 1200})
    assert view.waiting[1].starts == pytest.approx(NOW + 15, abs=0.1)


def test_a_short_measurement_tells_when_runs_start_that_nothing_else_tells(store: RunStore) -> None:
    queued(store, "a", "b")
    asked: list[Workload] = []

    def find(workload: Workload) -> ShortMeasurement:
        asked.append(workload)
        return ShortMeasurement(
            workload=workload, optimizer="adam", augmentation=Augmentation(), computed_in="float32",
            measured=datetime.fromtimestamp(NOW, UTC), steps=10, startup_seconds=7.0, images_per_second=900.0,
            validated_per_second=3000.0,
        )  # fmt: skip

    view = build_queue(store.list(), [CPU], NOW, pictures={"drawn": 1200}, find_measurement=find)
    assert [(one.model, one.batch_size, one.hardware) for one in asked] == [("cnn-2conv", 32, CPU.hardware)]
    # Ten epochs of 900 pictures to train, 0.1 s of validation in each and once at the end, and 7 s before all that.
    assert view.waiting[0].starts == pytest.approx(NOW, abs=0.1)
    assert view.waiting[1].starts == pytest.approx(NOW + 7 + 10 * 1.1 + 0.1, abs=0.1)


def test_a_resumed_run_measures_nothing(store: RunStore) -> None:
    run = measured(store)
    assert len(measurements_of(CONFIG, CPU.hardware, store.list())) == 1
    change(store, run, attempts=(Attempt(started=None, ended=None, status="stopped"),))
    assert measurements_of(CONFIG, CPU.hardware, store.list()) == ()


def test_waiting_runs_say_how_many_come_before_by_the_order_of_the_queue(store: RunStore) -> None:
    training(store, "now")
    queued(store, "a", "b", "c")
    store.prioritize("c", 1)

    def says(run_id: str) -> str:
        return build_train_view(store.get(run_id), store.list()).run.progress_sentence

    assert [says(run_id) for run_id in "cab"] == [
        "Waits for an earlier run.",
        "Waits for 2 earlier runs.",
        "Waits for 3 earlier runs.",
    ]
    view = build_queue(store.list(), [CPU], NOW)
    assert [run.id for run in view.waiting] == ["c", "a", "b"]
    assert view.waiting[0].words == "high"
    assert "is not known" in view.caption
    store.prioritize("b", -7)
    assert build_queue(store.list(), [CPU], NOW).waiting[2].words == "-7"
    others = build_train_view(store.get("a"), store.list()).others
    assert [other.id for other in others] == ["now"]


def test_a_run_whose_worker_starts_waits_no_more(store: RunStore) -> None:
    first, _ = queued(store, "a", "b")
    beat = Heartbeat(pid=1, process_started=0, written=NOW, next_due=NOW + 30)
    write_atomically(first.paths.heartbeat, beat.model_dump_json().encode())
    assert [run.id for run in build_queue(store.list(), [CPU], NOW).waiting] == ["b"]


def test_where_people_log_in_each_moves_their_own(store: RunStore) -> None:
    queued(store, "a1", "a2", owner="ada@school")
    queued(store, "b1", owner="ben@school")
    ada = User("ada@school", "Ada", "student")
    view = build_queue(store.list(), [CPU], NOW, user=ada)
    assert [(run.id, run.mine, run.owner) for run in view.waiting] == [
        ("a1", True, "ada@school"),
        ("b1", False, "ben@school"),
        ("a2", True, "ada@school"),
    ]
    assert view.priorities == {0: "normal", -1: "low"}
    teacher = User("eve@school", "Eve", "instructor")
    view = build_queue(store.list(), [CPU], NOW, user=teacher)
    assert all(run.mine for run in view.waiting)
    assert view.priorities == {1: "high", 0: "normal", -1: "low"}


def rearranged(store: RunStore, chosen: str, where: Where) -> str:
    waiting = [store.get(run.id) for run in build_queue(store.list(), [CPU], NOW).waiting]
    for run_id, before in moves(waiting, set(chosen), where):
        store.move_before(run_id, before)
    return "".join(run.id for run in build_queue(store.list(), [CPU], NOW).waiting)


@pytest.mark.parametrize(
    ("chosen", "where", "expected"),
    [
        ("d", "front", "dabce"),
        ("db", "front", "bdace"),
        ("ab", "front", "abcde"),
        ("c", "up", "acbde"),
        ("cd", "up", "acdbe"),
        ("ab", "up", "abcde"),
        ("ac", "up", "acbde"),
        ("b", "down", "acbde"),
        ("bc", "down", "adbce"),
        ("d", "down", "abced"),
        ("de", "down", "abcde"),
        ("be", "down", "acbde"),
        ("", "up", "abcde"),
    ],
)
def test_chosen_runs_move_together(store: RunStore, chosen: str, where: Where, expected: str) -> None:
    queued(store, *"abcde")
    assert rearranged(store, chosen, where) == expected


def test_moving_past_an_urgent_run_makes_as_urgent(store: RunStore) -> None:
    queued(store, *"abc")
    store.prioritize("c", 2)
    assert rearranged(store, "b", "front") == "bca"
    record = store.get("b").record
    assert record is not None
    assert record.priority == 2


def test_a_place_counts_among_the_runs_of_one_owner(store: RunStore) -> None:
    queued(store, "1", "2", owner="ada")
    queued(store, "x", "y", owner="ben")
    assert rearranged(store, "y", "front") == "1y2x"


def test_the_clock_names_the_day_if_it_is_not_today() -> None:
    noon = datetime(2026, 11, 21, 12).timestamp()  # a Saturday
    assert clock(noon + 65, noon) == "12:01"
    assert clock(noon + timedelta(hours=30).total_seconds(), noon) == "Sun 18:00"
