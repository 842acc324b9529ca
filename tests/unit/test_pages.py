"""The table of pages is what lies in the folder, what the documents describe, and what Streamlit shows."""

from pathlib import Path

from pages.parts.frame.pages import PAGES

ROOT = Path(__file__).parents[2]


def test_every_page_file_stands_in_the_table() -> None:
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == set(PAGES)


def test_an_address_without_a_path_opens_the_first_page() -> None:
    assert [page.url_path for page in PAGES.values()] == ["", "dataset", "train", "compare", "explain"]
    assert PAGES["train"].file == "pages/train.py"


def test_every_page_has_a_document() -> None:
    assert [page.name for page in PAGES.values() if not (ROOT / "docs" / f"{page.name}.md").is_file()] == []
