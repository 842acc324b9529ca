"""How long a person waits: first page after the server is ready, and every change of page.

    python benchmarks/pages.py [--repeats 5]

Prints medians in seconds over fresh servers, on the drawn sample and the runs that ship with the project. A
page counts as drawn when its title is there and the server says that its script has ended. The very first start on
a machine also draws the sample; it happens once, so it has a line of its own and no median.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pages.parts.frame.pages import PAGES
from tests.dashboard import chromium, running_dashboard, wait_until_drawn


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    names = {page.url_path: page.title for page in PAGES.values() if page.url_path}
    seconds: dict[str, list[float]] = {"first start ever": [], "first page after start": []}
    seconds |= {f"{title}, {visit}": [] for visit in ("first visit", "again") for title in names.values()}
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
                page.close()
    print(f"{'':<28}{'median s':>10}{'worst s':>10}   (n = {repeats})")
    for name, values in seconds.items():
        print(f"{name:<28}{statistics.median(values):>10.2f}{max(values):>10.2f}")


if __name__ == "__main__":
    main()
