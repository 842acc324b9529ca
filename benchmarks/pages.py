"""How long a person waits: the first page of a ready server, changes of page, a cell's pictures, a map, a slider.

    python benchmarks/pages.py [--repeats 5]

Prints medians in seconds over fresh servers, on the drawn sample and the runs that ship with the project. A
page counts as drawn when its title is there and the server says that its script has ended. The very first start on
a machine also draws the sample; it happens once, so it has a line of its own and no median. From the click on a cell of
a confusion matrix until its pictures are there, from *Next* on Explain until the next picture's overlay is there: both
with a run that ships, whose pictures the sample has. The slider is timed in the browser, from the key that moves it to
the frame that shows the heat map with the new opacity, or that of the picture turned by
one degree more. *Streamlit alone* are pages with nothing but a heading
(``peers/empty_app.py``), in turns with ours: below that no page of this machine comes.
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

# In place of this folder, in which “pages” would be this file.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

import numpy as np

from cifar_core.evaluation.predictions import load_predictions
from cifar_core.labels import CIFAR10_CLASSES
from cifar_core.runs.layout import RunPaths
from pages.parts.frame.pages import PAGES
from tests.dashboard import cell_place, chromium, running_dashboard, wait_until_drawn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SLIDER, CHANGE = "Explain, opacity slider", "Explain, turned to its map"
SLIDER_MOVES = 20
CELL, MAP = "Compare, cell to its pictures", "Explain, picture to its map"
RUN = "20261121-051920-cnn-baseline-1e69"
PICTURES = 5
ALONE, ALONE_PAGE = "Streamlit alone, first page", "Streamlit alone, a page"

WATCH_OVERLAY = """
what => {
  const image = () => [...document.images].find(image => image.alt.startsWith("Heat map for"));
  const seen = () => what === "picture"
    ? image()?.src : getComputedStyle(image().closest("[data-testid=stElementContainer]")).opacity;
  const before = seen();
  let begun = null;
  addEventListener("keydown", () => { begun = performance.now(); }, { capture: true, once: true });
  window.secondsToOverlay = new Promise(resolve => {
    const look = () => {
      if (begun === null || !seen() || seen() === before) return requestAnimationFrame(look);
      // The callback after it runs once this frame is on the screen.
      requestAnimationFrame(() => resolve((performance.now() - begun) / 1000));
    };
    look();
  });
}
"""


def move_slider(
    page: "Page", key: str, slider: str = "Heat map over picture", what: str = "opacity"
) -> float:
    """Move a slider of Explain one step; return the seconds until the overlay's new opacity or picture is shown."""
    page.get_by_role("slider", name=slider).focus()
    page.evaluate(WATCH_OVERLAY, what)
    page.keyboard.press(key)
    seconds = page.evaluate("window.secondsToOverlay")
    wait_until_drawn(page, "Explain")
    return float(seconds)


def frequent_mistakes() -> list[tuple[int, int]]:
    """Return true and predicted class of the shipped run's most frequent mistakes on the drawn sample."""
    tested = load_predictions(RunPaths(Path("trained") / RUN).predictions, "test")
    counts = np.zeros((len(CIFAR10_CLASSES), len(CIFAR10_CLASSES)), int)
    np.add.at(counts, (tested.labels, tested.predicted), 1)
    np.fill_diagonal(counts, 0)
    largest = np.argsort(-counts, axis=None, kind="stable")[:PICTURES]
    return [
        (int(true), int(predicted))
        for true, predicted in zip(*np.unravel_index(largest, counts.shape), strict=True)
    ]


def open_cell(page: "Page", true: int, predicted: int) -> float:
    """Click a cell of the matrix on Compare; return the seconds until its pictures are there."""
    place = cell_place(page.locator(".js-plotly-plot").first, true, predicted)
    wall = page.get_by_role(
        "group", name=re.compile(f" of {CIFAR10_CLASSES[true]} .*{CIFAR10_CLASSES[predicted]}")
    )
    begun = time.perf_counter()
    page.mouse.click(*place)
    wall.get_by_role("button").first.wait_for()
    seconds = time.perf_counter() - begun
    wait_until_drawn(page, "Compare")
    return seconds


def next_picture(page: "Page") -> float:
    """Go to the next picture on Explain; return the seconds until its overlay is there."""
    shown = "() => [...document.images].find(image => image.alt.startsWith('Heat map for'))?.src ?? ''"
    before = page.evaluate(shown)
    begun = time.perf_counter()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function(
        f"before => {{ const now = ({shown})(); return now && now !== before; }}", arg=before
    )
    seconds = time.perf_counter() - begun
    wait_until_drawn(page, "Explain")
    return seconds


def streamlit_alone(browser: "Browser", folder: Path, seconds: dict[str, list[float]]) -> None:
    """Time the first page and two changes of page of an app without anything on it."""
    with running_dashboard(folder, app="benchmarks/peers/empty_app.py") as url:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        begun = time.perf_counter()
        page.goto(url)
        wait_until_drawn(page, "Home")
        seconds[ALONE].append(time.perf_counter() - begun)
        for title in ("Second", "Third"):
            seconds[ALONE_PAGE].append(go_to(page, title))
        page.close()


def go_to(page: "Page", title: str) -> float:
    """Click a page in the navigation; return the seconds until it is drawn."""
    begun = time.perf_counter()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    wait_until_drawn(page, title)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    # Explain comes last, so that it is on the screen when its slider's turn comes.
    names = {page.url_path: page.title for page in PAGES.values() if page.url_path}
    seconds: dict[str, list[float]] = {"first start ever": [], "first page after start": []}
    seconds |= {f"{title}, {visit}": [] for visit in ("first visit", "again") for title in names.values()}
    seconds |= {CELL: [], MAP: [], SLIDER: [], CHANGE: [], ALONE: [], ALONE_PAGE: []}
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        for repeat in range(repeats + 1):
            with running_dashboard(Path(folder), {"CIFAR_LAB_DATA": "drawn"}) as url:
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                begun = time.perf_counter()
                page.goto(url)
                wait_until_drawn(page, "Home")
                name = "first page after start" if repeat else "first start ever"
                seconds[name].append(time.perf_counter() - begun)
                if not repeat:
                    page.close()
                    continue
                # A lecturer reads the first page; meanwhile the server warms up.
                page.wait_for_timeout(10_000)
                for visit in ("first visit", "again"):
                    for title in names.values():
                        seconds[f"{title}, {visit}"].append(go_to(page, title))
                page.goto(f"{url}/compare?runs={RUN}")
                wait_until_drawn(page, "Compare")
                page.wait_for_timeout(2_000)  # somebody looks at the matrix first
                seconds[CELL] += [open_cell(page, *cell) for cell in frequent_mistakes()]
                page.goto(f"{url}/explain?run={RUN}&set=split(test)&split=test&index=0")
                wait_until_drawn(page, "Explain")
                page.get_by_text("Where it looked.").wait_for()
                seconds[MAP] += [next_picture(page) for _ in range(PICTURES)]
                for move in range(SLIDER_MOVES):
                    seconds[SLIDER].append(move_slider(page, "ArrowLeft" if move % 2 else "ArrowRight"))
                page.goto(f"{url}/explain?run={RUN}&change=placed")
                wait_until_drawn(page, "Explain")
                page.get_by_role("slider", name="Turned").wait_for()
                for _ in range(SLIDER_MOVES):  # each is a picture that was not asked about
                    seconds[CHANGE].append(move_slider(page, "ArrowRight", "Turned", "picture"))
                page.close()
            streamlit_alone(browser, Path(folder), seconds)
    print(f"{'':<30}{'n':>6}{'median s':>10}{'95% s':>10}{'worst s':>10}")
    for name, values in seconds.items():
        median, most = statistics.median(values), float(np.quantile(values, 0.95))
        print(f"{name:<30}{len(values):>6}{median:>10.2f}{most:>10.2f}{max(values):>10.2f}")


if __name__ == "__main__":
    main()
