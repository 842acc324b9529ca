"""Doubted labels on the command line."""

import json

import pytest

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.picture_sets.reviews import ReviewStore
from cifar_core.settings import Settings
from tests.fake_runs import write_run


def test_list_export_and_score(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = open_dataset("drawn:400", settings)
    for name, every in (("fifth", 5), ("third", 3)):
        write_run(settings.runs_dir, name, dataset, wrong_every=every)

    def labels(*words: str, status: int = 0) -> str:
        assert main(["--data", "drawn:400", "--runs", str(settings.runs_dir), "labels", *words]) == status
        printed = capsys.readouterr()
        return printed.err if status else printed.out

    listed = json.loads(labels("list", "fifth", "third", "--json"))
    assert listed["decided"] == 0
    first = listed["first"][0]
    number = int(first["picture"].removeprefix("test:"))
    assert number % 15 == 0  # where both are wrong
    assert first["label"] == dataset.class_names[dataset.test.labels[number]]
    store = ReviewStore(settings.runs_dir, dataset.fingerprint, dataset.class_names, dataset.test.labels)
    store.decide(number, dataset.class_names.index(first["rather"]))
    assert f"relabelled {first['rather']}" in labels("list", "fifth", "third")
    assert labels("export", "fifth").splitlines() == [
        "split,number,label,decision,corrected label",
        f"test,{number},{first['label']},relabelled,{first['rather']}",
    ]
    score = json.loads(labels("score", "fifth", "third", "--json"))
    tests = len(dataset.test)
    assert score["runs"][0]["Original labels"] == "80.00%"
    assert score["runs"][0]["Corrected labels"] == f"{0.8 + 1 / tests:.2%}"
    assert score["comparison"][1].startswith("Corrected labels: fifth is")
    assert "1 label decided" in labels("score", "fifth")
    store.path.write_text("{", encoding="utf-8")
    assert "cannot be used" in labels("score", "fifth", status=1)
