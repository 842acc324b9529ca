"""Parts of Streamlit's program are loaded ahead: of the first page before it comes, others while it is read."""

import json
from pathlib import Path

import streamlit as st

AT_ONCE = ("Selectbox", "Button", "BidiComponent", "ImageList", "PageLink", "Metric")
"""Streamlit's names of what the first page is made of: loaded while the server still puts it together."""
FORMS = ("NumberInput", "ButtonGroup", "Slider", "TextInput", "Checkbox", "Progress", "Toast")
"""The same of forms."""
CHARTS = ("EChartsChart", "DataFrame", "arrowFormatUtils", "PlotlyChart")
"""The same of charts and tables: a megabyte to five."""

_STATIC = Path(st.__file__).parent / "static" / "static" / "js"
_SCRIPT = """
{
  // Where the page asks for a part itself, it gets the same one.
  const load = part => import("./static/js/" + part).catch(() => {});
  // By then the browser runs Streamlit's program, which asks the server for the page.
  addEventListener("DOMContentLoaded", () => AT_ONCE.forEach(load));
  // Once that page is drawn one part after the other is loaded, whenever there is nothing else to do. A chart takes the
  // browser a tenth to half a second: not while a page's own charts still come, nor in the way of who goes on at once.
  const idle = window.requestIdleCallback ?? (begin => setTimeout(begin, 200));
  const loadAll = parts => {
    if (parts.length) load(parts[0]).finally(() => idle(() => loadAll(parts.slice(1))));
  };
  const drawn = '[data-testid="stApp"][data-test-script-state="notRunning"] h1';
  const waiting = setInterval(() => {
    if (!document.querySelector(drawn)) return;
    clearInterval(waiting);
    idle(() => loadAll(FORMS));
    setTimeout(() => idle(() => loadAll(CHARTS)), 5000);
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
    for name, parts in (("AT_ONCE", AT_ONCE), ("FORMS", FORMS), ("CHARTS", CHARTS)):
        files = [file.name for part in parts for file in sorted(folder.glob(f"{part}.*.js"))]
        script = script.replace(name, json.dumps(files))
    return script
