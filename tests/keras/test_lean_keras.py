import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cifar_core.lean_keras import LATER, ONEDNN, UNUSED

ROOT = Path(__file__).resolve().parents[2]
REPORT = f"print(json.dumps([name for name in {UNUSED!r} if name in sys.modules]))"


def loaded(program: str, *folders: Path) -> list[list[str]]:
    """Run a program in a new process and return the lists that it reports."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{program}"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [*folders, ROOT]))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_keras_trains_without_what_it_has_no_use_for_which_is_there_afterwards() -> None:
    program = f"""
from cifar_core.lean_keras import import_keras
import_keras()
import keras, numpy
from cifar_core.lean_keras import LATER
network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
network.compile("sgd", "mse")
network.fit(numpy.ones((4, 2)), numpy.ones((4, 1)), verbose=0)
{REPORT}
there = [name for name in LATER if name in sys.modules]
kinds = {{name: object.__getattribute__(sys.modules[name], "__class__").__name__ for name in there}}
print(json.dumps([name for name, kind in kinds.items() if kind != "_LazyModule"]))
print(json.dumps(there))
import tensorflow as tf
faces = tf.compat.v1.placeholder, tf.feature_column.numeric_column, tf.tpu.XLAOptions
print(json.dumps([face.__name__ for face in faces]))
import pandas, sklearn.metrics
{REPORT}
"""
    without, executed, there, faces, afterwards = loaded(program)
    assert without == []
    assert executed == []
    assert there == list(LATER)
    assert faces == ["placeholder", "numeric_column", "XLAOptions"]
    assert {"pandas", "sklearn"} <= set(afterwards)


def test_what_is_imported_already_stays(tmp_path: Path) -> None:
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "__init__.py").touch()
    program = f"import pandas\nfrom cifar_core.lean_keras import import_keras\nimport_keras()\n{REPORT}"
    assert loaded(program, tmp_path) == [["pandas"]]


@pytest.mark.parametrize("need", UNUSED)
def test_a_keras_that_needs_one_of_them_is_left_to_the_ordinary_import(tmp_path: Path, need: str) -> None:
    (tmp_path / "keras" / "src").mkdir(parents=True)
    (tmp_path / "keras" / "__init__.py").write_text("import keras.src.needy")
    (tmp_path / "keras" / "src" / "__init__.py").write_text("")
    (tmp_path / "keras" / "src" / "needy.py").write_text(f"import {need}")
    (tmp_path / need).mkdir()
    (tmp_path / need / "__init__.py").write_text("")
    program = (
        f"from cifar_core.lean_keras import import_keras\nimport_keras()\n{REPORT}\nimport keras\n{REPORT}"
    )
    assert loaded(program, tmp_path) == [[], [need]]


def test_without_tensorflow_the_reason_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text(
        "raise ModuleNotFoundError('none for this machine', name='tensorflow')"
    )
    program = """
from cifar_core.errors import RunError
from cifar_core.lean_keras import import_keras
try:
    import_keras()
except RunError as problem:
    print(json.dumps(str(problem).split(", so")))
"""
    ((what, consequence),) = loaded(program, tmp_path)
    assert what == "TensorFlow is not installed"
    assert consequence.startswith(" this machine can neither train nor explain")


@pytest.mark.parametrize(("given", "used"), [(None, "1"), ("0", "0")])
def test_tensorflow_computes_by_onednn_unless_it_is_told_not_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str | None, used: str
) -> None:
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "__init__.py").write_text(
        f"import json, os\nprint(json.dumps([os.environ['{ONEDNN}']]))"
    )
    monkeypatch.delenv(ONEDNN, raising=False)
    if given is not None:
        monkeypatch.setenv(ONEDNN, given)
    assert loaded("from cifar_core.lean_keras import import_keras\nimport_keras()", tmp_path) == [[used]]
