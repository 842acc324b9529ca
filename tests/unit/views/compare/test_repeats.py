import json
from dataclasses import replace
from pathlib import Path

import pytest

from cifar_core.charts.curves import accuracy_figure
from cifar_core.data.dataset import Dataset
from cifar_core.errors import ConfigError, RunError
from cifar_core.evaluation.repeats import Repeats
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.record import RunGroup, RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.sweeps.seeds import submit_seeds
from cifar_core.views.compare.page import build_compare, choose_runs
from cifar_core.views.compare.repeats import RepeatGroup, groups_verdict, list_groups
from cifar_core.views.compare.table import RunRow, list_rows
from tests.fake_runs import write_run
from tests.unit.views.compare.test_page import make_dataset, uneven_dataset

CONFIG = TrainingConfig(name="small", model="cnn-2conv", data="drawn", seed=7)


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def store(tmp_path: Path, supervised: list[Path]) -> RunStore:
    return RunStore(tmp_path / "runs")


def write_repeats(store: RunStore, dataset: Dataset, name: str, wrong: tuple[int, ...]) -> None:
    for number, every in enumerate(wrong):
        paths = write_run(store.runs_dir, f"{name}-{number}", dataset, wrong_every=every, epochs=2 + number)
        record = RunRecord.read(paths.record)
        group = RunGroup(id=f"group-{name}", kind="seeds", name=name, number=number)
        config = record.config.model_copy(update={"seed": number})
        record.model_copy(update={"group": group, "config": config}).write(paths.record)


def rows_of(store: RunStore, dataset: Dataset) -> tuple[RunRow, ...]:
    return list_rows(store.list(), dataset)


def group_of(store: RunStore, dataset: Dataset) -> RepeatGroup:
    (group,) = list_groups(rows_of(store, dataset))
    return group


def test_where_classes_are_unbalanced_the_means_of_balanced_accuracies_are_said(store: RunStore) -> None:
    dataset = uneven_dataset()
    # All sick ones are wrong, or every 70th picture and a few more.
    write_repeats(store, dataset, "careless", (10, 10))
    write_repeats(store, dataset, "careful", (7, 7))
    verdict = groups_verdict(list_groups(rows_of(store, dataset)))
    assert verdict is not None
    assert (
        "is on average 50.0% with each of 2 seeds: no interval for careless × 2 seeds and 84.6% with each of 2 seeds: "
        "no interval for careful × 2 seeds. There the other one is ahead."
    ) in verdict.sentence
    assert verdict.is_real is None


def test_seeds_are_queued_as_one_group(store: RunStore) -> None:
    runs = submit_seeds(store, CONFIG, 3, priority=1)
    records = [run.record for run in runs if run.record is not None]
    assert [record.config.seed for record in records] == [7, 8, 9]
    assert [record.config.name for record in records] == [
        "small · seed 7",
        "small · seed 8",
        "small · seed 9",
    ]
    assert {record.priority for record in records} == {1}
    groups = [record.group for record in records if record.group is not None]
    assert [group.number for group in groups] == [0, 1, 2]
    assert {(group.kind, group.name) for group in groups} == {("seeds", "small")}
    assert len({group.id for group in groups}) == 1
    same = {"seed": 7, "name": "small"}
    assert all(record.config.model_copy(update=same) == CONFIG for record in records)


def test_the_number_of_seeds_and_the_last_seed_have_limits(store: RunStore) -> None:
    with pytest.raises(ConfigError, match=r"from 2 to 50 seeds \(given: 1\)"):
        submit_seeds(store, CONFIG, 1)
    with pytest.raises(ConfigError, match="seed: must be less than"):
        submit_seeds(store, CONFIG.model_copy(update={"seed": 2**31 - 2}), 3)
    assert store.list() == ()


def test_a_group_has_mean_interval_and_a_median_run(store: RunStore, dataset: Dataset) -> None:
    write_repeats(store, dataset, "small", (2, 3, 5))
    write_run(store.runs_dir, "alone", dataset)
    group = group_of(store, dataset)
    assert group.label == "small × 3 seeds"
    assert group.repeats == Repeats((0.5, pytest.approx(2 / 3), pytest.approx(0.8)))  # type: ignore[arg-type]
    assert group.median is not None
    assert group.median.id == "small-1"
    assert group.median.label == "small × 3 seeds, median (seed 1)"


def test_untested_runs_of_a_group_wait(store: RunStore, dataset: Dataset) -> None:
    submit_seeds(store, replace_data(dataset), 2)
    group = group_of(store, dataset)
    assert group.repeats is None
    assert group.median is None
    view = build_compare(rows_of(store, dataset), [group.id], groups=[group])
    assert view.compared == ()
    assert view.problems == ("No run of “small × 2 seeds” has been tested yet.",)


def replace_data(dataset: Dataset) -> TrainingConfig:
    return CONFIG.model_copy(update={"data": dataset.key})


def test_runs_on_other_pictures_are_no_repeats(store: RunStore, dataset: Dataset) -> None:
    write_repeats(store, dataset, "small", (2, 3))
    write_run(store.runs_dir, "later", replace(dataset, fingerprint="e" * 16))
    record = store.get("later").record
    assert record is not None
    group = RunGroup(id="group-small", kind="seeds", name="small", number=2)
    record.model_copy(update={"group": group}).write(store.get("later").paths.record)
    assert [row.id for row in group_of(store, dataset).rows] == ["small-0", "small-1"]


def test_a_group_is_chosen_like_a_run(store: RunStore, dataset: Dataset) -> None:
    write_repeats(store, dataset, "small", (2, 3, 5))
    write_run(store.runs_dir, "alone", dataset, wrong_every=4)
    rows = rows_of(store, dataset)
    groups = list_groups(rows)
    assert choose_runs(rows, None, groups).ids == ("alone", "group-small")  # 75% and, on average, 65.6%
    choice = choose_runs(rows, ["group-small", "small-0", "nothing"], groups)
    assert choice.ids == ("group-small", "small-0")
    assert len(choice.notes) == 1
    view = build_compare(rows, choice.ids, groups=groups)
    assert [one.id for one in view.compared] == ["small-1", "small-0"]
    assert set(view.curves) == {"small-0"}
    assert [len(epochs) for epochs in view.repeated["small × 3 seeds"]] == [2, 3, 4]
    again = build_compare(rows, ["group-small", "small-1"], groups=groups)
    assert [one.id for one in again.compared] == ["small-1"]  # The median run stands there once.


def test_two_recipes_are_compared_over_their_seeds(store: RunStore, dataset: Dataset) -> None:
    write_repeats(store, dataset, "good", (10, 12, 11))
    write_repeats(store, dataset, "bad", (2, 2, 2))
    rows = rows_of(store, dataset)
    groups = list_groups(rows)
    assert [group.label for group in groups] == ["good × 3 seeds", "bad × 3 seeds"]
    verdict = groups_verdict(groups)
    assert verdict is not None
    assert verdict.is_real
    assert verdict.sentence.startswith(
        "good × 3 seeds is on average better than bad × 3 seeds by 40.8 points"
    )
    assert "not the choice of the test pictures" in verdict.sentence
    view = build_compare(rows, [group.id for group in groups], groups=groups)
    assert view.verdict == verdict
    assert groups_verdict(groups[:1]) is None


def test_two_groups_of_one_name_are_told_apart_everywhere(store: RunStore, dataset: Dataset) -> None:
    for name, rate, wrong in (("low", 1e-3, (4, 5, 6)), ("high", 3e-3, (10, 12, 11))):
        write_repeats(store, dataset, name, wrong)
        for run in store.list():
            record = run.record
            if record is not None and record.group is not None and record.group.id == f"group-{name}":
                seed = record.training.seed
                named = {"name": f"small · seed {seed}", "learning_rate": rate}
                config = record.training.model_copy(update=named)
                group = record.group.model_copy(update={"name": "small"})
                record.model_copy(update={"config": config, "group": group}).write(run.paths.record)
    rows = rows_of(store, dataset)
    assert {row.label for row in rows} == {
        f"small · seed {seed} (lr {rate})" for seed in range(3) for rate in ("0.001", "0.003")
    }
    groups = list_groups(rows)
    better, worse = "small (lr 0.003) × 3 seeds", "small (lr 0.001) × 3 seeds"
    assert [group.label for group in groups] == [better, worse]
    view = build_compare(rows, choose_runs(rows, None, groups).ids, groups=groups)
    assert view.verdict is not None
    assert view.verdict.sentence.startswith(f"{better} is on average better than {worse} by ")
    assert list(view.repeated) == [better, worse]
    legend = [
        trace.name
        for trace in accuracy_figure(view.curves, view.repeated).data
        if trace.showlegend is not False
    ]
    assert legend == [better, worse]
    assert [one.title for one in view.compared] == [
        f"{better}, median (seed 2) · 90.7%",
        f"{worse}, median (seed 1) · 80.0%",
    ]


def test_a_small_difference_may_be_chance(store: RunStore, dataset: Dataset) -> None:
    write_repeats(store, dataset, "one", (4, 5))
    write_repeats(store, dataset, "two", (5, 5))
    verdict = groups_verdict(list_groups(rows_of(store, dataset)))
    assert verdict is not None
    assert verdict.is_real is False
    assert "which other seeds might turn around (95% interval of the difference −29" in verdict.sentence


def test_the_chart_has_a_band_around_the_mean(store: RunStore, dataset: Dataset) -> None:
    write_repeats(store, dataset, "small", (2, 3))
    group = group_of(store, dataset)
    figure = json.loads(accuracy_figure({}, {group.label: group.curves()}).to_json())
    band, validation, training = figure["data"]
    assert band["x"] == [1, 2, 2, 1]
    assert validation["y"] == pytest.approx([41, 42])
    assert validation["line"]["dash"] == "solid"
    assert training["line"]["dash"] == "dash"
    assert band["legendgroup"] == validation["legendgroup"] == training["legendgroup"]


def test_a_student_gets_all_seeds_or_none(store: RunStore) -> None:
    from cifar_core.accounts.limits import Limits
    from cifar_core.accounts.user import User

    ada = User("ada@school.example", "Ada", "student")
    limited = RunStore(store.runs_dir, user=ada, limits=Limits(2, 10**9))
    with pytest.raises(RunError, match="You asked for 3 runs"):
        submit_seeds(limited, CONFIG, 3)
    assert store.list() == ()
