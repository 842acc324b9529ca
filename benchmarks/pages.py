"""How long a person waits: first page after the server is ready, every change of page, Explain's opacity slider.

    python benchmarks/pages.py [--repeats 5]

Prints medians in seconds over fresh servers, on the drawn sample and the runs that ship with the project. A
page counts as drawn when its title is there and the server says that its script has ended. The very first start on
a machine also draws the sample; it happens once, so it has a line of its own and no median. The slider is timed in the
browser, from the key that moves it to the frame that shows the new overlay.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

# In place of this folder, in which “pages” would be this file.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from pages.parts.frame.pages import PAGES
from tests.dashboard import chromium, running_dashboard, wait_until_drawn

if TYPE_CHECKING:
    from playwright.sync_api import Page

SLIDER = "Explain, opacity slider"
SLIDER_MOVES = 20

WATCH_OVERLAY = """
() => {
  const overlay = () => [...document.images].find(image => image.alt.startsWith("Heat map for"));
  const before = overlay().src;
  let begun = null;
  addEventListener("keydown", () => { begun = performance.now(); }, { capture: true, once: true });
  window.secondsToOverlay = new Promise(resolve => {
    const watcher = new MutationObserver(async () => {
      const image = overlay();
      if (begun === null || !image || image.src === before) return;
      watcher.disconnect();
      await image.decode();
      // The second callback runs once the frame that the first one belongs to is on the screen.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve((performance.now() - begun) / 1000)));
    });
    watcher.observe(document.body, { subtree: true, childList: true, attributes: true });
  });
}
"""


def move_slider(page: "Page", key: str) -> float:
    """Move Explain's opacity slider one step; return the seconds until the new overlay is on the screen."""
    page.get_by_role("slider", name="Heat map over picture").focus()
    page.evaluate(WATCH_OVERLAY)
    page.keyboard.press(key)
    seconds = page.evaluate("window.secondsToOverlay")
    wait_until_drawn(page, "Explain")
    return float(seconds)


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
    seconds[SLIDER] = []
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
                        begun = time.perf_counter()
                        page.get_by_test_id("stSidebarNav").get_by_role(
                            "link", name=title, exact=True
                        ).click()
                        wait_until_drawn(page, title)
                        seconds[f"{title}, {visit}"].append(time.perf_counter() - begun)
                for move in range(SLIDER_MOVES):
                    seconds[SLIDER].append(move_slider(page, "ArrowLeft" if move % 2 else "ArrowRight"))
                page.close()
    print(f"{'':<28}{'n':>6}{'median s':>10}{'worst s':>10}")
    for name, values in seconds.items():
        print(f"{name:<28}{len(values):>6}{statistics.median(values):>10.2f}{max(values):>10.2f}")


if __name__ == "__main__":
    main()
