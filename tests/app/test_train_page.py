"""The Train page: from nothing to a queued run, wrong values, and runs that ended in every way."""

import math
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.models.registry import MODELS
from cifar_core.recipes.augmentations import AUGMENTATIONS
from cifar_core.recipes.config import Augmentation, EarlyStopping, TrainingConfig
from cifar_core.runs.metrics import EpochMetrics, Tick, append_metrics
from cifar_core.runs.order import in_queue
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from pages.parts.train import start
from pages.parts.train.start import SECONDS_ONCE
from tests.clock import replace_clock
from tests.fake_runs import write_run
from tests.open_page import open_form, open_page

DATA = "drawn:80"


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIFAR_LAB_DATA", DATA)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture
def dataset() -> Dataset:
    return open_dataset(DATA, Settings.from_environment())


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.success, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_without_runs_it_says_what_to_do() -> None:
    app = open_page("train")
    assert "There is no run yet" in app.info[0].value
    assert "167,562 parameters" in texts(app)
    assert "How long it takes on this machine is not measured yet" in texts(app)
    assert not app.button(key="start").disabled


def test_a_run_that_diverged_is_shown_with_its_gaps(store: RunStore, dataset: Dataset) -> None:
    paths = write_run(store.runs_dir, "diverged", dataset, status="failed", epochs=2)
    append_metrics(paths.metrics, EpochMetrics(3, math.nan, 0.1, math.inf, 0.1, 10.0, 900.0, 4.0))
    append_metrics(paths.metrics, Tick(4, 5, 10, math.nan, 0.1, math.nan))
    app = open_page("train", run="diverged")
    assert not app.exception
    assert len(app.get("echarts_chart")) == 1
    assert "Since epoch 3 the loss is no finite number" in texts(app)
    assert not app.button(key="start").disabled


def test_start_queues_a_run_with_what_was_chosen(store: RunStore, supervised: list[Path]) -> None:
    app = open_form()
    app.selectbox(key="train_model").select("cnn-7x7").run()
    app.number_input(key="epochs_cnn-7x7_published").set_value(2)
    app.number_input(key="rate_cnn-7x7_published").set_value(0.01)
    app.segmented_control(key="flip_cnn-7x7_published").set_value(True)
    app.number_input(key="train_seed").set_value(7)
    app.text_input(key="name_cnn-7x7").set_value("my first run")
    app.run()
    app.button(key="start").click().run()
    assert not app.exception
    (run,) = store.list()
    assert run.status == "queued"
    assert run.record is not None
    assert run.record.config == TrainingConfig(
        **MODELS["cnn-7x7"].recipe.model_dump()
        | {
            "epochs": 2,
            "learning_rate": 0.01,
            "augmentation": Augmentation(flip=True),
            "seed": 7,
            "name": "my first run",
            "model": "cnn-7x7",
            "data": DATA,
        }
    )
    assert supervised[0] == store.runs_dir
    assert app.query_params["run"] in (run.id, [run.id])
    assert app.button(key=f"stop_{run.id}").label == "Stop"


def test_a_ready_augmentation_sets_all_that_stands_below_it(store: RunStore) -> None:
    app = open_form()
    app.pills(key="augmentation_cnn-2conv_published").set_value("strong").run()
    assert app.slider(key="cutout_cnn-2conv_published_strong").value == 16
    app.number_input(key="rotate_cnn-2conv_published_strong").set_value(5.0).run()
    app.button(key="start").click().run()
    (run,) = store.list()
    assert run.record is not None
    assert run.record.config.augmentation == AUGMENTATIONS["strong"].model_copy(update={"rotate": 5.0})
    app.pills(key="augmentation_cnn-2conv_published").set_value("recipe").run()
    assert app.slider(key="cutout_cnn-2conv_published").value == 0


def test_each_model_brings_its_own_recipe() -> None:
    app = open_form()
    assert app.number_input(key="epochs_cnn-2conv_published").value == 10
    app.selectbox(key="train_model").select("cnn-baseline").run()
    recipe = MODELS["cnn-baseline"].recipe
    assert app.number_input(key="epochs_cnn-baseline_published").value == recipe.epochs
    assert app.number_input(key="batch_cnn-baseline_published").value == recipe.batch_size
    assert app.segmented_control(key="flip_cnn-baseline_published").value is True
    assert app.slider(key="translate_cnn-baseline_published").value == 0.1
    assert app.selectbox(key="monitor_cnn-baseline_published").value == "val_loss"
    assert recipe.early_stopping == EarlyStopping(monitor="val_loss", patience=10)
    assert app.number_input(key="patience_cnn-baseline_published").value == 10
    assert app.segmented_control(key="keep_cnn-baseline_published").value == "best"
    assert "620,362 parameters" in texts(app)


def test_a_wrong_value_is_a_sentence_and_nothing_starts(store: RunStore) -> None:
    app = open_form()
    app.text_input(key="name_cnn-2conv").set_value("   ").run()
    assert not app.exception
    assert "name: it is empty; write at least one letter" in app.error[0].value
    assert app.button(key="start").disabled
    assert store.list() == ()


@pytest.mark.parametrize("value", [0.0, -1.0, 11.0])
def test_a_value_that_the_recipe_does_not_allow_cannot_be_typed(value: float) -> None:
    app = open_form()
    app.number_input(key="rate_cnn-2conv_published").set_value(value).run()
    assert app.number_input(key="rate_cnn-2conv_published").value == 0.001


def test_a_fresh_machine_trains_on_the_drawn_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CIFAR_LAB_DATA")
    app = open_page("train")
    assert app.selectbox(key="train_data").options == ["Drawn sample"]
    assert "1,800 pictures to train, 200 to validate, 500 to test" in texts(app)


def test_a_finished_run_shows_its_figure_and_the_doors(store: RunStore, dataset: Dataset) -> None:
    paths = write_run(store.runs_dir, "done", dataset)
    paths.model.touch()
    app = open_page("train", run="done")
    accuracy = RunRecord.read(paths.record).results
    assert accuracy is not None
    assert f"**Test accuracy {accuracy.test_accuracy:.1%}**" in app.success[0].value
    assert "95% confidence" in app.success[0].value
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert "runs=done" in links["**Compare**"]
    assert "run=done" in links["**Explain**"]
    assert [metric.label for metric in app.metric] == [
        "Validation accuracy",
        "Epochs",
        "Images/s",
        "Training time",
    ]
    assert len(app.get("echarts_chart")) == 1


def test_a_failed_run_shows_the_sentence_and_its_log(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "broken", dataset, status="failed").log.write_text("the last line\n")
    app = open_page("train")
    assert app.error[0].value == "Memory ran out."
    assert app.code[0].value == "the last line"


def test_damaged_folders_and_wrong_links_are_sentences(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "done", dataset)
    (store.runs_dir / "damaged").mkdir()
    assert "no readable run.json" in open_page("train", run="damaged").error[0].value
    assert "There is no run “nothing”" in open_page("train", run="nothing").warning[0].value


def test_a_second_press_starts_nothing_and_other_settings_do(
    store: RunStore, supervised: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_form()
    for _ in range(3):
        app.button(key="start").click().run()
        assert not app.exception
    assert len(store.list()) == 1
    assert "Started a moment ago" in texts(app)
    app.number_input(key="train_seed").set_value(7).run()
    app.button(key="start").click().run()
    assert len(store.list()) == 2
    assert "Started a moment ago" not in texts(app)
    now = time.monotonic()
    replace_clock(monkeypatch, start, monotonic=lambda: now + SECONDS_ONCE + 1)
    app.button(key="start").click().run()
    assert len(store.list()) == 3


def test_the_start_button_stands_above_the_settings(store: RunStore) -> None:
    app = open_page("train")
    buttons = [one.key for one in app.main if getattr(one, "key", None)]
    assert buttons.index("start") < buttons.index("train_model") < buttons.index("how_many")


def test_stop_and_delete(store: RunStore, dataset: Dataset) -> None:
    config = TrainingConfig(name="one", model="cnn-2conv", data=DATA)
    run = store.create(config)
    app = open_page("train", run=run.id)
    app.button(key=f"stop_{run.id}").click().run()
    assert not app.exception
    assert store.get(run.id).status == "stopped"
    app = open_page("train", run=run.id)
    assert "Stopped before the first epoch" in texts(app)
    assert "for good?" in texts(app)  # Asked first, within the popover.
    app.button(key=f"confirm_{run.id}").click().run()
    assert not app.exception
    assert store.list() == ()


def test_other_runs_under_way_are_named(store: RunStore, supervised: list[Path]) -> None:
    first, second = (
        store.create(TrainingConfig(name=name, model="cnn-2conv", data=DATA)) for name in ("one", "two")
    )
    app = open_page("train")
    assert app.selectbox(key=f"run_{first.id}").value == first.id  # The one that is trained first.
    other = app.checkbox(key=f"queued_{second.id}")
    assert other.label == "2 · two"
    other.check().run()
    app.button(key="queue_show").click().run()
    assert app.selectbox(key=f"run_{second.id}").value == second.id
    app.selectbox(key=f"run_{second.id}").select(first.id).run()
    assert app.query_params["run"] in (first.id, [first.id])
    assert app.selectbox(key=f"run_{first.id}").value == first.id
    assert supervised  # Whatever became of the last supervisor, queued runs go on.


def test_a_run_with_a_living_worker_offers_stop_alone(store: RunStore, dataset: Dataset) -> None:
    paths = write_run(store.runs_dir, "running", dataset, status="running")
    record = RunRecord.read(paths.record)
    record.model_copy(update={"started": datetime.now(UTC)}).write(paths.record)
    app = open_page("train")
    of_the_run = {button.key for button in app.button if str(button.key).endswith("_running")}
    assert of_the_run == {"stop_running"}


def waiting(store: RunStore) -> list[str]:
    return [run.record.config.name for run in in_queue(store.list()) if run.record]


def queue(store: RunStore, *names: str) -> list[str]:
    return [store.create(TrainingConfig(name=name, model="cnn-2conv", data=DATA)).id for name in names]


def test_the_queue_is_rearranged(store: RunStore) -> None:
    _, b, c = queue(store, "a", "b", "c")
    app = open_page("train")
    assert "Queue: 3 waiting" in [heading.value for heading in app.header]
    assert "Next one first" in texts(app)
    app.checkbox(key=f"queued_{c}").check().run()
    app.button(key="queue_front").click().run()
    assert waiting(store) == ["c", "a", "b"]
    assert app.checkbox(key=f"queued_{c}").value is True  # It stays chosen, to be moved on.
    app.button(key="queue_down").click().run()
    assert waiting(store) == ["a", "c", "b"]
    app.checkbox(key=f"queued_{c}").uncheck().run()
    app.checkbox(key=f"queued_{b}").check().run()
    app.button(key="queue_up").click().run()
    assert waiting(store) == ["a", "b", "c"]
    assert [box.label.split(" :")[0] for box in app.checkbox] == ["1 · a", "2 · b", "3 · c"]
    assert not app.exception


def test_several_waiting_runs_are_cancelled_at_once(store: RunStore) -> None:
    a, b, c = queue(store, "a", "b", "c")
    app = open_page("train")
    app.checkbox(key=f"queued_{a}").check().run()
    app.button(key="queue_all").click().run()
    app.checkbox(key=f"queued_{b}").uncheck().run()
    app.button(key="queue_cancel").click().run()
    assert waiting(store) == ["b"]
    assert [store.get(run_id).status for run_id in (a, b, c)] == ["stopped", "queued", "stopped"]
    assert "Queue: 1 waiting" in [heading.value for heading in app.header]


def test_priorities_stand_in_the_queue(store: RunStore) -> None:
    _, b = queue(store, "a", "b")
    store.prioritize(b, 1)
    app = open_page("train")
    assert app.checkbox(key=f"queued_{b}").label == "1 · b :gray[· high · soon]"


def test_a_run_that_waits_no_more_is_a_sentence(store: RunStore) -> None:
    a, _ = queue(store, "a", "b")
    app = open_page("train")
    app.checkbox(key=f"queued_{a}").check().run()
    moved = app.button(key="queue_cancel").click()
    store.request_stop(a)
    moved.run()
    assert not app.exception
    assert waiting(store) == ["b"]


def test_a_long_queue_comes_in_pages(store: RunStore) -> None:
    ids = queue(store, *(f"trial {number}" for number in range(1, 41)))
    app = open_page("train")
    assert "Queue: 40 waiting" in [heading.value for heading in app.header]
    assert [box.key for box in app.checkbox] == [f"queued_{run_id}" for run_id in ids[:8]]


@pytest.mark.parametrize(
    ("epoch", "label"), [(None, "Start again from the beginning"), (2, "Resume after epoch 2")]
)
def test_a_failed_run_is_resumed(
    epoch: int | None, label: str, store: RunStore, dataset: Dataset, supervised: list[Path]
) -> None:
    paths = write_run(store.runs_dir, "broken", dataset, status="failed")
    if epoch is not None:
        paths.checkpoint.mkdir()
        (paths.checkpoint / f"epoch-{epoch:04d}.npz").touch()
    app = open_page("train", run="broken")
    assert "Memory ran out." in texts(app)
    button = app.button(key="resume_broken")
    assert button.label == label
    button.click().run()
    assert not app.exception
    run = store.get("broken")
    assert run.status == "queued"
    assert supervised
    assert app.button(key="stop_broken").label == "Stop"
    assert "Resumed once: failed." in texts(app)


def test_a_finished_run_is_not_resumed(store: RunStore, dataset: Dataset) -> None:
    write_run(store.runs_dir, "done", dataset)
    app = open_page("train", run="done")
    assert "resume_done" not in [button.key for button in app.button]
