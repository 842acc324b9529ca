"""Picture sets on the command line."""

import csv
import io
import json
from collections.abc import Callable

import pytest

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.picture_sets.saved import SetStore
from cifar_core.settings import Settings
from tests.fake_runs import write_run

Command = Callable[..., str]


@pytest.fixture
def command(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run ``sets`` among a run that is wrong on every 4th test picture and one that is on every 3rd."""
    dataset = open_dataset("drawn:80", settings)
    for name, every in (("fourth", 4), ("third", 3)):
        write_run(settings.runs_dir, name, dataset, wrong_every=every)
    monkeypatch.setenv("CIFAR_LAB_CACHE", str(settings.cache_dir))

    def execute(*words: str, status: int = 0, data: str = "drawn:80") -> str:
        arguments = ["--data", data, "--runs", str(settings.runs_dir), "sets", *words]
        assert main(arguments) == status
        printed = capsys.readouterr()
        return printed.err if status else printed.out

    return execute


def test_count(command: Command) -> None:
    tests = int(command("count", "split(test)"))
    assert int(command("count", "wrong(fourth)")) == len(range(0, tests, 4))
    document = json.loads(command("count", "flips(fourth, third) ", "--json"))
    assert document == {
        "set": "flips(fourth, third)",
        "pictures": sum(1 for i in range(tests) if i % 4 and i % 3 == 0),
    }


def test_show(command: Command) -> None:
    text = command("show", "list(test:3, 1, train:0) and not wrong(fourth)", "--most", "1")
    lines = text.splitlines()
    assert lines[0] == "list(test:3, test:1, train:0) and not wrong(fourth): 2 pictures"
    assert lines[1].split() == ["split", "number", "class", "fourth", "said", "fourth", "confidence"]
    assert lines[2].split()[:2] == ["test", "3"]
    assert lines[3] == "… and 1 more (--most)"
    assert command("show", "wrong(fourth) and right(fourth)").endswith("0 pictures\n")


def test_csv(command: Command, settings: Settings) -> None:
    dataset = open_dataset("drawn:80", settings)
    rows = list(csv.reader(io.StringIO(command("csv", "wrong(third) or list(train:2)"))))
    assert rows[0] == ["split", "number", "class", "third said", "third confidence"]
    assert rows[-1] == ["train", "2", dataset.class_names[dataset.train.labels[2]], "", ""]
    for split, number, name, said, confidence in rows[1:-1]:
        true = int(dataset.test.labels[int(number)])
        assert (split, int(number) % 3, name) == ("test", 0, dataset.class_names[true])
        assert said == dataset.class_names[(true + 1) % len(dataset.class_names)]
        assert 0.4 < float(confidence) < 1
    assert [int(row[1]) for row in rows[1:-1]] == list(range(0, len(dataset.test), 3))


def test_a_saved_set_is_used_again_and_forgotten(command: Command) -> None:
    assert command("list") == "No set was saved yet.\n"
    said = command("save", "wrong(four)", "mistakes", "--note", "look again")
    assert said.startswith("Saved “mistakes”: wrong(fourth) (")
    assert command("count", "saved(mistakes)") == command("count", "wrong(fourth)")
    (kept,) = json.loads(command("list", "--json"))
    assert (kept["name"], kept["expression"], kept["note"]) == ("mistakes", "wrong(fourth)", "look again")
    assert command("delete", "mistakes") == "The set “mistakes” is forgotten.\n"
    assert "There is no saved set “mistakes”" in command("count", "saved(mistakes)", status=2)


def test_a_damaged_set_is_told_beside_the_others(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    store = SetStore(settings.runs_dir)
    store.save("cats", "class(cat)")
    (store.folder / "torn.json").write_text("{", encoding="utf-8")
    assert main(["--runs", str(settings.runs_dir), "sets", "list"]) == 0
    said = capsys.readouterr()
    assert "class(cat)" in said.out
    assert said.err.startswith("1 saved set left out, because damaged: torn.json in .sets. ")
    store.delete("cats")
    assert main(["--runs", str(settings.runs_dir), "sets", "list", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == []
    assert "torn.json" in said.err
    assert main(["--runs", str(settings.runs_dir), "sets", "list"]) == 0
    assert capsys.readouterr().out == ""


def test_a_wrong_expression_is_a_sentence(command: Command) -> None:
    said = command("count", "wrong(fourth) an class(cat)", status=2)
    assert said == (
        "The picture set cannot be understood near “an class(cat)” (character 15): here “and”, “or” or the end was "
        "expected.\n"
    )


def test_where_the_pictures_are_not_here(command: Command) -> None:
    there = command("count", "wrong(third) and not wrong(fourth)")
    assert command("count", "wrong(third) and not wrong(fourth)", "--of", "third", data="/nowhere") == there
    said = command("count", "brightness(0..40)", "--of", "third", data="/nowhere", status=2)
    assert "needs the pictures themselves" in said


def test_everything_that_can_stand_in_an_expression_is_listed(command: Command) -> None:
    listed = command("functions")
    assert "flips(RUN, RUN)" in listed
    assert "near(test:17, 20[, test][, RUN])" in listed
    usages = [one["usage"] for one in json.loads(command("functions", "--json"))]
    assert "cell(RUN, CLASS, CLASS)" in usages
    assert all(usage in listed for usage in usages)
