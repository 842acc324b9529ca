"""A training gives way to whoever looks at pages."""

import subprocess
import sys

import pytest

from cifar_core.system.windows import Windows

SCRIPT = """
import psutil
from cifar_core.system import this_system
before = psutil.Process().nice()
this_system().yield_to_others()
print(psutil.Process().nice() - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a number of POSIX")
def test_it_is_lower_afterwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=True
    )
    assert int(done.stdout) > 0


def test_where_windows_has_no_such_class_nothing_breaks() -> None:
    Windows().yield_to_others()  # psutil knows it on Windows alone
