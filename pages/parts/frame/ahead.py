"""What the browser fetches for its first chart and its first table is asked for ahead, while the first page is read."""

import json
from pathlib import Path

import streamlit as st

PARTS = ("PlotlyChart", "EChartsChart", "DataFrame", "arrowFormatUtils")
"""Streamlit's names of them; each is a file of half a megabyte to five."""

_STATIC = Path(st.__file__).parent / "static" / "static" / "js"
_SCRIPT = """
{
  // The first page comes first: nothing is asked for before it is drawn and a moment has passed.
  const drawn = '[data-testid="stApp"][data-test-script-state="notRunning"] h1';
  const waiting = setInterval(() => {
    if (!document.querySelector(drawn)) return;
    clearInterval(waiting);
    setTimeout(() => {
      for (const name of %s) {
        const link = document.createElement("link");
        Object.assign(link, { rel: "prefetch", as: "script", crossOrigin: "anonymous", href: "./static/js/" + name });
        document.head.append(link);
      }
    }, 1000);
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
    names = sorted(file.name for part in PARTS for file in folder.glob(f"{part}.*.js"))
    return _SCRIPT % json.dumps(names) if names else ""
