"""Train several queued runs one after the other: ``python tests/faults/resume_all.py RUN_FOLDER…``.

The real training in one process, so that a hundred power cuts do not import TensorFlow a hundred times.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from cifar_core.runs.layout import RunPaths
from cifar_core.settings import Settings
from cifar_core.training import callbacks
from cifar_core.training.worker import run_to_the_end


def main() -> None:
    callbacks.CHECKPOINT_SHARE = 0
    for folder in map(Path, sys.argv[1:]):
        print(folder.name, run_to_the_end(RunPaths(folder), Settings.from_environment()).status, flush=True)


if __name__ == "__main__":
    main()
