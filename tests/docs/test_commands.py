"""Every command in README and docs works when it is pasted."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cifar_core.commands.main import main, parse
from cifar_core.data.catalog import open_dataset
from cifar_core.settings import PROJECT_ROOT, Settings
from tests.fake_runs import write_run

DOCS = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").glob("*.md"))]
PLACEHOLDERS = {
    "ID": "a-run",
    "OTHER": "another-run",
    "MODEL": "cnn-2conv",
    "PRESET": "lab",
    "RUN": "a-run",
    "IMAGE": "x.png",
}
QUICK = ("models list", "data status", "runs list", "runs show", "runs export", "runs queue", "sweep list")
"""These are run; the others train, measure, download or wait, and are only understood."""


def commands() -> list[str]:
    """Return each distinct line of a code block that calls the program, continued lines put together."""
    found = []
    for document in DOCS:
        for block in re.findall(r"^```\w*\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE):
            lines = block.replace("\\\n", " ").splitlines()
            found += [line for line in lines if "python -m cifar_core " in line and not line.startswith(" ")]
    return list(dict.fromkeys(found))


def words_of(command: str) -> list[str]:
    words = shlex.split(command, comments=True)
    return [PLACEHOLDERS.get(word, word) for word in words[words.index("cifar_core") + 1 :]]


def test_there_are_commands_to_be_held_to() -> None:
    found = commands()
    assert len(found) > 30
    run = [command for command in found if " ".join(words_of(command)[:2]) in QUICK]
    assert {" ".join(words_of(command)[:2]) for command in run} == set(QUICK)


@pytest.mark.parametrize("command", commands())
def test_a_command_is_one_that_a_shell_and_the_program_understand(command: str) -> None:
    before_the_comment = re.split(r"\s#", command)[0]
    assert not re.search(r"[|&;<>`…]", before_the_comment)  # to a shell these are something else
    command_line, _ = parse(words_of(command))
    assert callable(command_line.run)


@pytest.fixture
def here(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Go to a folder of this test, with runs of these names."""
    for name in ("a-run", "another-run"):
        write_run(settings.runs_dir, name, open_dataset("drawn:40", settings))
    shipped = next((PROJECT_ROOT / "trained").glob("*-cnn-2conv-b3b2"))
    shutil.copytree(shipped, settings.runs_dir / shipped.name)
    for name, folder in (("RUNS", settings.runs_dir), ("CACHE", settings.cache_dir)):
        monkeypatch.setenv(f"CIFAR_LAB_{name}", str(folder))
    monkeypatch.setenv("KERAS_HOME", str(settings.keras_dir))
    monkeypatch.chdir(tmp_path)
    return tmp_path


# What writes into MLflow is run by tests/docs/test_interchange_docs.py.
@pytest.mark.parametrize(
    "command", [one for one in commands() if " ".join(words_of(one)[:2]) in QUICK and "--mlflow" not in one]
)
@pytest.mark.usefixtures("here")
def test_a_command_that_takes_a_moment_works(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words_of(command)) == 0
    assert capsys.readouterr().out
