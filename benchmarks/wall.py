"""How long a screen of the wall takes, five hundred pictures of all, and what ten people at it cost the server.

    python benchmarks/wall.py [--data DATA] [--jumps 40] [--sessions 10]

Prints, with median and 95th percentile in milliseconds: what the server does for a screen, without and with what it
remembers; and what somebody waits in the browser who jumps to a place where nobody has been, until the last picture is
painted. Each picture in the middle of the screen is compared with the one that belongs there, its pixels too. Memory is
what belongs to the server's process alone (USS), before anybody looks at a wall and after all have scrolled.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import numpy as np
import psutil

from cifar_core.charts.wall import sprite, wall_words
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.settings import Settings
from cifar_core.views.picture_wall import ON_SCREEN, STRETCH, build_wall
from tests.dashboard import chromium, running_dashboard, wait_until_drawn

if TYPE_CHECKING:
    from playwright.sync_api import Page

SEED = 7
"""Of the shuffle, so that neighbours on the wall are none in the file."""

JUMP = """
async place => {
  const host = [...document.querySelectorAll("*")].find(one => one.shadowRoot?.querySelector(".scroller"))
  const root = host.shadowRoot, box = root.querySelector(".scroller"), rows = root.querySelector(".rows")
  const columns = rows.querySelector("canvas").width / 32, side = box.clientWidth / columns
  const begun = performance.now()
  box.scrollTop = Math.floor(place / columns) * side
  const target = Math.round(box.scrollTop / side)
  for (;;) {
    await new Promise(requestAnimationFrame)
    // Those a row above and below the screen are counted, too: looking which of them are on it would take longer.
    const lines = [...rows.querySelectorAll(".row")], buttons = [...rows.querySelectorAll("button:not([hidden])")]
    const row = lines.find(one => Math.round(parseFloat(one.style.top) / side) === target)
    const there = lines.reduce((sum, one) => sum + one.querySelector("canvas").there.size, 0)
    if (row && there === buttons.length) {
      const waited = performance.now() - begun
      const column = place % columns, first = target * columns
      const button = row.querySelectorAll("button")[column]
      const pixels = row.querySelector("canvas").getContext("2d").getImageData(32 * column, 0, 32, 32).data
      return [waited, first + column, button.ariaLabel, [...pixels].filter((_, at) => at % 4 !== 3)]
    }
    if (performance.now() - begun > 60000) return null
  }
}
"""


def spread(name: str, milliseconds: list[float]) -> None:
    """Print the median and the 95th percentile of some times."""
    print(
        f"{name:<44}{len(milliseconds):>5}{statistics.median(milliseconds):>10.0f}"
        f"{np.percentile(milliseconds, 95):>10.0f}"
    )


def on_the_server(dataset: Dataset, places: list[int]) -> list[float]:
    """Return how long the pictures and words of a screen take, in milliseconds."""
    taken = []
    for place in places:
        begun = time.perf_counter()
        stretches = []
        for page in range(place // STRETCH, (place + ON_SCREEN) // STRETCH + 1):
            wall = build_wall(dataset, "train", None, seed=SEED, page=page + 1, per_page=STRETCH)
            words = wall_words(wall.captions, wall.hover)
            stretches.append({"sprite": sprite(wall.images), "pictures": words})
        json.dumps(stretches)
        taken.append(1000 * (time.perf_counter() - begun))
    return taken


def jump(page: "Page", place: int, dataset: Dataset, order: list[int]) -> tuple[float, bool]:
    """Jump to a place; return the milliseconds until it is painted, and whether it shows what belongs there."""
    answer = page.evaluate(JUMP, place)
    if answer is None:
        raise TimeoutError(f"the pictures at {place} did not come within a minute")
    waited, shown, title, pixels = answer
    index = order[shown]
    name = dataset.class_names[dataset.train.labels[index]]
    right = title == f"{name}, train picture {index}"
    return waited, right and pixels == np.asarray(dataset.train.images[index]).ravel().tolist()


def open_wall(page: "Page", url: str) -> None:
    """Open the wall, all of it, and wait for its first screen."""
    page.goto(f"{url}/dataset?size=small&seed={SEED}")
    wait_until_drawn(page, "Data set")
    page.locator('.row > button[aria-label*="train picture"]').first.wait_for()


def server_memory() -> float:
    """Return the megabytes that belong to the server's process alone."""
    (server,) = (one for one in psutil.Process().children() if "streamlit" in one.cmdline())
    return server.memory_full_info().uss / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data")
    parser.add_argument("--jumps", type=int, default=40)
    parser.add_argument("--sessions", type=int, default=10)
    args = parser.parse_args()
    if args.data:
        os.environ["CIFAR_LAB_DATA"] = args.data
    settings = Settings.from_environment()
    dataset = open_dataset(settings.data, settings)
    count = len(dataset.train)
    order = np.random.default_rng(SEED).permutation(count).tolist()
    places = np.random.default_rng(1).integers(0, count - 2 * ON_SCREEN, args.jumps).tolist()
    print(f"{dataset.name}: {count:,} training pictures, shuffled; load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':<44}{'n':>5}{'median ms':>10}{'p95 ms':>10}")
    spread("a screen on the server", on_the_server(dataset, places))
    with (
        chromium() as browser,
        tempfile.TemporaryDirectory() as folder,
        running_dashboard(Path(folder), {"CIFAR_LAB_CACHE": str(settings.cache_dir)}) as url,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{url}/dataset")
        wait_until_drawn(page, "Data set")
        page.wait_for_timeout(10_000)  # the server loads what other pages need
        before = server_memory()
        open_wall(page, url)
        found = [jump(page, place, dataset, order) for place in places]
        spread("a screen in the browser, nobody was there", [waited for waited, _ in found])
        again = [jump(page, place + 8, dataset, order) for place in places]
        spread("a screen in the browser, once more", [waited for waited, _ in again])
        right = sum(right for _, right in found + again)
        print(f"\nright pictures: {right} of {len(found + again)}")
        people = [page, *(browser.new_page() for _ in range(args.sessions - 1))]
        for number, one in enumerate(people):
            if number:
                open_wall(one, url)
            for place in np.random.default_rng(number).integers(0, count - 2 * ON_SCREEN, 10).tolist():
                jump(one, place, dataset, order)
        after = server_memory()
        print(
            f"server: {before:.0f} MB before, {after:.0f} MB with {len(people)} sessions: {after - before:+.0f} MB"
        )


if __name__ == "__main__":
    main()
