"""Short measurements in the background: one at a time, each in a process of its own."""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from cifar_core.hardware.child_environment import child_environment
from cifar_core.recipes.config import Recipe, TrainingConfig
from cifar_core.runs.processes import kill_with_children
from cifar_core.scheduling.exits import KILLED_HINT
from cifar_core.settings import PROJECT_ROOT, Settings
from cifar_core.system import this_system
from cifar_core.system.exits import KILLED, how_it_ended, own_sentence
from cifar_core.system.refusals import refused

MEASURE_COMMAND = (sys.executable, "-m", "cifar_core", "measure")
LIMIT_SECONDS = 180.0
"""A measurement takes about 20 seconds; one that takes so long hangs."""


class BackgroundMeasurement:
    """Starts measurements and knows how the last one ended.

    Parameters
    ----------
    settings : Settings
        Where the process finds the runs and keeps what it measured.
    command : sequence of str, optional
        Starts the process; model, device and recipe are appended.
    """

    def __init__(self, settings: Settings, command: Sequence[str] | None = None) -> None:
        self._settings = settings
        self._command = tuple(command or MEASURE_COMMAND)
        self._lock = threading.Lock()
        self._config: TrainingConfig | None = None
        self._process: subprocess.Popen[str] | None = None
        self._started = 0.0
        self._problem: str | None = None

    @property
    def seconds(self) -> float | None:
        """How long the measurement under way has taken so far; ``None`` if there is none."""
        return None if self._process is None else time.monotonic() - self._started

    @property
    def model(self) -> str | None:
        """Id of the model that is, or was last, measured."""
        return self._config.model if self._config else None

    def problem(self, config: TrainingConfig) -> str | None:
        """Return the sentence why the last measurement failed, if it was of this configuration."""
        return self._problem if self._config == config else None

    def start(self, config: TrainingConfig) -> None:
        """Start measuring a configuration and return at once; does nothing while another measurement runs."""
        with self._lock:
            if self._process is not None:
                return
            self._config, self._problem, self._started = config, None, time.monotonic()
            # TensorFlow prints nothing, so that the last line is the measurement's own.
            environment = child_environment(settings=self._settings, quiet=True)
            recipe = config.model_dump_json(include=set(Recipe.model_fields) | {"precision"})
            try:
                process = this_system().start_detached(
                    [*self._command, config.model, "--device", config.device, "--recipe", recipe],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                    encoding="utf-8", errors="replace", cwd=PROJECT_ROOT, env=environment,
                )  # fmt: skip
            except OSError as error:
                self._problem = f"The measurement could not be started {refused(error)}"
                return
            self._process = process
        threading.Thread(target=self._wait, args=(process,), name="measurement", daemon=True).start()

    def _wait(self, process: "subprocess.Popen[str]") -> None:
        problem = None
        try:
            _, said = process.communicate(timeout=LIMIT_SECONDS)
            if process.returncode:
                problem = _why(process.returncode, said)
        except subprocess.TimeoutExpired:
            kill_with_children(process.pid)
            process.communicate()
            problem = f"The measurement was ended after {LIMIT_SECONDS:.0f} seconds: it took far too long."
        with self._lock:
            self._process, self._problem = None, problem


def _why(exit_code: int, said: str) -> str:
    """Return the sentence that a command ends with on standard error, or how it ended without one."""
    if sentence := own_sentence(exit_code, said):
        return f"{sentence}."
    hint = f" {KILLED_HINT}" if exit_code == KILLED else ""
    return f"The process that measures {how_it_ended(exit_code, said)} before it was done.{hint}"
