"""A print never ends a training."""

import errno
import io
import sys

import pytest

from cifar_core.commands.output import print_json
from cifar_core.system.streams import make_streams_safe, say, say_traceback


class Refusing(io.StringIO):
    """A stream behind which the disk is full, or whose reader is gone."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


def print_on_page_1252(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """Print as a process does that was started on Windows, its output going to a file; return that."""
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="cp1252", errors="strict"))
    return printed


def test_strange_characters_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = print_on_page_1252(monkeypatch)
    with pytest.raises(UnicodeEncodeError):
        print("✓ café", flush=True)
    make_streams_safe()
    print("✓ café 猫 😀", flush=True)
    assert printed.getvalue() == "\\u2713 café \\u732b \\U0001f600\n".encode("cp1252")


def test_without_that_the_line_alone_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = print_on_page_1252(monkeypatch)
    say("✓")
    say("next")
    assert printed.getvalue() == b"next\n"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        BrokenPipeError(errno.EPIPE, "Broken pipe"),
        OSError(errno.EINVAL, "Invalid argument"),  # a closed pipe on Windows
        ValueError("I/O operation on closed file."),
    ],
)
def test_whatever_is_wrong_with_the_stream(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(sys, "stdout", Refusing(error))
    monkeypatch.setattr(sys, "stderr", Refusing(error))
    make_streams_safe()
    say("epoch 1")
    try:
        raise KeyError("a mistake of ours")
    except KeyError:
        say_traceback()


def test_without_a_stream_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    make_streams_safe()
    say("epoch 1")


def test_a_document_stays_json_in_any_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = print_on_page_1252(monkeypatch)
    make_streams_safe()
    print_json({"name": "😀 café"})
    sys.stdout.flush()
    assert printed.getvalue() == b'{\n "name": "\\ud83d\\ude00 caf\\u00e9"\n}\n'


def test_a_document_in_utf_8_is_written_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="utf-8"))
    print_json({"name": "😀"})
    sys.stdout.flush()
    assert printed.getvalue().decode() == '{\n "name": "😀"\n}\n'
