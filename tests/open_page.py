"""Opening a page of the dashboard in Streamlit's AppTest, and what stands on it."""

import json
import re
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

UNCLOSED = re.compile(r"(?<!\S)\*\*(\s|[^*\n]*\s\*\*(\s|$))")
"""Bold type in Markdown that is none, for a space inside its asterisks."""

APP = str(Path(__file__).resolve().parents[1] / "app.py")


def open_page(name: str, **url: str | list[str]) -> AppTest:
    """Open a page as a link does, with these values in the address; nothing may have been raised."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.switch_page(f"pages/{name}.py")
    for parameter, value in url.items():
        app.query_params[parameter] = value
    app.run()
    assert not app.exception
    drawn = [
        one.value
        for kind in ("markdown", "caption", "info", "warning", "success", "error")
        for one in app.get(kind)
    ]
    # “**Is it real? ** They …” stands on the page with its asterisks.
    assert [text for text in drawn if UNCLOSED.search(text.replace("\\*", ""))] == []
    return app


def open_form(**url: str | list[str]) -> AppTest:
    """Open Train with the parts of its form open, which are closed at first."""
    parts = ("optimizer", "augmentation", "end", "circumstances")
    return open_page("train", **{f"{part}_part": "true" for part in parts} | url)


def walls(app: AppTest) -> list[dict[str, Any]]:
    """Return what each wall of pictures on the page was given."""
    return given_to(app, "cifar_lab_wall")


def given_to(app: AppTest, component: str) -> list[dict[str, Any]]:
    """Return what each component of this name on the page was given."""
    drawn = [part.proto for part in app.get("bidi_component")]
    return [json.loads(one.json) for one in drawn if one.component_name == component]
