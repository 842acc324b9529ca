"""Ctrl-C: a sentence and the exit status 130, whatever a command was doing and whatever a library makes of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from cifar_core.commands.main import main
from cifar_core.errors import RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT, Settings
from cifar_core.system import interrupts


@pytest.fixture(autouse=True)
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(interrupts, "_asked", False)
    yield
    signal.signal(signal.SIGINT, before)


def press(*_: object) -> None:
    """Press Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


def swallow(*_: object) -> None:
    try:
        press()
    except KeyboardInterrupt:
        raise ImportError("numpy could not be initialized") from None


def sentence(*_: object) -> None:
    try:
        press()
    except KeyboardInterrupt:
        raise RunError("The process that opened the model ended unexpectedly.") from None


@pytest.mark.parametrize("befalls", [press, swallow, sentence])
def test_a_command_says_a_sentence_and_exits_with_130(
    befalls: Callable[..., None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(RunStore, "list", befalls)
    assert main(["--runs", str(settings.runs_dir), "runs", "list"]) == 130
    assert capsys.readouterr().err == "\nInterrupted.\n"


def test_ctrl_c_waits_where_a_file_must_not_be_left_half_way() -> None:
    interrupts.heed_interrupts()
    with interrupts.interrupts_wait():
        press()
        assert interrupts.interrupted()
    interrupts.heed_interrupts()
    assert not interrupts.interrupted()
    with pytest.raises(KeyboardInterrupt):
        press()


def test_a_defect_is_no_interruption(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(RunStore, "list", broken)
    with pytest.raises(ZeroDivisionError):
        main(["--runs", str(settings.runs_dir), "runs", "list"])


def test_whoever_waits_is_told_that_the_runs_go_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = RunStore.from_settings(settings).create(TrainingConfig(name="a", model="cnn-2conv", data="drawn"))
    monkeypatch.setattr("cifar_core.commands.queue.take_up_queue", press)
    assert main(["--runs", str(settings.runs_dir), "runs", "wait", run.id]) == 130
    assert capsys.readouterr().err == "\nInterrupted. The runs go on in the background.\n"


@pytest.mark.posix
def test_ctrl_c_while_the_program_itself_is_imported() -> None:
    program = (
        "import os, runpy, signal, sys\n"
        "class Press:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'cifar_core.commands.main':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Press())\n"
        "sys.argv[1:] = ['models', 'list']\n"
        "runpy.run_module('cifar_core', run_name='__main__', alter_sys=True)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")


@pytest.mark.posix
def test_a_second_ctrl_c_ends_the_process_at_once() -> None:
    program = (
        "import os, signal, time\n"
        "from cifar_core.system.interrupts import heed_interrupts\n"
        "heed_interrupts()\n"
        "try:\n    os.kill(os.getpid(), signal.SIGINT); time.sleep(5)\n"
        "except KeyboardInterrupt:\n    os.kill(os.getpid(), signal.SIGINT); time.sleep(5)\n"
        "print('still there')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.posix
def test_ctrl_c_while_memory_is_cleared_up_is_not_lost() -> None:
    """Python can't raise there: it prints the traceback and goes on."""
    program = (
        "import gc, os, signal, time\n"
        "from cifar_core.system.interrupts import heed_interrupts\n"
        "heed_interrupts()\n"
        "def press(*_):\n"
        "    gc.callbacks.clear(); os.kill(os.getpid(), signal.SIGINT); time.sleep(5)\n"
        "gc.callbacks.append(press)\n"
        "try:\n    gc.collect(); time.sleep(5); print('still there')\n"
        "except KeyboardInterrupt:\n    print('interrupted')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")


@pytest.mark.posix
def test_who_is_to_ignore_ctrl_c_goes_on_ignoring_it() -> None:
    program = (
        "import os, signal\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from cifar_core.system.interrupts import heed_interrupts\n"
        "heed_interrupts(); os.kill(os.getpid(), signal.SIGINT); print('still there')"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout == "still there\n"
