"""Every sentence with a number of things in it is right for one of them, and no sentence is glued to the next."""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cifar_core.accounts.limits import Limits, Usage, check_limits, usage_sentence
from cifar_core.charts.confusion import confusion_figure
from cifar_core.data.dataset import Dataset, Split
from cifar_core.errors import NetworkFileError, RunError
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.evaluation.repeats import Repeats
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.attempts import tell_attempts
from cifar_core.runs.imported import ScalingFinding, ScalingTrial
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import Attempt, DataProvenance, Results, RunRecord
from cifar_core.runs.run import Run
from cifar_core.sweeps.plan import make_plan
from cifar_core.sweeps.summary import SweepSummary
from cifar_core.training.worker import explain_failure
from cifar_core.views.compare.cell import OpenCell
from cifar_core.views.dataset import build_facts
from cifar_core.views.home import build_home
from cifar_core.views.train.known_results import KnownResult
from cifar_core.views.train.network import build_architecture
from cifar_core.views.train.run_words import outcome, progress_sentence
from cifar_core.views.train.sweep import _asked, _importance_sentence, _progress_sentence, failure_sentences
from cifar_core.words.counts import counted, plural
from cifar_core.words.sentences import as_sentence
from tests.fake_runs import predictions_of
from tests.fake_sweeps import trial
from tests.flaws import FLAWS, flaws

ROOT = Path(__file__).parents[3]
MOMENT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("run", "runs"), ("class", "classes"), ("box", "boxes"), ("batch", "batches"), ("copy", "copies"),
        ("key", "keys"), ("epoch", "epochs"), ("test picture", "test pictures"), ("GPU", "GPUs"),
    ],
)  # fmt: skip
def test_plurals(noun: str, many: str) -> None:
    assert plural(noun) == many
    assert [counted(number, noun) for number in (0, 1, 2)] == [f"0 {many}", f"1 {noun}", f"2 {many}"]


def pictures(count: int, classes: int) -> Dataset:
    """Return a data set with so many pictures of each class in each split."""

    def split() -> Split:
        labels = np.repeat(np.arange(classes), count).astype(np.int64)
        return Split(np.zeros((len(labels), 32, 32, 3), np.uint8), labels)

    names = tuple(f"kind {number}" for number in range(classes))
    return Dataset("here", "Few pictures", names, split(), split(), "made up", False, "f" * 16)


def record(**changes: Any) -> RunRecord:
    config = TrainingConfig(name="try", model="cnn-2conv", data="here", epochs=9)
    return RunRecord(id="r", config=config, status="finished", created=MOMENT).model_copy(update=changes)


def provenance(tested: int) -> DataProvenance:
    return DataProvenance.of(pictures(1, 2), training=1, validation=1).model_copy(
        update={"test_pictures": tested}
    )


def attempts(count: int) -> str | None:
    once = Attempt(started=MOMENT, ended=MOMENT, status="stopped", continued_after=3)
    return tell_attempts(record(attempts=(once,) * count))


def stopped_after(epochs: int) -> str | None:
    results = Results(epochs=epochs, best_epoch=1, validation_accuracy=0.5, validation_loss=1.0)
    return outcome(record(status="stopped", results=results))


def was_tested_on(count: int) -> str | None:
    results = Results(epochs=9, best_epoch=9, validation_accuracy=0.5, validation_loss=1.0, test_accuracy=1.0)
    return outcome(record(results=results, data=provenance(count)))


def waits_behind(count: int) -> str:
    """What is said of the last run in the queue."""
    runs = [
        Run(record(place=float(number)), RunPaths(Path(f"run-{number}")), "queued", False)
        for number in range(count + 1)
    ]
    return progress_sentence(runs[-1], runs)


def too_many(asked: int, there: int, most: int) -> str:
    student = SimpleNamespace(is_instructor=False)
    with pytest.raises(RunError) as refused:
        check_limits(student, Usage(there, 0, 0), Limits(most, 10**9), more=asked)  # type: ignore[arg-type]
    return str(refused.value)


def plan(trials: int = 6) -> Any:
    base = {"name": "b", "model": "cnn-2conv", "data": "here"}
    space = [{"field": "learning_rate", "low": 1e-3, "high": 1e-1}, {"field": "epochs", "values": [1, 2]}]
    return make_plan({"name": "x", "base": base, "space": space, "trials": trials, "pruning": False})


def importance(count: int) -> str:
    summary = SweepSummary(updated=MOMENT, importance={"epochs": 1.0}, importance_trials=count)
    return _importance_sentence(plan(), summary, count)


def cell(count: int) -> str:
    matrix = ConfusionMatrix.from_predictions(predictions_of([0] * count + [1], [1] * count + [1], 2))
    of = SimpleNamespace(
        data=SimpleNamespace(class_names=("cat", "dog")), evaluation=SimpleNamespace(matrix=matrix),
        row=SimpleNamespace(label="A"),
    )  # fmt: skip
    return OpenCell(of, 0, 1).title  # type: ignore[arg-type]


def hover(count: int) -> str:
    matrix = ConfusionMatrix.from_predictions(predictions_of([0] * count + [1], [1] * count + [1], 2))
    return str(confusion_figure(matrix, ("cat", "dog")).data[-1].text[1])


def scaling(count: int) -> str:
    tried = ScalingTrial(scaling="0 to 1", accuracy=0.5)
    return ScalingFinding(chosen="0 to 1", pictures=count, trials=(tried,)).sentence


def known(runs: int, tested: int) -> str:
    return KnownResult((0.5,) * runs, None, 3, "Few", tested).sentence("with these settings")


Say = Callable[[int], str | None]

SENTENCES: dict[str, tuple[Say, dict[int, str]]] = {
    "balance": (
        lambda n: build_facts(pictures(n, 2)).balance,
        {
            1: "Every class has 1 training and 1 test picture (the classes are balanced), so a network that guesses "
            "is right once in 2 times.",
            3: "Every class has 3 training and 3 test pictures (the classes are balanced), so a network that guesses "
            "is right once in 2 times.",
        },
    ),
    "one class": (
        lambda n: build_facts(pictures(5, n)).balance,
        {1: "There is one class alone, kind 0, so there is nothing to tell apart."},
    ),
    "home": (
        lambda n: build_home(pictures(1, n), (), ()).dataset_sentence,
        {
            1: "Few pictures: 1 training and 1 test picture of 1 class, 32 × 32 pixels each.",
            2: "Few pictures: 2 training and 2 test pictures of 2 classes, 32 × 32 pixels each.",
        },
    ),
    "attempts": (
        attempts,
        {
            1: "Resumed once: stopped after epoch 3.",
            2: "Resumed twice: stopped after epoch 3, stopped after epoch 3.",
            3: "Resumed 3 times: stopped after epoch 3, stopped after epoch 3, stopped after epoch 3.",
        },
    ),
    "stopped": (
        stopped_after,
        {
            1: "Stopped after 1 epoch. The weights of epoch 1 are kept: 50.0% of the validation pictures right. "
            "The test pictures were not looked at.",
            2: "Stopped after 2 epochs. The weights of epoch 1 are kept: 50.0% of the validation pictures right. "
            "The test pictures were not looked at.",
        },
    ),
    "tested": (
        was_tested_on,
        {
            1: "**Test accuracy 100.0%**, with 95% confidence between 20.7% and 100.0% (1 picture, weights of "
            "epoch 9).",
            4: "**Test accuracy 100.0%**, with 95% confidence between 51.0% and 100.0% (4 pictures, weights of "
            "epoch 9).",
        },
    ),
    "waits": (
        waits_behind,
        {0: "Starting …", 1: "Waits for an earlier run.", 2: "Waits for 2 earlier runs."},
    ),
    "usage": (
        lambda n: usage_sentence(Usage(n, 0, 0), Limits(n, 10**9)),
        {
            1: "1 of 1 run waiting or running · 0 bytes of 1 GB on the disk",
            2: "2 of 2 runs waiting or running · 0 bytes of 1 GB on the disk",
        },
    ),
    "limit": (
        lambda n: too_many(1, n, n),
        {
            1: "You have 1 run waiting or running, and 1 at a time is allowed for each student. Wait until one has "
            "ended, or stop one.",
            2: "You have 2 runs waiting or running, and 2 at a time are allowed for each student. Wait until one has "
            "ended, or stop one.",
        },
    ),
    "asked": (
        lambda n: too_many(n, 0, n - 1),
        {
            1: "Students may not start runs here. Ask your instructor.",
            2: "You asked for 2 runs. 1 at a time is allowed for each student. Ask for fewer.",
            3: "You asked for 3 runs. 2 at a time are allowed for each student. Ask for fewer.",
        },
    ),
    "sweep's progress": (
        lambda n: _progress_sentence(plan(n), [trial(0, "failed", None)] * n),
        {1: "1 of 1 trial has ended · 1 failed", 2: "2 of 2 trials have ended · 2 failed"},
    ),
    "what was asked": (
        lambda n: _asked(plan(n))[1].split(";")[0].replace("\u2060", ""),
        {
            1: "**Looked for:** highest validation accuracy, with 1 run of cnn-2conv",
            2: "**Looked for:** highest validation accuracy, with 2 runs of cnn-2conv",
        },
    ),
    "failures": (
        lambda n: " ".join(failure_sentences([trial(number, "failed", None, note="It broke.") for number in range(n)])),
        {0: "", 1: "1 trial failed (1): It broke.", 2: "2 trials failed (1 and 2): It broke."},
    ),
    "importance": (
        lambda n: importance(n).split("(fANOVA). ")[1].split(" **")[0],
        {
            1: "Computed from 1 trial; those stopped early count with their best epoch.",
            5: "Computed from 5 trials; those stopped early count with their best epoch.",
        },
    ),
    "cell": (
        cell,
        {0: "0 pictures of cat taken for dog by A", 1: "1 picture of cat taken for dog by A",
         2: "2 pictures of cat taken for dog by A"},
    ),
    "hover": (
        lambda n: hover(n).split("<br>")[1],
        {0: "0 pictures, 0.0% of all cat", 1: "1 picture, 100.0% of all cat", 2: "2 pictures, 100.0% of all cat"},
    ),
    "scaling": (
        scaling,
        {
            1: "Pixels scaled 0 to 1, chosen on 1 validation picture: 50.0% with 0 to 1.",
            2: "Pixels scaled 0 to 1, chosen on 2 validation pictures: 50.0% with 0 to 1.",
        },
    ),
    "known result": (
        lambda n: known(n, n),
        {
            1: "50.0% of 1 test picture of Few in 1 run with these settings (95% confidence: 0.0% to 79.3%).",
            2: "50.0% of 2 test pictures of Few: the median of 2 runs with these settings (50.0% to 50.0%).",
        },
    ),
    "verdict": (
        lambda n: PairedComparison(n, 0, 0, 0).verdict("A", "B").split("p = ")[1].split(").")[0],
        {1: "1.00, 1 picture", 2: "1.00, 2 pictures"},
    ),
    "repeats": (
        lambda n: Repeats((0.5,) * n).sentence(),
        {1: "50.0% with one seed: no interval", 2: "50.0% with each of 2 seeds: no interval"},
    ),
    "network": (
        lambda n: build_architecture("cnn-2conv", n).size_sentence.split(" · ")[0],
        {1: "**166,977 parameters** with 1 class", 2: "**167,042 parameters** with 2 classes"},
    ),
}  # fmt: skip
"""What is said of how many, for one of them and for others."""


def cases() -> Iterator[Any]:
    for name, (say, expected) in SENTENCES.items():
        for number, sentence in expected.items():
            yield pytest.param(say, number, sentence, id=f"{name}-{number}")


@pytest.mark.parametrize(("say", "number", "sentence"), list(cases()))
def test_a_sentence_for_each_number(say: Say, number: int, sentence: str) -> None:
    assert say(number) == sentence
    assert flaws(sentence) == []


def test_flaws_are_seen() -> None:
    bad = [
        "1 classes here.",
        "It broke.Try again.",
        "It broke.. Try.",
        "It  broke.",
        "It broke .",
        "It is is broken.",
        "The file is damaged: it is damaged.",
        "At most 0.0 GB are unpacked.",
    ]
    assert [flaws(sentence)[0] for sentence in bad] == list(FLAWS)
    assert flaws("1 class, 1 run is done. See (a) and e.g. 0.5, 1 to 3 …: it is damaged; 10 MB.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no such file", "no such file."),
        ("No such file.", "No such file."),
        ("several\n  lines,", "several lines."),
        ("What?", "What?"),
        ("x" * 400, "x" * 299 + "…"),
        (ValueError("bad"), "bad."),
        (ValueError(), "ValueError."),
    ],
)
def test_what_others_say_becomes_a_sentence(text: object, expected: str) -> None:
    assert as_sentence(text) == expected


CONFIG = TrainingConfig(name="try", model="cnn-2conv", data="here")


@pytest.mark.parametrize("cause", ["no zip file", "no zip file.", "no zip file: ", "no\nzip file"])
def test_a_failure_is_not_glued_to_what_follows(cause: str) -> None:
    told = explain_failure(ValueError(cause), CONFIG, logged=True)
    assert re.fullmatch(r"Training broke off: ValueError: no zip file:?\. The log has the details\.", told)
    assert explain_failure(ValueError(cause), CONFIG, logged=False) == told.removesuffix(
        " The log has the details."
    )
    assert flaws(f"{NetworkFileError('a', cause)} Choose another run.".replace("\n", " ")) == []


NOUNS = {plural(noun) for noun in (
    "epoch", "picture", "run", "class", "trial", "seed", "file", "step", "model", "second", "layer",
    "parameter", "core", "folder", "copy", "node", "unit", "label", "value", "combination", "member", "note",
    "image", "account", "option", "attempt", "logit", "number", "field", "cell", "batch", "GPU", "CPU",
    "time", "character", "point", "test", "network", "shortcut", "process", "change", "setting", "reason",
    "input", "output", "minute", "hour", "day", "slot", "place", "machine",
)}  # fmt: skip
NOT_COUNTED = {
    "name", "HOW_FRAMED[trained.framing]", "HOW_FRAMED[model.preparation.framing]", "file_stem(shown.label)",
    "SPLIT_NAMES[split]", "SPLIT_NAMES[name.split]", "split",
    "who", "path", "path / 'train'", "path / 'test'", "self.field", "and_",
    "kind", "archive.size", "field", "block.receptive_field", "points", "self._seconds", "seconds", "timeout",
    # Always more than one where they are said.
    "size_words(found.cells)", "size_words(record.cells)", "size_words(cells)",
    "signed(points, digits_to_tell(points))", "passed_over.width",
    "len(name)", "wanted", "block.times", "compact(block.parameters)", "data.dtype", "data.max()",
    "self._start_seconds", "len(text)", "len(note)", "compact(MODELS[name].parameters(classes))",
}  # fmt: skip
"""Before a plural, but no number of it: names, durations, and what is more than one."""


def test_every_number_with_a_noun_is_counted() -> None:
    found = []
    for path in sorted([*(ROOT / "cifar_core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.JoinedStr):
                continue
            for value, text in zip(node.values, node.values[1:], strict=False):
                if not (isinstance(value, ast.FormattedValue) and isinstance(text, ast.Constant)):
                    continue
                words = re.match(r" ((?:[a-z]+ ){0,2})([A-Za-z]+)\b", str(text.value))
                number = ast.unparse(value.value)
                if words and words[2] in NOUNS and not allowed(number, words[1]):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {number} {words[0].strip()}")
    assert found == [], "write counted(number, noun); what is no number is listed in NOT_COUNTED"


def allowed(number: str, between: str) -> bool:
    """Whether a plural behind a formatted value is right for all that the value can be."""
    constant = re.fullmatch(r"_?[A-Z][A-Z_]*", number.split(".")[-1]) is not None
    speed = "per_second" in number or "speed" in number
    sentence_goes_on = bool(re.search(r"\b(?:of|has|have|holds|and|are|is|in|from|on|with|by)\b", between))
    return constant or speed or sentence_goes_on or number in NOT_COUNTED
