"""How a process ended, told truly: by which signal, without memory, or with its own last words."""

import subprocess
import sys

import pytest

from cifar_core.scheduling.exits import describe_exit
from cifar_core.system.exits import how_it_ended, own_sentence

FATAL = """Fatal Python error: init_import_site: Failed to import the site module
Python runtime state: initialized

Current thread 0x00007f3e5b7fe740 (most recent call first):
  <no Python frame>
"""
TRACEBACK = """I0000 00:00:1795976565.458491   23620 cudart_stub.cc:31] Could not find cuda drivers on your machine
Traceback (most recent call last):
  File "worker.py", line 3, in <module>
keras.errors.StrangeError: no such layer.
E0000 00:00:1795976549.484662   23620 cuda_platform.cc:52] failed call to cuInit
"""


@pytest.mark.parametrize(
    ("exit_code", "said", "words"),
    [
        (-9, "", "was killed (signal SIGKILL)"),
        (137, "", "was killed (signal SIGKILL)"),
        (-11, "", "crashed (signal SIGSEGV)"),
        (139, "", "crashed (signal SIGSEGV)"),
        (-6, "terminate called\n", "crashed (signal SIGABRT)"),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'\n", "ran out of memory"),
        (-4, "", "needs an instruction that this processor does not have (signal SIGILL)"),
        (-15, TRACEBACK, "was asked to end (signal SIGTERM)"),
        pytest.param(-24, "", "was ended by signal SIGXCPU", marks=pytest.mark.posix),
        (-200, "", "was ended by signal 200"),
        (130, "", "was asked to end (signal SIGINT)"),
        (200, "", "ended with exit code 200"),
        (1, "Traceback (most recent call last):\nMemoryError\n", "ran out of memory"),
        (1, "Fatal Python error: memory allocation failed\n  <no Python frame>\n", "ran out of memory"),
        (
            1,
            FATAL,
            "ended with exit code 1 (Fatal Python error: init_import_site: Failed to import the site module)",
        ),
        (1, TRACEBACK, "ended with exit code 1 (keras.errors.StrangeError: no such layer)"),
        (3, "", "ended with exit code 3"),
        (3, "<no Python frame>\n", "ended with exit code 3"),
        (0, "", "ended without an answer"),
        (0xC0000005, "", "crashed (access violation)"),
        (0xC0000005 - 2**32, "", "crashed (access violation)"),
        (0xC0000017, "", "ran out of memory"),
    ],
)
def test_the_end_of_a_process_is_told_truly(exit_code: int, said: str, words: str) -> None:
    assert how_it_ended(exit_code, said) == words


@pytest.mark.posix
def test_a_real_process_that_is_refused_memory_ran_out_of_it() -> None:
    program = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**27, 2**27)); x = bytearray(2**30)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert how_it_ended(done.returncode, done.stderr) == "ran out of memory"


@pytest.mark.parametrize(
    ("exit_code", "said", "sentence"),
    [
        (1, "a note\nThe disk is full. Free some space.\n", "The disk is full. Free some space"),
        (2, "There is no model “x”.\n", "There is no model “x”"),
        (1, TRACEBACK, None),
        (3, "Something.\n", None),
        (-9, "Something.\n", None),
        (1, "", None),
    ],
)
def test_a_sentence_of_ours_is_told_as_it_is(exit_code: int, said: str, sentence: str | None) -> None:
    assert own_sentence(exit_code, said) == sentence


def test_a_training_that_was_killed_most_likely_had_no_memory() -> None:
    assert describe_exit(-9) == (
        "The training process was killed (signal SIGKILL) before it was done; see the log. Most often the machine had "
        "run out of memory: try a smaller batch."
    )
    assert describe_exit(137) == describe_exit(-9)
    assert describe_exit(-11) == (
        "The training process crashed (signal SIGSEGV) before it was done; see the log."
    )
