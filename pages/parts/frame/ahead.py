"""Parts of Streamlit's program are loaded ahead: of the first page before it comes, others while it is read."""

import json
from pathlib import Path

import streamlit as st

AT_ONCE = ("Selectbox", "Button", "BidiComponent", "ImageList", "PageLink", "Metric")
"""Streamlit's names of what the first page is made of: loaded while the server still puts it together."""
AFTERWARDS = (
    *("NumberInput", "ButtonGroup", "Slider", "TextInput", "Checkbox", "Progress", "Toast"),
    *("EChartsChart", "DataFrame", "arrowFormatUtils", "PlotlyChart"),
)
"""The same of forms, and of charts and tables: a megabyte to five."""

_STATIC = Path(st.__file__).parent / "static" / "static" / "js"
_SCRIPT = """
{
  // Where the page asks for a part itself, it gets the same one.
  const load = part => import("./static/js/" + part).catch(() => {});
  // By then the browser runs Streamlit's program, which asks the server for the page.
  addEventListener("DOMContentLoaded", () => AT_ONCE.forEach(load));
  // Once that page is drawn one part after the other is loaded, whenever there is nothing else to do: each takes the
  // browser a tenth to half a second.
  const parts = AFTERWARDS;
  const idle = window.requestIdleCallback ?? (begin => setTimeout(begin, 200));
  const next = () => {
    if (parts.length) load(parts.shift()).finally(() => idle(next));
  };
  const drawn = '[data-testid="stApp"][data-test-script-state="notRunning"] h1';
  const waiting = setInterval(() => {
    if (!document.querySelector(drawn)) return;
    clearInterval(waiting);
    idle(next);
  }, 200);
}
"""


def ahead_script(folder: Path = _STATIC) -> str:
    """Return the script that asks for those parts which this version of Streamlit has.

    Parameters
    ----------
    folder : Path
        Where Streamlit keeps its scripts; their names hold a number that changes with each version.
    """
    script = _SCRIPT
    for name, parts in (("AT_ONCE", AT_ONCE), ("AFTERWARDS", AFTERWARDS)):
        files = [file.name for part in parts for file in sorted(folder.glob(f"{part}.*.js"))]
        script = script.replace(name, json.dumps(files))
    return script
