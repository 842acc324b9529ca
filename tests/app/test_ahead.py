"""Which of Streamlit's parts a browser is to ask for ahead."""

import json
import re
from pathlib import Path

from pages.parts.frame import ahead, document


def test_all_parts_are_there_in_this_version_of_streamlit() -> None:
    names = json.loads(re.search(r"parts = (\[.*\])", ahead.ahead_script()).group(1))  # type: ignore[union-attr]
    assert sorted(name.split(".")[0] for name in names) == sorted(ahead.PARTS)
    assert all((ahead._STATIC / name).is_file() for name in names)
    assert ahead.ahead_script().encode() in document._OURS


def test_parts_that_a_version_does_not_have_are_not_asked_for(tmp_path: Path) -> None:
    assert ahead.ahead_script(tmp_path) == ""
    (tmp_path / "DataFrame.a-1.js").touch()
    (tmp_path / "DataFrameOfOthers.js").touch()
    assert '["DataFrame.a-1.js"]' in ahead.ahead_script(tmp_path)
