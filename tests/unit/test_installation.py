"""A wrong Python or package is a sentence before it is a traceback."""

import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from streamlit.testing.v1 import AppTest

from cifar_core import installation
from cifar_core.installation import OLDEST, TOO_NEW, find_problem

ROOT = Path(__file__).parents[2]


def test_this_installation_is_right() -> None:
    assert find_problem() is None


@pytest.mark.parametrize(
    ("python", "right"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)]
)
def test_the_bounds_of_python_are_those_of_the_project_file(python: tuple[int, int], right: bool) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (".".join(map(str, python)) in SpecifierSet(project["requires-python"])) is right
    problem = find_problem(python)
    assert (problem is None) is right
    if problem is not None:
        assert problem.startswith(f"CIFAR Lab needs Python 3.11 to 3.13, this is {python[0]}.{python[1]}.")
        assert "virtual environment" in problem
    assert OLDEST < TOO_NEW


def test_what_is_missing_and_what_has_another_version_is_named(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("# a comment\n-r other.txt\nnumpy>=1\nno-such-package>=1\nnor-this-one\n")
    problem = find_problem(requirements=file)
    assert problem is not None
    assert problem.startswith("Not installed: no-such-package, nor-this-one.")
    file = tmp_path / "other.txt"
    file.write_text('numpy>=99\npandas>=2\nno-such-package; python_version < "3"\n')
    problem = find_problem(requirements=file)
    assert problem is not None
    assert "numpy 2" in problem
    assert "(needed: >=99)" in problem
    assert "pandas" not in problem
    assert "no-such-package" not in problem


def test_what_people_do_to_the_file_is_read_as_pip_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(
        "\ufeffnumpy>=99 # a mark at the start, and a word behind\n  # more\n\n-e .\n./wheels/own.whl\n"
        "pandas[excel]>=99 \\\n  --hash=sha256:00\nkeras @ https://example.org/keras.whl\n",
        encoding="utf-8",
    )
    problem = find_problem(requirements=file)
    assert problem is not None
    assert problem.count("needed: >=99") == 2


@pytest.mark.parametrize("left", [None, KeyError("Version")])
def test_a_package_that_is_there_in_parts_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, left: KeyError | None
) -> None:
    def version(name: str) -> str | None:
        if left is not None:
            raise left
        return None

    monkeypatch.setattr(installation, "version", version)
    file = tmp_path / f"requirements{left is None}.txt"
    file.write_text("numpy>=2\n")
    problem = find_problem(requirements=file)
    assert problem is not None
    assert problem.startswith("Not installed: numpy.")


def test_the_dashboard_says_it_instead_of_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find_problem", lambda: "Not installed: pandas.")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert [error.value for error in app.error] == ["Not installed: pandas."]
