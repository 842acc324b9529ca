"""How many frames of a webcam Explain answers in a second: python benchmarks/webcam.py [--seconds 20].

In Chromium with its fake camera (640×480, drawn by the browser itself), on this machine, with a run that ships. Prints
the frames that came back with their heat map, the milliseconds between two of them, and what a frame costs the
processors, which other work on the machine does not change.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import psutil

# In place of this folder, in which “pages” would be benchmarks/pages.py.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from tests.dashboard import chromium, running_dashboard

FRAMES = """
async seconds => {
  const times = [], canvas = window.webcam;
  const seen = new MutationObserver(() => times.push(performance.now()));
  seen.observe(canvas, { attributes: true, attributeFilter: ["data-frames"] });
  await new Promise(done => setTimeout(done, 1000 * seconds));
  return times;
}
"""
FIND = """
() => {
  const search = place => {
    for (const one of place.querySelectorAll("*")) {
      if (one.matches(".live canvas")) return one;
      const found = one.shadowRoot && search(one.shadowRoot);
      if (found) return found;
    }
  };
  window.webcam = search(document);
  return Number(window.webcam?.dataset.frames ?? 0) > 5;
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--model", default="cnn-7x7", help="of which a run ships")
    asked = parser.parse_args()
    runs = RunStore.from_settings(Settings.from_environment()).list()
    run = next(run for run in runs if run.has_model and run.record and run.record.config.model == asked.model)
    with (
        chromium() as browser,
        tempfile.TemporaryDirectory() as folder,
        running_dashboard(Path(folder), {"CIFAR_LAB_DATA": "drawn", "CIFAR_LAB_STANDBY": "off"}) as url,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{url}/explain?run={run.id}&source=live")
        page.get_by_role("button", name="Turn the camera on").click(timeout=120_000)
        page.wait_for_function(FIND, timeout=120_000)
        ours = psutil.Process().children(recursive=True)
        parts = {
            "server": [one for one in ours if "streamlit" in one.cmdline()],
            "network": [one for one in ours if "cifar_core.explain.process.worker" in one.cmdline()],
            "browser": [one for one in ours if any("chromium" in word for word in one.cmdline()[:1])],
        }
        before = {name: _seconds(processes) for name, processes in parts.items()}
        times = np.array(page.evaluate(FRAMES, asked.seconds))
        costs = {name: _seconds(processes) - before[name] for name, processes in parts.items()}
    apart = np.diff(times)
    print(
        f"{asked.model}: {len(times) / asked.seconds:.1f} frames/s over {asked.seconds:g} s; between two of them "
        f"{np.median(apart):.0f} ms, 95 of 100 within {np.percentile(apart, 95):.0f} ms"
    )
    each = ", ".join(f"{name} {1000 * cost / len(times):.0f}" for name, cost in costs.items())
    print(f"processor time for a frame, ms: {each}; load of the machine {psutil.getloadavg()[0]:.1f}")


def _seconds(processes: Iterable[psutil.Process]) -> float:
    """Return the processor time that processes have used."""
    return sum(sum(one.cpu_times()[:2]) for one in processes if one.is_running())


if __name__ == "__main__":
    main()
