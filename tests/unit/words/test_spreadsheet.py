"""A table that is opened in a spreadsheet shows what it says, and computes nothing."""

import csv
import io
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cifar_core.words.spreadsheet import csv_columns, csv_rows, for_spreadsheets, safe_cell

FIRST = ("", ";", ';"', ';""', '\t"', '\n"', "\r\n", ", ", ',"', "; ;")
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "  =1+1",
    "\t=1+1",
    "\r\n=1+1",
    "\ufeff=1+1",
    "\u202e=1+1",
    "＝1+1",
    "\0=1+1",
    '"=1+1',
    "=cmd|' /C calc'!A0",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_computed(text: str) -> None:
    assert safe_cell(text).lstrip("\t\r\n \ufeff\u202e").startswith("'") or safe_cell(text).startswith("'")
    (row,) = list(csv.reader(io.StringIO(csv_rows([text], []))))  # the heading of a column neither
    assert row == [safe_cell(text)]


@pytest.mark.parametrize("separator", [";", "\t", "\n"])
def test_nor_where_cells_are_parted_in_another_way(separator: str) -> None:
    assert safe_cell(f"cat{separator} =1+1") == f"cat{separator}' =1+1"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_is_computed_whatever_stands_around_it(separator: str) -> None:
    """A program that parts cells by another sign than ours takes some of our quotation marks for a part of the text."""
    texts = [
        f"{begin}{sign}=1+1{end}"
        for begin in ("", "x", '"', "x;")
        for sign in FIRST
        for end in ("", ";y", '"')
    ]
    written = csv_rows(["n", "name"], [(1, text) for text in texts])
    for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
        for cell in row:
            assert not re.match(r"[\s\"]*[=+@-]", cell), cell


@pytest.mark.parametrize(
    "value", ["cat", "cat - dog", "a=b", "(b)", "'quoted'", "–5", "", 0, -3, -0.5, 1e-9, None, True]
)
def test_all_else_stays_as_it_is(value: Any) -> None:
    assert safe_cell(value) == value


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.float32("inf")])
def test_what_is_no_finite_number_is_an_empty_cell(value: float) -> None:
    assert csv_columns({"a": [value], "b": [1]}) == "a,b\n,1\n"


def test_numbers_are_numbers_again_when_they_are_read() -> None:
    columns = {"class": ['é, "x"', "b"], "n": [np.int64(-4), 5], "share": [np.float32(0.5), np.nan]}
    read = pd.read_csv(io.BytesIO(for_spreadsheets(csv_columns(columns))))
    assert read["class"].tolist() == ['é, "x"', "b"]
    assert read["n"].tolist() == [-4, 5]
    assert read["share"][0] == 0.5
    assert np.isnan(read["share"][1])


def test_a_table_without_rows_has_its_head() -> None:
    assert csv_columns({"a": [], "b": []}) == "a,b\n"


def test_columns_of_different_lengths_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="shorter"):
        csv_columns({"a": [1], "b": []})


def test_half_a_letter_from_a_broken_file_is_no_traceback() -> None:
    assert for_spreadsheets("\ud800") == b"\xef\xbb\xbf?"
