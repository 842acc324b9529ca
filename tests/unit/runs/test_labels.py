"""What runs are called: unique, short, made of what differs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cifar_core.models.registry import MODELS
from cifar_core.recipes.config import Augmentation, EarlyStopping, Schedule, Stage, TrainingConfig
from cifar_core.runs.imported import ImportedConfig
from cifar_core.runs.label_facts import Named
from cifar_core.runs.labels import tell_apart
from cifar_core.runs.record import RunRecord
from tests.fake_runs import environment, provenance

CREATED = datetime(2026, 11, 25, 18, 37, 5, tzinfo=UTC)


def named(
    run_id: str, *, shipped: bool = False, record: dict[str, Any] | None = None, **settings: Any
) -> Named:
    config = TrainingConfig(**{"name": "mine", "model": "cnn-2conv", "data": "drawn"} | settings)
    values: dict[str, Any] = {"id": run_id, "config": config, "status": "queued", "created": CREATED}
    known = RunRecord(**values | (record or {}))
    return Named(run_id, known.config.name, known, shipped, config, (config.seed,))


def labels(*things: Named) -> list[str]:
    return list(tell_apart(things))


def test_one_name_alone_needs_nothing_more() -> None:
    assert labels(named("a"), named("b", name="other", learning_rate=0.1)) == ["mine", "other"]
    assert labels() == []


def test_two_recipes_with_seeds_say_learning_rate_and_seed() -> None:
    things = [
        named(f"{rate}-{seed}", learning_rate=rate, seed=seed) for rate in (1e-3, 3e-3) for seed in (0, 1, 2)
    ]
    assert labels(*things) == [
        "mine (lr 0.001, seed 0)",
        "mine (lr 0.001, seed 1)",
        "mine (lr 0.001, seed 2)",
        "mine (lr 0.003, seed 0)",
        "mine (lr 0.003, seed 1)",
        "mine (lr 0.003, seed 2)",
    ]
    groups = [replace(things[first], id=f"g{first}", seeds=(0, 1, 2)) for first in (0, 3)]
    assert labels(*groups) == ["mine (lr 0.001)", "mine (lr 0.003)"]
    assert labels(groups[0], replace(groups[0], id="later", seeds=(3, 4, 5))) == [
        "mine (seeds 0 to 2)",
        "mine (seeds 3 to 5)",
    ]


def test_what_all_have_in_common_is_left_out() -> None:
    things = [
        named("a", epochs=10),
        named("b", epochs=20, batch_size=64),
        named("c", epochs=20, batch_size=64, optimizer="sgd"),
    ]
    # The first fact that differs parts them; only those still alike go on.
    assert labels(*things) == ["mine (adam, batch 32)", "mine (adam, batch 64)", "mine (sgd)"]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({"batch_size": 32}, {"batch_size": 1024}, ("batch 32", "batch 1024")),
        ({"epochs": 1}, {"epochs": 2}, ("1 epoch", "2 epochs")),
        ({"weight_decay": 0.0}, {"weight_decay": 0.1}, ("weight decay 0", "weight decay 0.1")),
        # As many digits as tell them apart, and not those of the machine.
        ({"learning_rate": 0.1 + 0.2}, {"learning_rate": 0.1}, ("lr 0.3", "lr 0.1")),
        ({"learning_rate": 0.001234}, {"learning_rate": 0.001233}, ("lr 0.001234", "lr 0.001233")),
        ({"keep": "last"}, {"keep": "best"}, ("keep last epoch", "keep best epoch")),
        ({"test_time_augmentation": True}, {}, ("six views on", "six views off")),
        ({"schedule": Schedule(kind="cosine")}, {}, ("cosine to zero", "constant")),
        ({"early_stopping": EarlyStopping()}, {}, ("early stop val_loss", "early stop never")),
        ({"augmentation": Augmentation(flip=True)}, {}, ("mirror random", "mirror never")),
        ({"augmentation": Augmentation(rotate=15)}, {}, ("turn 15°", "turn 0°")),
        (
            {"schedule": Schedule(kind="stages", stages=(Stage(epochs=5, learning_rate=0.1),))},
            {"schedule": Schedule(kind="stages", stages=(Stage(epochs=6, learning_rate=0.1),))},
            ("stages 5 × 0.1", "stages 6 × 0.1"),
        ),
        ({"seed": 7}, {"seed": 8}, ("seed 7", "seed 8")),
        ({"precision": "float32"}, {}, ("precision float32", "precision auto")),
        ({"model": "cnn-7x7"}, {}, ("cnn-7x7", "cnn-2conv")),
    ],
)
def test_every_setting_can_tell(
    first: dict[str, Any], second: dict[str, Any], words: tuple[str, str]
) -> None:
    assert labels(named("a", **first), named("b", **second)) == [f"mine ({word})" for word in words]


def test_ready_recipes_are_named_where_all_follow_one() -> None:
    published, lab = (
        named(name, **MODELS["cnn-2conv"].presets[name].model_dump()) for name in ("published", "lab")
    )
    assert labels(published, lab) == ["mine (as published)", "mine (CIFAR Lab)"]


def test_who_and_what_come_before_how() -> None:
    ada, bob, other = (
        {"owner": owner} for owner in ("ada@school.example", "bob@school.example", "ada@elsewhere.example")
    )
    assert labels(named("a", record=ada), named("b", record=bob, seed=1)) == ["mine (ada)", "mine (bob)"]
    assert labels(named("a", record=ada), named("b", record=other)) == [
        "mine (ada@school.example)",
        "mine (ada@elsewhere.example)",
    ]
    first, second = provenance(), provenance(fingerprint="e" * 16)
    assert labels(named("a", record={"data": first}), named("b", record={"data": second})) == [
        "mine (Drawn sample ffff)",
        "mine (Drawn sample eeee)",
    ]
    # One that waits has not opened the same pictures yet.
    assert labels(named("a", record={"data": first}, seed=1), named("b")) == [
        "mine (seed 1)",
        "mine (seed 0)",
    ]
    # Nor what was asked of a folder; a name keeps what it has.
    assert labels(named("a", data="/me/pets#crop#skip-broken"), named("b", data="/me/pets #1/")) == [
        "mine (pets)",
        "mine (pets #1)",
    ]
    file = ImportedConfig(name="mine", data="drawn", origin="file", source="mine.keras")
    record = RunRecord(id="c", config=file, status="finished", created=CREATED)
    assert labels(named("a"), Named("c", "mine", record, False, None, ())) == [
        "mine (cnn-2conv)",
        "mine (imported)",
    ]


def test_where_and_when_come_last() -> None:
    assert labels(named("a"), named("b", shipped=True)) == ["mine", "mine (shipped)"]
    on = [{"environment": environment(hardware=hardware)} for hardware in ("two cores", "a GPU")]
    assert labels(named("a", record=on[0]), named("b", record=on[1])) == ["mine (two cores)", "mine (a GPU)"]
    # Not while one waits: its label would change when it begins.
    later = [{"created": CREATED + timedelta(seconds=s)} for s in (0, 60)]
    told = labels(named("a", record=later[0] | on[0]), named("b", record=later[1]))
    assert told == [
        f"mine ({CREATED.astimezone():%H:%M})",
        f"mine ({CREATED.astimezone() + timedelta(seconds=60):%H:%M})",
    ]
    within = [named(name, record={"created": CREATED + timedelta(seconds=s)}) for s, name in enumerate("ab")]
    assert labels(*within) == [
        f"mine ({CREATED.astimezone() + timedelta(seconds=s):%H:%M:%S})" for s in (0, 1)
    ]
    assert labels(named("x-1-ab12"), named("x-2-cd34")) == ["mine (ab12)", "mine (cd34)"]
    assert labels(named("x-same"), named("y-same")) == ["mine (x-same)", "mine (y-same)"]


def test_no_two_are_alike_whatever_people_call_them() -> None:
    things = [
        named("a", seed=1),
        named("b", seed=2),
        named("c", name="mine (seed 1)"),
        named("d", name="mine (seed 1) (a)"),
        Named("broken", "mine", None, False, None, ()),
    ]
    told = labels(*things)
    assert len(set(told)) == len(things)
    assert told[1] == "mine (seed 2)"


def test_a_word_from_elsewhere_is_cut() -> None:
    things = [named(one, record={"owner": f"{one}{'x' * 100}"}) for one in "ab"]
    assert all(len(label) < 60 for label in labels(*things))
