"""One of several processes that all act on one runs folder: ``python tests/faults/racer.py RUNS_DIR TASK NUMBER``."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from cifar_core.errors import RunError
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.supervisor import ensure_supervisor
from tests.faults.workbench import CONFIG, WORKER
from tests.waiting import wait_until

ROUNDS = 25


def change(store: RunStore, number: int) -> dict[str, int]:
    """Resume, stop, move and prioritize the one run there is, as fast as it goes; count what was granted."""
    (run,) = store.list()
    granted = {"resume": 0, "stop": 0, "move": 0}
    actions = {
        "resume": lambda: store.resume(run.id),
        "move": lambda: store.prioritize(run.id, number),
        "stop": lambda: store.request_stop(run.id),
    }
    for _ in range(ROUNDS):
        for name, action in actions.items():
            try:
                action()
            except RunError:
                continue
            granted[name] += 1
    return granted


def start(store: RunStore, number: int) -> dict[str, int]:
    """Make two runs and see to it that a supervisor is at work."""
    for _ in range(2):
        store.create(CONFIG.model_copy(update={"name": "neighbour"}))
        ensure_supervisor(store.runs_dir, ["--idle-seconds", "3", "--worker", *WORKER])
    return {}


def main() -> None:
    store = RunStore(Path(sys.argv[1]))
    number = int(sys.argv[3])
    (store.runs_dir / f".ready-{number}").touch()
    wait_until((store.runs_dir / ".go").exists, 60)
    print(json.dumps({"change": change, "start": start}[sys.argv[2]](store, number)))


if __name__ == "__main__":
    main()
