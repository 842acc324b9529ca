"""A clock for one module of its own."""

import time
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pytest


def replace_clock(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, **functions: Callable[..., object]
) -> None:
    """Give a module other functions of ``time``, and leave those of everybody else as they are.

    ``monkeypatch.setattr(module.time, "sleep", …)`` changes the one module ``time`` of the whole process: a thread that
    watches a process from an earlier test would then execute what a test wants done while *its* code waits.
    """
    monkeypatch.setattr(module, "time", SimpleNamespace(**{**vars(time), **functions}))
