"""Which of Streamlit's parts a browser is to load ahead."""

import json
import re
from pathlib import Path

from pages.parts.frame import ahead, document

JS = ahead._STATIC / "js"


def test_all_parts_are_there_in_this_version_of_streamlit() -> None:
    forms, charts = (json.loads(found) for found in re.findall(r"\[\".*?\"\]", ahead.ahead_script()))
    assert [name.split(".")[0] for name in forms] == list(ahead.FORMS)
    assert [name.split(".")[0] for name in charts] == list(ahead.CHARTS)
    assert all((JS / name).is_file() for name in forms + charts)
    assert ahead.ahead_script().encode() in document._OURS


def test_the_first_page_is_fetched_with_all_that_it_imports_and_nothing_twice() -> None:
    links = ahead.ahead_links()
    scripts = re.findall(r'rel="modulepreload" crossorigin href="\./static/js/(.*?)"', links)
    assert [name.split(".")[0] for name in scripts[: len(ahead.AT_ONCE)]] == list(ahead.AT_ONCE)
    streamlits = (ahead._STATIC.parent / "index.html").read_text(encoding="utf-8")
    assert len(scripts) == len(set(scripts))
    assert [name for name in scripts if name in streamlits or not (JS / name).is_file()] == []
    for name in scripts:
        for imported in re.findall(r'from"\./(.*?)"', (JS / name).read_text(encoding="utf-8")):
            assert imported in scripts or imported in streamlits, (name, imported)
    (font,) = re.findall(r'as="font" type="font/woff2" crossorigin href="\./static/media/(.*?)"', links)
    assert (ahead._STATIC / "media" / font).is_file()
    assert font.startswith(ahead.ICONS)
    assert links.encode() in document._OURS


def test_imports_are_followed_but_not_into_what_streamlit_asks_for_itself(tmp_path: Path) -> None:
    static = tmp_path / "static"
    (static / "js").mkdir(parents=True)
    (static / "media").mkdir()
    (tmp_path / "index.html").write_text('<script src="./static/js/index.a.js"></script>', encoding="utf-8")
    for name, text in {
        "Button.b.js": 'import{t}from"./index.a.js";import"./one.js";',
        "one.js": 'import e from"./two.js";import("./later.js");import"./gone.js"',
        "two.js": 'export{t}from"./one.js";',
        "index.a.js": 'import"./three.js"',
        "three.js": "",
        "later.js": "",
    }.items():
        (static / "js" / name).write_text(text, encoding="utf-8")
    found = re.findall(r"js/(.*?)\"", ahead.ahead_links(static))
    assert found == ["Button.b.js", "one.js", "two.js"]


def test_parts_that_a_version_does_not_have_are_not_asked_for(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "DataFrame.a-1.js").touch()
    (tmp_path / "js" / "DataFrameOfOthers.js").touch()
    script = ahead.ahead_script(tmp_path)
    assert 'loadAll(["DataFrame.a-1.js"])' in script
    assert "loadAll([])" in script
