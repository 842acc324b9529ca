"""Which of Streamlit's parts a browser is to load ahead."""

import json
import re
from pathlib import Path

from pages.parts.frame import ahead, document


def test_all_parts_are_there_in_this_version_of_streamlit() -> None:
    at_once, forms, charts = (json.loads(found) for found in re.findall(r"\[\".*?\"\]", ahead.ahead_script()))
    assert [name.split(".")[0] for name in at_once] == list(ahead.AT_ONCE)
    assert [name.split(".")[0] for name in forms] == list(ahead.FORMS)
    assert [name.split(".")[0] for name in charts] == list(ahead.CHARTS)
    assert all((ahead._STATIC / name).is_file() for name in at_once + forms + charts)
    assert ahead.ahead_script().encode() in document._OURS


def test_parts_that_a_version_does_not_have_are_not_asked_for(tmp_path: Path) -> None:
    (tmp_path / "DataFrame.a-1.js").touch()
    (tmp_path / "DataFrameOfOthers.js").touch()
    script = ahead.ahead_script(tmp_path)
    assert 'loadAll(["DataFrame.a-1.js"])' in script
    assert "[].forEach(load)" in script
