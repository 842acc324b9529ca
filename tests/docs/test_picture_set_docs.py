"""docs/picture-sets.md names all that can stand in an expression, and its examples are expressions."""

import re
from pathlib import Path

from cifar_core.picture_sets.expression import parse
from cifar_core.picture_sets.functions import FUNCTIONS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "picture-sets.md").read_text(encoding="utf-8")


def test_every_function_has_its_row() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", DOCUMENT, re.MULTILINE)
    assert rows == [(one.usage, one.help) for one in FUNCTIONS.values()]


def test_the_examples_are_expressions() -> None:
    examples = re.findall(r"sets (?:count|show|csv|save) +'([^']+)'", DOCUMENT)
    assert len(examples) == 4
    for example in examples:
        assert str(parse(example)) == example
