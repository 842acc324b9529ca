"""The columns of the table: which there are, what they sort, and what goes into a file."""

import pandas as pd
import pytest

from cifar_core.data.dataset import Dataset
from cifar_core.runs.store import RunStore
from cifar_core.views.compare.columns import (
    EVERY,
    NAME,
    OWN_AT_FIRST,
    SORTED_BY,
    Order,
    columns_of,
    line_columns,
    order_after,
    own_columns,
    sorted_lines,
)
from cifar_core.views.compare.lines import Line, list_lines, matching_lines
from cifar_core.views.compare.repeats import list_groups
from cifar_core.views.compare.table import list_rows
from tests.fake_runs import change, write_run
from tests.unit.views.compare.test_page import make_dataset
from tests.unit.views.compare.test_repeats import write_repeats


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def lines(dataset: Dataset, tmp_path: object) -> tuple[Line, ...]:
    store = RunStore(tmp_path)  # type: ignore[arg-type]
    for number, (name, epochs, parameters) in enumerate(
        (("Zebra", 5, 100), ("ant", 12, 9), ("Ölk", 3, None), ("bee", 12, 1_000_000))
    ):
        write_run(store.runs_dir, f"r{number}", dataset, name=name, epochs=epochs, wrong_every=3 + number)
        change(store, store.get(f"r{number}"), parameters=parameters)
    write_run(store.runs_dir, "waits", dataset, status="queued", name="waits")
    write_repeats(store, dataset, "small", (2, 3))
    rows = list_rows(store.list(), dataset)
    return list_lines(rows, list_groups(rows))


@pytest.mark.parametrize("title", SORTED_BY)
@pytest.mark.parametrize("descending", [True, False])
def test_lines_are_sorted_as_pandas_sorts_them(lines: tuple[Line, ...], title: str, descending: bool) -> None:
    values = [line.label if title == NAME else EVERY[title].value(line) for line in lines]
    expected = pd.Series(values).sort_values(
        ascending=not descending,
        kind="stable",
        na_position="last",
        key=lambda column: column.str.casefold() if column.map(type).eq(str).any() else column,
    )
    found = sorted_lines(lines, Order(title, descending))
    got = [line.label if title == NAME else EVERY[title].value(line) for line in found]
    assert [value for value in got if value is not None] == expected.dropna().tolist()
    assert sorted(line.id for line in found) == sorted(line.id for line in lines)
    unknown = [line.id for line, value in zip(lines, values, strict=True) if value is None]
    assert [line.id for line in found][len(lines) - len(unknown) :] == unknown


def test_without_an_order_they_stay(lines: tuple[Line, ...]) -> None:
    assert sorted_lines(lines, None) == lines
    assert sorted_lines((), Order("Time", True)) == ()


def test_clicks_on_a_heading() -> None:
    order = order_after(None, "Parameters")
    assert str(order) == "-Parameters"  # the largest first
    order = order_after(order, "Parameters")
    assert str(order) == "Parameters"
    assert order_after(order, "Parameters") is None
    assert str(order_after(order, "Model")) == "Model"
    assert order_after(order, "0 to 100%") == order
    assert order_after(order, "<script>") == order


@pytest.mark.parametrize("text", [None, "", "-", "--Time", "time", "x" * 10_000, "Time\0", "-0 to 100%"])
def test_an_address_that_names_no_order(text: str | None) -> None:
    assert Order.parse(text) is None


def test_an_address_that_names_one() -> None:
    for title in SORTED_BY:
        for text in (title, f"-{title}"):
            assert str(Order.parse(text)) == text


def test_columns_of_ones_own(lines: tuple[Line, ...]) -> None:
    own, unknown = own_columns(["Model", "Time", "Model", "nonsense"])
    assert (own, unknown) == (("Model", "Time"), ("nonsense",))
    assert [one.title for one in columns_of(lines, "Own", own)] == ["Model", "Time"]


def test_what_own_columns_begin_with_is_there() -> None:
    assert own_columns(OWN_AT_FIRST) == (OWN_AT_FIRST, ())


def test_a_file_has_every_column_in_full(lines: tuple[Line, ...]) -> None:
    table = pd.DataFrame(line_columns(lines))
    assert len(table) == len(lines)
    best = table.set_index("id").loc["r3"]
    assert best[NAME] == "bee"
    assert best["Test accuracy"] == next(line for line in lines if line.id == "r3").test_accuracy  # type: ignore[union-attr]
    assert best["95% interval, low"] < best["Test accuracy"] < best["95% interval, high"]
    assert best["Parameters"] == 1_000_000
    assert best["Time (s)"] == 75.0
    assert pd.isna(table.set_index("id").loc["waits", "Test accuracy"])


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("zebra", ["r0"]),
        ("ÖLK", ["r2"]),
        ("cnn-2conv bee", ["r3"]),
        ("no such", []),
        ("small", ["group-small", "small-1", "small-0"]),
    ],
)
def test_lines_are_found_by_every_word(lines: tuple[Line, ...], text: str, ids: list[str]) -> None:
    assert [line.id for line in matching_lines(lines, text)] == ids
    assert matching_lines(lines, "  ") == lines
