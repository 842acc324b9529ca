"""What can be known of Windows without it; ``tests/emulated_windows`` plays the rest."""

import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import psutil
import pytest

from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs import store as store_module
from cifar_core.runs.store import RunStore
from cifar_core.system.windows import Windows
from tests.waiting import wait_until


class Key:
    def __init__(self, values: dict[str, object]) -> None:
        self.values = values

    def __enter__(self) -> "Key":
        return self

    def __exit__(self, *ignored: object) -> None:
        return None


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, object]]:
    """Return what the registry says, by key and name."""
    keys: dict[str, dict[str, object]] = {}

    def open_key(root: int, key: str, reserved: int, access: int) -> Key:
        assert (root, reserved, access) == (0x80000002, 0, 0x20019 | 0x0100)
        if key not in keys:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return Key(keys[key])

    def query(key: Key, name: str) -> tuple[object, int]:
        if name not in key.values:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return key.values[name], 1

    module: Any = types.ModuleType("winreg")
    module.HKEY_LOCAL_MACHINE, module.KEY_READ, module.KEY_WOW64_64KEY = 0x80000002, 0x20019, 0x0100
    module.OpenKey, module.QueryValueEx = open_key, query
    monkeypatch.setitem(sys.modules, "winreg", module)
    return keys


def test_the_registry_names_machine_and_processor(registry: dict[str, dict[str, object]]) -> None:
    assert (Windows().machine(), Windows().processor()) == ("", "")
    registry[r"SOFTWARE\Microsoft\Cryptography"] = {"MachineGuid": "0e1d-22"}
    name = "AMD Ryzen 7 5800X 8-Core Processor             "
    registry[r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"] = {"ProcessorNameString": name}
    assert Windows().machine() == "0e1d-22"
    assert Windows().processor() == "AMD Ryzen 7 5800X 8-Core Processor"


def test_a_path_that_is_too_long_is_said_before_a_run_is_made(
    registry: dict[str, dict[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = 159 - len(str(tmp_path)) - 1
    fits, too_long = tmp_path / ("a" * letters), tmp_path / ("a" * (letters + 7))
    assert Windows().problem_with_folder(fits) is None
    problem = Windows().problem_with_folder(too_long)
    assert problem is not None
    assert "7 letters too long for Windows" in problem
    assert "CIFAR_LAB_RUNS" in problem
    monkeypatch.setattr(store_module, "this_system", Windows)
    with pytest.raises(RunError, match="too long for Windows"):
        RunStore(too_long).create(TrainingConfig(name="a", model="cnn-2conv", data="drawn"))
    assert not too_long.exists()
    key = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    registry[key] = {"LongPathsEnabled": 0}
    assert Windows().problem_with_folder(too_long) == problem
    registry[key] = {"LongPathsEnabled": 1}
    assert Windows().problem_with_folder(too_long) is None


def test_a_process_starts_detached_also_where_its_job_does_not_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flags: list[int] = []

    def start(command: object, *, creationflags: int, **options: object) -> str:
        flags.append(creationflags)
        if creationflags & 0x01000000 and refuses:
            raise PermissionError(13, "Access is denied")
        return f"{command} {options}"

    monkeypatch.setattr(subprocess, "Popen", start)
    refuses = False
    assert Windows().start_detached(["a"], cwd="b") == "['a'] {'cwd': 'b'}"  # type: ignore[comparison-overlap]
    refuses = True
    Windows().start_detached(["a"])
    # CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW, and CREATE_BREAKAWAY_FROM_JOB where that is allowed.
    assert flags == [0x09000200, 0x09000200, 0x08000200]


CHILD = "x = b'x' * 80_000_000; input()"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {CHILD!r}], stdin=-1).wait()"


def test_a_process_is_killed_with_what_it_started_and_weighed_with_it() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], start_new_session=True) as parent:
        process = psutil.Process(parent.pid)
        wait_until(lambda: process.children())
        (child,) = process.children()
        wait_until(lambda: child.memory_info().rss > 80_000_000)
        assert Windows().memory(process) >= process.memory_info().rss + 80_000_000
        Windows().kill(parent.pid)
    assert parent.returncode == -9
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    Windows().kill(parent.pid)  # gone: no error
