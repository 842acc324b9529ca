"""What a library in C++ prints past Python: notes are left out, all else arrives, last words before an abort too."""

import subprocess
import sys

import pytest

from cifar_core.settings import PROJECT_ROOT

NOTES = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1795976565.458491   23620 cudart_stub.cc:31] Could not find cuda drivers on your machine",
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow",
    "W0000 00:00:1795976565.458491   23620 gpu_device.cc:2342] Cannot dlopen some GPU libraries.",
)
WORDS = (
    "UserWarning: something of ours",
    "Traceback (most recent call last):",
    "I am no note: I0000 stands within",
    "E0000 00:00:1795976549.484662   23620 allocator.cc:52] out of memory",
    "F0000 00:00:1795976549.484662   23620 check.cc:7] Check failed: size > 0",
)


def said(lines: tuple[str, ...], ending: str = "") -> subprocess.CompletedProcess[str]:
    text = "\n".join((*lines, ""))
    program = (
        "import os\nfrom cifar_core.system.native_notes import without_native_notes\n"
        f"with without_native_notes():\n    os.write(2, {text!r}.encode())\n    {ending or 'pass'}\n"
        "os.write(2, b'I0000 00:00:00 1 afterwards\\n')"
    )
    return subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=60
    )


def test_notes_are_left_out_while_the_block_runs_and_nothing_else() -> None:
    mixed = tuple(line for pair in zip(NOTES, WORDS, strict=False) for line in pair) + WORDS[len(NOTES) :]
    done = said(mixed)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [*WORDS, "I0000 00:00:00 1 afterwards"]


@pytest.mark.posix
def test_last_words_arrive_when_the_library_ends_the_process() -> None:
    done = said((*NOTES, WORDS[-1]), "os.abort()")
    assert done.returncode < 0
    assert done.stderr.splitlines() == [WORDS[-1]]


def test_an_error_in_the_block_is_python_s_own() -> None:
    done = said(NOTES, "raise ImportError('no such library')")
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith("ImportError: no such library\n")
