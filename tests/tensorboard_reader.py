"""Reading event files with TensorBoard's own reader."""

import json
import subprocess
import sys
from pathlib import Path

# In a process of its own TensorFlow is hidden from TensorBoard's reader: it has one that needs none, which starts in a
# moment, but takes TensorFlow's where that is installed.
READ = """
import json, sys
sys.modules["tensorflow"] = None
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]); events.Reload()
points = lambda tag: [(one.step, one.value, one.wall_time) for one in events.Scalars(tag)]
print(json.dumps({tag: points(tag) for tag in events.Tags()["scalars"]}))
"""


def read_events(folder: Path) -> dict[str, list[tuple[int, float, float]]]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ, str(folder)],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    scalars: dict[str, list[tuple[int, float, float]]] = json.loads(done.stdout.splitlines()[-1])
    return scalars
