"""The driver's process: one for each sweep, followed by another when it is killed, gone with its sweep."""

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from cifar_core.errors import RunError
from cifar_core.runs.store import RunStore
from cifar_core.scheduling import standby
from cifar_core.settings import PROJECT_ROOT
from cifar_core.sweeps.driver import drive, ensure_drivers
from cifar_core.sweeps.leader import SweepLeader
from cifar_core.sweeps.store import Sweep, SweepStore
from cifar_core.system import this_system
from tests.fake_sweeps import BASE, each_trial_is_one_run, start
from tests.fake_training import write_fake_worker
from tests.waiting import wait_until


def test_a_study_that_cannot_be_opened_ends_the_sweep_with_a_sentence(sweeps: SweepStore) -> None:
    sweep = start(sweeps)
    sweep.paths.study.write_text("this is no database")
    with pytest.raises(Exception, match="not a database"):
        drive(sweep.paths.folder)
    found = sweeps.get(sweep.id)
    assert found.state == "failed"
    assert "The sweep broke off" in (found.problem or "")
    ensure_drivers(sweeps.runs.runs_dir)  # Nobody tries it again and again.
    assert not found.paths.log.exists()


@pytest.mark.skipif(not this_system().workers_can_wait, reason="no worker waits on this system")
def test_a_worker_is_asked_for_before_optuna_is_imported(
    sweeps: SweepStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def taken_up(runs: RunStore, arguments: Sequence[str]) -> None:
        done.append(f"supervisor {' '.join(arguments)}")
        raise RunError("no room")

    monkeypatch.delenv(standby.VARIABLE)
    monkeypatch.setattr("cifar_core.sweeps.driver.take_up_queue", taken_up)
    monkeypatch.setattr("cifar_core.sweeps.study.Study.__init__", lambda *_: done.append("study"))
    monkeypatch.setattr("cifar_core.sweeps.study.Study.close", lambda _: None)
    monkeypatch.setattr(SweepLeader, "run", lambda _: done.append("leader"))
    drive(start(sweeps).paths.folder, ["--idle-seconds", "9"])
    assert done == ["supervisor --idle-seconds 9", "study", "leader"]
    assert (sweeps.runs.runs_dir / ".standby").is_file()


def test_one_sweep_that_cannot_go_on_holds_up_no_other(
    sweeps: SweepStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (start(sweeps) for _ in range(3))
    second.paths.lock.unlink(missing_ok=True)
    second.paths.lock.mkdir()
    begun = []

    def begin(lock: Path, *_: object) -> None:
        with FileLock(lock):
            begun.append(lock.parent.name)

    monkeypatch.setattr("cifar_core.sweeps.driver.start_unless_locked", begin)
    with pytest.raises(RunError, match=rf"^The sweep “{second.id}” in .* cannot go on \("):
        ensure_drivers(sweeps.runs.runs_dir)
    assert set(begun) == {first.id, third.id}
    second.paths.stop.symlink_to("nowhere/stop")
    with pytest.raises(RunError, match=rf"^The sweep “{second.id}” cannot be stopped \("):
        sweeps.request_stop(second.id)


def drivers_of(sweep: Sweep) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "cifar_core.sweeps.driver" in words and str(sweep.paths.folder) in words:
            found.append(process)
    return found


def test_kill_9_of_the_driver_loses_and_doubles_no_trial(
    runs: RunStore, sweeps: SweepStore, tmp_path: Path
) -> None:
    worker = write_fake_worker(tmp_path)
    supervisor = ["--supervisor", "--idle-seconds", "0.5", "--worker", *worker]
    sweep = start(sweeps, parallel=2, trials=8, pruning=True)

    def ended(enough: int) -> bool:
        ensure_drivers(runs.runs_dir, supervisor)  # As every open page does once a second.
        summary = sweeps.get(sweep.id).summary
        return summary is not None and sum(not trial.under_way for trial in summary.trials) >= enough

    for kill_after in (1, 3, 5):
        wait_until(functools.partial(ended, kill_after), 60, pause=1.0)
        for process in drivers_of(sweep):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: ended(8) and not sweeps.get(sweep.id).active, 60, pause=1.0)
    summary = sweeps.get(sweep.id).summary
    assert summary is not None
    assert summary.state == "finished"
    each_trial_is_one_run(runs, summary)
    assert len(summary.trials) == 8
    assert len({trial.values["learning_rate"] for trial in summary.trials}) == 8
    log = (runs.runs_dir / ".supervisor.log").read_text()
    for trial in summary.trials:
        assert log.count(f"started {trial.run_id}") == 1
    sweeps.delete(sweep.id)  # The last driver, on its way out, may have files of it open.
    assert sweeps.list() == ()
    wait_until(lambda: not drivers_of(sweep))


def test_a_sweep_whose_folder_is_deleted_leaves_no_process(
    runs: RunStore, sweeps: SweepStore, tmp_path: Path
) -> None:
    worker = write_fake_worker(tmp_path)
    sweep = start(sweeps, base=BASE.model_copy(update={"name": "slow"}), name="slow")
    ensure_drivers(runs.runs_dir, ["--supervisor", "--idle-seconds", "0.5", "--worker", *worker])
    wait_until(lambda: sweeps.get(sweep.id).summary is not None)

    def deleted() -> bool:
        # Windows deletes nothing that the driver has open: it goes at a second try, when the driver has let go.
        shutil.rmtree(sweep.paths.folder, ignore_errors=True)
        return not sweep.paths.folder.exists()

    wait_until(deleted)
    wait_until(lambda: not drivers_of(sweep))
    for run in runs.list():
        run.paths.stop.touch()
    wait_until(lambda: not any(run.active for run in runs.list()))


def test_neither_the_store_nor_the_starting_of_drivers_imports_optuna() -> None:
    program = (
        "import sys, cifar_core.commands.main, cifar_core.sweeps.driver, cifar_core.sweeps.store; "
        "print([name for name in ('optuna', 'sqlalchemy', 'sklearn', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
