"""Tests that need another time change it for one module, not for the threads of everybody else."""

import re
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.clock import replace_clock

TESTS = Path(__file__).parents[1]


def test_a_module_gets_a_clock_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("module")
    module.time = time  # type: ignore[attr-defined]
    replace_clock(monkeypatch, module, monotonic=lambda: 7.0)
    assert module.time.monotonic() == 7.0
    assert module.time.perf_counter is time.perf_counter
    assert time.monotonic() != 7.0


def test_no_test_changes_the_clock_of_the_whole_process() -> None:
    whole = re.compile(r"""setattr\(\s*(\w+\.)*time, |setattr\(\s*["'][\w.]*\btime\.""")
    assert whole.search('monkeypatch.setattr(queue.time, "sleep", done)')
    assert whole.search('monkeypatch.setattr("cifar_core.queue.time.sleep", done)')
    found = [
        path.name
        for path in TESTS.rglob("*.py")
        if path.name != "clock.py" and whole.search(path.read_text(encoding="utf-8"))
    ]
    assert found == [Path(__file__).name]
