"""Tests of the program, run once more under emulated Windows: each suite by a pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SPEED = "test_a_list_of_500_runs_is_read_again_in_milliseconds"  # emulation is slow
SUITES = {
    # Files that are written, replaced and deleted while others have them open, and processes that are started, found
    # and killed. What calculates alone, or writes files that nobody else has open (test_leader.py: two minutes of
    # Optuna; test_space.py), tells the same on every system.
    "files and processes": [
        "tests/unit/runs",
        "--deselect",
        f"tests/unit/runs/test_store.py::{SPEED}",
        "tests/unit/data/test_cache.py",
        "tests/unit/scheduling/test_submit.py",
    ],
    "more files and processes": [
        "tests/unit/evaluation/test_predictions.py",
        "tests/unit/data/picture/test_reader.py",
        "tests/unit/scheduling/test_supervisor.py",
        "tests/unit/sweeps/test_driver.py",
        "tests/unit/exports",
    ],
    # The way of real trainings, from the queue to their files and what they print.
    "trainings": ["tests/emulated_windows/cases.py", "tests/faults/test_supervisor_killed.py"],
}
"""A few, for each is a Python of its own, which takes 3 to 15 seconds before its first test."""

THOROUGH = {"more files and processes", "trainings"}


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux alone says which files are open")
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "suite",
    [pytest.param(name, marks=pytest.mark.thorough if name in THOROUGH else ()) for name in SUITES],
)
def test_under_emulated_windows(suite: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "tests.emulated_windows.plugin", *SUITES[suite]],
        cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace", env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
