"""Which operations a training computes with: measured once, kept, fixed by a variable, and by an earlier attempt."""

import threading
from pathlib import Path
from typing import Any

import pytest

from cifar_core.errors import ConfigError
from cifar_core.hardware.devices import Device
from cifar_core.models.registry import get_model
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.record import Environment
from cifar_core.training import operations
from cifar_core.training.operations import OWN, VARIABLE, Operations, choose_operations

CPU = Device("cpu", "a processor, 2 cores")
QUICK = Operations(precision="mixed_bfloat16", own=("batch_norm",))


@pytest.fixture(autouse=True)
def _measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "measured")
    monkeypatch.setattr("cifar_core.training.precision._processor_gains_by_bfloat16", lambda: False)


def config(**changes: Any) -> TrainingConfig:
    recipe = get_model("cnn-7x7").recipe.model_dump()
    return TrainingConfig.from_values(recipe | {"name": "try", "model": "cnn-7x7", "data": "drawn"} | changes)


def environment(**changes: Any) -> Environment:
    values: dict[str, Any] = {
        "device": "cpu", "hardware": CPU.hardware, "precision": "mixed_bfloat16", "backend": "tensorflow",
        "versions": {}, "platform": "none",
    }  # fmt: skip
    return Environment(**values | changes)


class Counting:
    """Measures nothing, and counts how often it is asked."""

    def __init__(self, answer: Operations = QUICK) -> None:
        self.answer, self.asked = answer, 0

    def __call__(self, config: TrainingConfig, usual: Operations) -> Operations:
        self.asked += 1
        return self.answer


def test_nothing_is_chosen_where_there_is_no_choice() -> None:
    gpu = Device("gpu:0", "a GPU", capability=(8, 0))
    assert choose_operations(config(), gpu) == Operations(precision="mixed_bfloat16", own=OWN)
    assert choose_operations(config(), CPU) == Operations(precision="float32", own=OWN)


def test_it_is_measured_once_for_a_network_and_a_batch_size(tmp_path: Path) -> None:
    measure = Counting()
    for _ in range(3):
        assert choose_operations(config(), CPU, cache_dir=tmp_path, measure=measure) == QUICK
    assert measure.asked == 1
    choose_operations(config(batch_size=77), CPU, cache_dir=tmp_path, measure=measure)
    choose_operations(config(precision="float32"), CPU, cache_dir=tmp_path, measure=measure)
    choose_operations(config(), Device("cpu", "another, 2 cores"), cache_dir=tmp_path, measure=measure)
    assert measure.asked == 4
    choose_operations(config(seed=5, name="other"), CPU, cache_dir=tmp_path, measure=measure)
    assert measure.asked == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"own"', '"own'),
        ("mixed_bfloat16", "float8"),
        ("batch_norm", "magic"),
        ("a processor", "b processor"),  # as if two machines shared a cache and a name of 16 digits
        ('"key"', '"lock"'),
    ],
)
def test_a_damaged_file_is_measured_anew(tmp_path: Path, old: str, new: str) -> None:
    measure = Counting()
    choose_operations(config(), CPU, cache_dir=tmp_path, measure=measure)
    (path,) = tmp_path.glob("operations/*.json")
    content = path.read_text(encoding="utf-8")
    path.write_text(content.replace(old, new), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != content
    for _ in range(2):
        assert choose_operations(config(), CPU, cache_dir=tmp_path, measure=measure) == QUICK
    assert measure.asked == 2
    assert path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("content", [b"", b"\0" * 99, b"\xff", b"[" * 5000, b"{}" + b" " * 3_000_000])
def test_what_is_no_measurement_is_measured_anew(tmp_path: Path, content: bytes) -> None:
    measure = Counting()
    choose_operations(config(), CPU, cache_dir=tmp_path, measure=measure)
    (path,) = tmp_path.glob("operations/*.json")
    path.write_bytes(content)
    assert choose_operations(config(), CPU, cache_dir=tmp_path, measure=measure) == QUICK
    assert measure.asked == 2


def test_where_nothing_can_be_kept_nothing_is_measured(tmp_path: Path) -> None:
    measure = Counting()
    (tmp_path / "cache").write_bytes(b"a file")
    usual = Operations(precision="float32", own=OWN)
    assert choose_operations(config(), CPU, cache_dir=tmp_path / "cache", measure=measure) == usual
    assert choose_operations(config(), CPU, measure=measure) == usual
    assert measure.asked == 0


def test_of_runs_that_begin_at_once_one_measures(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(Counting):
        def __call__(self, config: TrainingConfig, usual: Operations) -> Operations:
            begun.set()
            assert go_on.wait(20)
            return super().__call__(config, usual)

    measure, found = Slow(), []

    def choose() -> None:
        found.append(choose_operations(config(), CPU, cache_dir=tmp_path, measure=measure))

    threads = [threading.Thread(target=choose) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert found == [QUICK] * 4
    assert measure.asked == 1


def test_who_waits_too_long_takes_what_is_usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "WAIT_SECONDS", 0.01)
    inside: list[Operations] = []

    def measure(of: TrainingConfig, usual: Operations) -> Operations:
        inside.append(choose_operations(of, CPU, cache_dir=tmp_path, measure=Counting()))
        return QUICK

    assert choose_operations(config(), CPU, cache_dir=tmp_path, measure=measure) == QUICK
    assert inside == [Operations(precision="float32", own=OWN)]


def test_a_run_goes_on_with_what_it_began_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measure = Counting()
    before = environment(operations=("activation",))
    kept = Operations(precision="mixed_bfloat16", own=("activation",))
    for word in ("measured", "none", "usual", "nonsense"):
        monkeypatch.setenv(VARIABLE, word)
        assert choose_operations(config(), CPU, cache_dir=tmp_path, before=before, measure=measure) == kept
    assert measure.asked == 0


def test_a_run_of_an_older_version_goes_on_with_all_of_ours() -> None:
    kept = choose_operations(config(), CPU, before=environment(), measure=Counting())
    assert kept == Operations(precision="mixed_bfloat16", own=OWN)


@pytest.mark.parametrize("changes", [{"hardware": "another machine"}, {"precision": "float8"}])
def test_on_other_hardware_it_is_chosen_anew(tmp_path: Path, changes: dict[str, str]) -> None:
    before = environment(operations=(), **changes)
    assert choose_operations(config(), CPU, cache_dir=tmp_path, before=before, measure=Counting()) == QUICK


@pytest.mark.parametrize(
    ("word", "own"),
    [
        ("usual", OWN),
        (" None ", ()),
        ("Batch_Norm", ("batch_norm",)),
        ("activation, filter_gradient,", ("filter_gradient", "activation")),
    ],
)
def test_a_variable_fixes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, own: tuple[str, ...]
) -> None:
    measure = Counting()
    monkeypatch.setenv(VARIABLE, word)
    chosen = choose_operations(config(), CPU, cache_dir=tmp_path, measure=measure)
    assert (chosen.precision, chosen.own, measure.asked) == ("float32", own, 0)


@pytest.mark.parametrize("word", ["fast", "batch_norm,fast", "usual,batch_norm"])
def test_an_operation_that_there_is_not_is_a_sentence(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(VARIABLE, word)
    with pytest.raises(ConfigError, match=r"names “(fast|usual)”, which is no operation\. Give measured"):
        choose_operations(config(), CPU, measure=Counting())
