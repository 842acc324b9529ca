import json
import subprocess
import sys

import pytest

from cifar_core.commands.main import main
from cifar_core.models.registry import MODELS


def test_every_model_is_listed_with_what_it_costs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == 0
    models = json.loads(capsys.readouterr().out)
    assert [model["id"] for model in models] == list(MODELS)
    baseline = next(model for model in models if model["id"] == "cnn-baseline")
    assert (baseline["parameters"], baseline["family"]) == (620_362, "CNN")
    # Convolutions of 900, 169 and 16 positions, then two dense layers; a multiplication and an addition are two.
    multiplications = 900 * 27 * 32 + 169 * 288 * 64 + 16 * 576 * 128 + 2048 * 256 + 256 * 10
    assert (baseline["operations"], baseline["receptive_field"]) == (2 * multiplications, 18)
    augmentation = baseline["presets"]["published"]["augmentation"]
    assert (augmentation["flip"], augmentation["translate"]) == (True, 0.1)


def test_the_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("cnn-baseline")]
    assert "620,362" in line
    assert "11 M" in line
    assert "18 px" in line


def test_a_reader_that_has_enough_gets_no_traceback() -> None:
    done = subprocess.run(
        f"{sys.executable} -m cifar_core models list | true", shell=True, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.stderr == ""
