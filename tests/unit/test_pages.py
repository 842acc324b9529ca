"""The table of pages is what lies in the folder, what the documents describe, and what Streamlit shows."""

import ast
from pathlib import Path

import pytest

from cifar_core.words.address import SHOWN_AS, shown_as
from pages.parts.frame.pages import PAGES, PageEntry

ROOT = Path(__file__).parents[2]


def test_every_page_file_stands_in_the_table() -> None:
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == set(PAGES)


def test_an_address_without_a_path_opens_the_first_page() -> None:
    first, *others = PAGES.values()
    assert first.url_path == ""
    assert [page.url_path for page in others] == [page.name for page in others]
    assert {"dataset", "train", "compare", "explain"} <= set(PAGES)  # addresses that were sent go on working
    assert PAGES["train"].file == "pages/train.py"


def test_every_page_has_a_document() -> None:
    assert [page.name for page in PAGES.values() if not (ROOT / "docs" / f"{page.name}.md").is_file()] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_begins_with_hand_over(page: str) -> None:
    """Who comes to a fresh server by the address of a page, and is not logged in, sees nothing of it."""
    tree = ast.parse((ROOT / PAGES[page].file).read_text(encoding="utf-8"))
    happens = [
        node
        for node in tree.body[1:]  # after the docstring
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)
        # A constant; one that is computed is not.
        and not (
            isinstance(node, ast.Assign) and not any(isinstance(part, ast.Call) for part in ast.walk(node))
        )
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    assert ast.unparse(happens[0]) == "hand_over()"
    assert "from pages.parts.frame.router import hand_over" in [ast.unparse(node) for node in tree.body]


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.name)
def test_no_page_draws_a_text_that_was_meant_for_developers(page: PageEntry) -> None:
    """Streamlit draws every expression that stands by itself in a page, a text behind a constant too."""
    module = ast.parse((ROOT / page.file).read_text())
    bare = [node.value for node in module.body if isinstance(node, ast.Expr)][
        1:
    ]  # the first is the page's own
    assert [node for node in bare if not isinstance(node, ast.Call)] == []


def test_everything_that_opens_has_a_key() -> None:
    """Without one Streamlit knows it by its place: it closes as soon as something appears above it."""
    without = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "pages").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("expander", "popover", "tabs")
        and "key" not in {keyword.arg for keyword in call.keywords}
    ]
    assert without == []


def test_every_chart_can_be_downloaded() -> None:
    """Pages draw Plotly's charts by ``draw_chart`` (pages/parts/frame/chart.py), which has PNG, SVG and CSV."""
    drawn = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "pages").rglob("*.py")
        if "plotly_chart(" in path.read_text(encoding="utf-8")
    ]
    assert drawn == ["pages/parts/frame/chart.py"]


def _in_address(widget: ast.Call) -> list[str]:
    """Return which parameter of the address a widget is bound to, as pages/parts/frame/address.py does it."""
    return [
        call.args[0].value
        for keyword in widget.keywords
        if keyword.arg is None
        for call in ast.walk(keyword.value)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).removeprefix("address.") in ("bound", "kept", "named")
        and isinstance(call.args[0], ast.Constant)
        # Such a call has a sentence, or the label, of its own.
        and not {"unknown", "label"} & {one.arg for one in call.keywords}
    ]


def test_a_sentence_about_an_address_names_what_stands_on_the_page() -> None:
    files = [path for path in (ROOT / "pages").rglob("*.py") if path.parent.name != "train"]
    sources = [path.read_text(encoding="utf-8") for path in files]
    labels = {
        (name, widget.args[0].value)
        for source in sources
        for widget in ast.walk(ast.parse(source))
        if isinstance(widget, ast.Call) and widget.args and isinstance(widget.args[0], ast.Constant)
        for name in _in_address(widget)
    }
    assert len(labels) > 30
    assert {(name, shown_as(name)) for name, _ in labels} == labels
    assert [name for name in SHOWN_AS if not any(f'"{name}"' in source for source in sources)] == []
