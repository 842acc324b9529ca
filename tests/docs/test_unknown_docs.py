"""The table of unlike pictures in docs/explain.md is the one that the measured file gives."""

import importlib.util
from pathlib import Path

from cifar_core.explain.unknown.shipped import shipped_records

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_is_that_of_the_file() -> None:
    spec = importlib.util.spec_from_file_location("make_unknown", ROOT / "docs" / "make_unknown.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    text = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    assert text == make.with_table(text, shipped_records()), "write it anew: python docs/make_unknown.py"
    assert make.BEGIN in text
