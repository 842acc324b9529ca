"""How the supervisor's work grows with the number of runs in the folder, ten of them under way on a cluster.

``python benchmarks/cluster.py`` prints a table. The cluster is one of the imagination, which answers at once: what
is measured is our own share.
"""

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.ray_api import RayApi, RayJobInfo, RayNode
from cifar_core.scheduling.ray_jobs import RayExecutor
from cifar_core.scheduling.supervisor import LOOK_SECONDS, Supervisor
from cifar_core.settings import RaySettings

UNDER_WAY = 10
LOOKS = 20


class AnsweringApi(RayApi):
    """Takes every job, and says that it runs."""

    def __init__(self) -> None:
        super().__init__("http://nowhere:8265")
        self.known: dict[str, RayJobInfo] = {}

    def job(self, submission_id: str) -> RayJobInfo | None:
        """One of the runs."""
        return self.known.get(submission_id)

    def nodes(self) -> tuple[RayNode, ...]:
        """One with a GPU for each run under way."""
        return (RayNode(node_ip="10.0.0.1", resources_total={"GPU": UNDER_WAY}),)

    def submit(self, submission_id: str, command: str, **needs: object) -> None:
        """Start nothing."""
        self.known[submission_id] = RayJobInfo(status="RUNNING")


def measure(total: int) -> tuple[float, float]:
    """Return CPU milliseconds of one look, and the share of a core that looking takes."""
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder) / "runs")
        config = TrainingConfig(name="run", model="cnn-2conv", data="drawn")
        for number in range(total):
            run = store.create(config, run_id=f"run-{number}")
            if number >= UNDER_WAY and run.record is not None:
                run.record.model_copy(update={"status": "finished"}).write(run.paths.record)
        executor = RayExecutor(
            RaySettings("http://nowhere:8265"), store.runs_dir, api=AnsweringApi(), report=lambda line: None
        )
        supervisor = Supervisor(store.runs_dir, executor)
        supervisor.look()
        before = time.process_time()
        for _ in range(LOOKS):
            supervisor.look()
        seconds = (time.process_time() - before) / LOOKS
    return 1000 * seconds, seconds / LOOK_SECONDS


def main() -> None:
    """Print the table."""
    print(f"{'runs':>6}  {'ms per look':>11}  {'of a core':>9}")
    for total in (10, 100, 1000):
        milliseconds, share = measure(total)
        print(f"{total:>6,}  {milliseconds:>11.1f}  {share:>9.1%}")


if __name__ == "__main__":
    main()
