"""A worker that trains nothing: it writes epochs whose accuracy follows from the learning rate."""

import sys
from pathlib import Path

from cifar_core.settings import PROJECT_ROOT

# The best learning rate is 0.01; each power of ten away from it costs 0.3. A run called “slow” waits for the file
# “go” before every epoch; learning rates above 0.5 fail.
_SCRIPT = """
import math, sys, time
from datetime import UTC, datetime
from pathlib import Path
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, append_metrics, read_metrics
from cifar_core.runs.outcome import results_so_far
from cifar_core.runs.record import RunRecord

paths = RunPaths(Path(sys.argv[1]))
record = RunRecord.read(paths.record)
record = record.model_copy(update={"status": "running", "started": datetime.now(UTC)})
record.write(paths.record)
config = record.config

def end(status, **more):
    more["ended"] = datetime.now(UTC)
    record.model_copy(update={"status": status, **more}).write(paths.record)
    sys.exit(0)

if config.learning_rate > 0.5:
    end("failed", error="Training diverged.")
best = 0.9 - 0.3 * abs(math.log10(config.learning_rate) + 2)
for epoch in range(1, config.epochs + 1):
    while config.name.startswith("slow") and not (paths.folder / "go").exists() and not paths.stop.exists():
        time.sleep(0.01)
    if paths.stop.exists():
        end("stopped")
    accuracy = best * epoch / config.epochs
    append_metrics(paths.metrics, EpochMetrics(epoch, 1.0, 0.5, 1 - accuracy, accuracy, 1e-3, 100.0, 1.0))
    time.sleep(PAUSE)
end("finished", results=results_so_far(read_metrics(paths.metrics)))
"""


def write_fake_worker(folder: Path, *, pause: float = 0.0) -> tuple[str, ...]:
    """Write the script and return the command that starts it.

    ``pause`` is the time that an epoch takes, in seconds.
    """
    script = folder / "fake_training.py"
    content = _SCRIPT.replace("PAUSE", repr(pause))
    script.write_text(f"import sys; sys.path.insert(0, {str(PROJECT_ROOT)!r})\n{content}")
    return (sys.executable, str(script))
