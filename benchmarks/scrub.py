"""How long a step of the slider on Compare's Epochs takes: python benchmarks/scrub.py [--steps 40].

Prints milliseconds from the move to the second frame after it, in the browser, with a run that ships.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

# In place of this folder, in which “pages” would be benchmarks/pages.py.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tests.dashboard import chromium, running_dashboard

RUN = "20261130-041109-cnn-2conv-9b8c"
STEP = """
async () => {
  const slider = document.querySelector(".scrub input");
  slider.value = (Number(slider.value) + 1) % (Number(slider.max) + 1);
  const begun = performance.now();
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - begun;
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=40)
    steps = parser.parse_args().steps
    with (
        chromium() as browser,
        tempfile.TemporaryDirectory() as folder,
        running_dashboard(Path(folder), {"CIFAR_LAB_DATA": "drawn"}) as url,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{url}/compare?runs={RUN}&show=Epochs")
        page.locator(".scrub .matrix rect").nth(5).wait_for(timeout=120_000)
        page.wait_for_timeout(2_000)
        took = [page.evaluate(STEP) for _ in range(steps)]
    print(f"n = {steps}: median {statistics.median(took):.0f} ms, worst {max(took):.0f} ms (goal 200)")


if __name__ == "__main__":
    main()
