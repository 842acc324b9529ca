"""The units for systemd in docs/class-server.md are ones that systemd understands, and start what there is."""

import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from cifar_core.commands.main import parse

ROOT = Path(__file__).resolve().parents[2]
UNITS = {
    name: text
    for text in re.findall(r"```ini\n(.*?)```", (ROOT / "docs/class-server.md").read_text("utf-8"), re.DOTALL)
    for name in re.findall(r"/([\w-]+\.service)", text)
}


def test_there_are_two_units() -> None:
    assert set(UNITS) == {"cifar-lab.service", "cifar-lab-queue.service"}


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_what_there_is_and_leaves_trainings_alone(name: str) -> None:
    unit = ConfigParser()
    unit.read_string(UNITS[name])
    service = unit["Service"]
    assert service["KillMode"] == "process"
    python, flag, module, *words = shlex.split(service["ExecStart"])
    assert python == f"{service['WorkingDirectory']}/.venv/bin/python"
    if module == "streamlit":
        assert (flag, words) == ("-m", ["run", "app.py"])
    else:
        assert (flag, module) == ("-m", "cifar_core")
        assert parse(words)[0].run_ids == []


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_a_unit(name: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed")
    here = UNITS[name].replace("/srv/cifar-lab/.venv/bin/python", sys.executable)
    (tmp_path / name).write_text(here.replace("/srv/cifar-lab", str(ROOT)).replace("User=lab\n", ""))
    done = subprocess.run([program, "verify", str(tmp_path / name)], capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if name in line] == []
