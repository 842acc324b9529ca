"""Hundreds of run folders that break a rule: each costs a second and 200 MB, is called damaged, and harms no other."""

import shutil
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from cifar_core.commands.main import parse
from cifar_core.data.catalog import open_dataset
from cifar_core.runs.run import read_run
from cifar_core.settings import Settings
from tests.costs import Cost, is_little
from tests.fake_runs import write_run
from tests.flaws import flaws
from tests.hostile_runs import hostile_runs, spoiled_copy
from tests.look_at_run import look_at

SECONDS = (
    5.0  # of computing, for a dozen looks at the run: one at its list, its page and its figures takes a sixth
)
MEGABYTES = 200.0


@pytest.mark.skipif(sys.platform != "linux", reason="makes pipes and devices, and reads /proc")
def test_each_is_called_damaged_in_a_sentence_and_costs_little(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CIFAR_LAB_RUNS", str(tmp_path / "runs"))
    dataset = open_dataset("drawn:80", settings)
    good = write_run(tmp_path / "good", "good", dataset)
    assert look_at(good, dataset) == ("nothing", "")
    write_run(tmp_path / "runs", "other-run", dataset)
    # All commands are set up to understand one line, which takes longer than to look at a run.
    show, _ = parse(["runs", "show", "RUN"])
    assert show.run_id == "RUN"
    count, wrong, costly = 0, [], []
    for count, hostile in enumerate(hostile_runs(), 1):
        paths = spoiled_copy(good, tmp_path / "runs", count, hostile)
        with Cost() as cost:
            try:
                damaged, sentence = look_at(paths, dataset)
                command = Namespace(**vars(show) | {"run_id": paths.folder.name})
                assert show.run(command, Settings.from_environment()) == 0
            except Exception as error:
                damaged, sentence = type(error).__name__, str(error)
        said = capsys.readouterr()
        if paths.folder.name not in said.out or said.err:
            wrong.append(f"{hostile.name}: {said.err}")
        if damaged != hostile.damaged:
            wrong.append(f"{hostile.name}: {damaged}, not {hostile.damaged}: {sentence[:300]}")
        if damaged != "nothing" and not (
            sentence.endswith(".") and 30 < len(sentence) < 1500 and not flaws(sentence)
        ):
            wrong.append(f"{hostile.name}: {sentence[:2000]}")
        if not is_little(cost.seconds, SECONDS) or cost.megabytes > MEGABYTES:
            costly.append(f"{hostile.name}: {cost.seconds:.1f} s, {cost.megabytes:.0f} MB")
        shutil.rmtree(paths.folder)
    assert count > 500
    assert not wrong
    assert not costly
    assert read_run(tmp_path / "runs" / "other-run", shipped=False).status == "finished"
