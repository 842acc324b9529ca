"""Parts of Streamlit's program are loaded ahead: of the first page with the program, others while it is read."""

import json
import re
from collections.abc import Collection, Iterable
from pathlib import Path

import streamlit as st

AT_ONCE = ("Selectbox", "Button", "BidiComponent", "ImageList", "PageLink", "Metric")
"""Streamlit's names of what the first page is made of: fetched together with Streamlit's program."""
ICONS = "MaterialSymbols-Rounded"
"""Its name of the font that icons are letters of."""
FORMS = (
    *("NumberInput", "ButtonGroup", "Slider", "TextInput", "Checkbox", "Progress", "Toast"),
    *("DownloadButton", "Pagination"),
)
"""The same of forms."""
CHARTS = ("EChartsChart", "DataFrame", "arrowFormatUtils", "PlotlyChart")
"""The same of charts and tables: a megabyte to five."""

_STATIC = Path(st.__file__).parent / "static" / "static"
_IMPORTED = re.compile(r'\b(?:from|import)\s*"\./([^"]+\.js)"')
_LINKED = re.compile(r'(?:href|src)="\./static/js/([^"]+\.js)"')
_SCRIPT = """
{
  // Where the page asks for a part itself, it gets the same one.
  const load = part => import("./static/js/" + part).catch(() => {});
  // Once the first page is drawn one part after the other is loaded, whenever there is nothing else to do. A chart
  // takes the browser a tenth to half a second: not while a page's own charts still come, nor in the way of who goes
  // on at once.
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


def ahead_links(folder: Path = _STATIC) -> str:
    """Return links that have a browser fetch what the first page is made of, with all that it imports.

    A part that is asked for when it is needed is fetched first, then what it imports, then what that imports, and the
    page's own connection to the server waits in the same queue of six.

    Parameters
    ----------
    folder : Path
        Where Streamlit keeps its scripts and fonts; their names hold a number that changes with each version.
    """
    program = _LINKED.findall((folder.parent / "index.html").read_text(encoding="utf-8"))
    wanted = [
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">'
        for name in _with_imports(_files(folder / "js", AT_ONCE), folder / "js", but=program)
    ]
    wanted += [
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="./static/media/{font.name}">'
        for font in sorted((folder / "media").glob(f"{ICONS}.*.woff2"))
    ]
    return "\n".join(wanted)


def ahead_script(folder: Path = _STATIC) -> str:
    """Return the script that asks for what other pages are made of, as far as this version of Streamlit has it.

    Parameters
    ----------
    folder : Path
        As :func:`ahead_links` has it.
    """
    script = _SCRIPT
    for name, parts in (("FORMS", FORMS), ("CHARTS", CHARTS)):
        script = script.replace(name, json.dumps(_files(folder / "js", parts)))
    return script


def _with_imports(names: Iterable[str], folder: Path, but: Collection[str]) -> list[str]:
    """Return scripts and all that they import at once, each once, but not those that are on their way anyway."""
    found = dict.fromkeys(names)
    waiting = list(found)
    while waiting:
        imported = _IMPORTED.findall((folder / waiting.pop()).read_text(encoding="utf-8"))
        new = [
            name for name in imported if name not in found and name not in but and (folder / name).is_file()
        ]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)


def _files(folder: Path, parts: Iterable[str]) -> list[str]:
    return [file.name for part in parts for file in sorted(folder.glob(f"{part}.*.js"))]
