"""The tables in docs/explain.md are those that the measured file gives."""

import importlib.util
from pathlib import Path

from cifar_core.explain.faithfulness.measured import shipped_records

ROOT = Path(__file__).resolve().parents[2]


def test_the_tables_are_those_of_the_file() -> None:
    spec = importlib.util.spec_from_file_location("make_faithfulness", ROOT / "docs" / "make_faithfulness.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    text = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    assert text == make.with_tables(text, shipped_records()), (
        "write it anew: python docs/make_faithfulness.py"
    )
    assert text.count("| `cnn-7x7` |") >= 3
