"""What the browser runs for its first chart, table and form is loaded ahead, while the first page is read."""

import json
from pathlib import Path

import streamlit as st

PARTS = (
    *("Selectbox", "NumberInput", "TextInput", "Slider", "Checkbox", "ButtonGroup", "Progress", "Toast"),
    *("EChartsChart", "DataFrame", "arrowFormatUtils", "PlotlyChart"),
)
"""Streamlit's names of them, in the order of asking: what a form is made of is small, a chart a megabyte to five."""

_STATIC = Path(st.__file__).parent / "static" / "static" / "js"
_SCRIPT = """
{
  // The first page comes first: nothing is asked for before it is drawn and a moment has passed. Then one part after
  // the other, whenever the browser has nothing to do: to load one takes it a tenth to half a second. Where the page
  // asks for a part itself, it gets the same one.
  const parts = %s;
  const drawn = '[data-testid="stApp"][data-test-script-state="notRunning"] h1';
  const idle = window.requestIdleCallback ?? (begin => setTimeout(begin, 200));
  const next = () => {
    const part = parts.shift();
    if (part) import("./static/js/" + part).catch(() => {}).finally(() => idle(next));
  };
  const waiting = setInterval(() => {
    if (!document.querySelector(drawn)) return;
    clearInterval(waiting);
    setTimeout(() => idle(next), 1000);
  }, 500);
}
"""


def ahead_script(folder: Path = _STATIC) -> str:
    """Return the script that asks for those parts which this version of Streamlit has.

    Parameters
    ----------
    folder : Path
        Where Streamlit keeps its scripts; their names hold a number that changes with each version.
    """
    names = [file.name for part in PARTS for file in sorted(folder.glob(f"{part}.*.js"))]
    return _SCRIPT % json.dumps(names) if names else ""
