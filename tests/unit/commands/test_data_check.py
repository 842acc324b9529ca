"""``data check`` prints what was found, with the set that shows it."""

import json

import pytest

from cifar_core.settings import Settings
from tests.unit.commands.test_data import run


def test_each_line_has_its_set(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "check", "drawn:200") == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(
        "Drawn sample (200): No test picture has a near-duplicate in the training split."
    )
    assert "classes without test pictures" in printed.out
    assert printed.err == ""
    assert run(settings, "check", "drawn:200", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["topic"] for one in found[:3]] == ["exact duplicates"] * 3
    assert all((one["expression"] is None) == (one["count"] == 0) for one in found)


def test_how_far_colour_alone_gets(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "colours", "drawn:80") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Drawn sample (80): Colour alone gets ")
    assert "**" not in printed
    assert run(settings, "colours", "drawn:80", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    matrix = found["confusion"]
    right = sum(matrix[number][number] for number in range(10))
    assert found["models"][0]["accuracy"] == pytest.approx(right / 20)
