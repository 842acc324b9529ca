"""Making a run of a model file of unknown origin; this process never opens the file with Keras."""

import contextlib
import hashlib
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from cifar_core.errors import InterchangeError
from cifar_core.hardware.child_environment import NEEDED_TO_START, NO_GPU, child_environment
from cifar_core.hardware.process_watch import MODEL_MEMORY_BYTES, ProcessWatch, too_much_memory
from cifar_core.imports.protocol import Imported, ImportRequest, Refusal, Stage
from cifar_core.names import check_name, visible
from cifar_core.runs.imported import ImportedConfig
from cifar_core.runs.layout import RunPaths, new_run_id
from cifar_core.runs.record import Results, RunRecord
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT, Settings
from cifar_core.system.exits import how_it_ended
from cifar_core.system.files import remove_folder, replace, temporary_folder
from cifar_core.system.refusals import refused

SECONDS = 600.0
"""Longest time that opening a model and asking it about all pictures may take."""

SEED, VALIDATION_FRACTION = 0, 0.1
WORKER_COMMAND = (sys.executable, "-m", "cifar_core.imports.worker")

_WAIT_SECONDS = 120.0
_END_SECONDS = 2.0
_LOCK_NAME = ".import.lock"


def import_model(
    file: Path,
    store: RunStore,
    settings: Settings,
    *,
    name: str | None = None,
    data: str | None = None,
    file_name: str | None = None,
    report: Callable[[str], None] = lambda stage: None,
    seconds: float = SECONDS,
    memory_bytes: int = MODEL_MEMORY_BYTES,
    command: Sequence[str] = WORKER_COMMAND,
) -> Run:
    """Try a Keras model on a data set and make a finished run of it, to compare and to explain.

    The file is opened in a process of its own, with ``safe_mode``, without our environment, and with limits. Which
    scaling of the pixels the model was trained on is found by trying.

    Parameters
    ----------
    file : Path
        A whole model, as ``model.save`` writes it: ``.keras`` or ``.h5``.
    store : RunStore
        Where the run goes; it belongs to the store's user, within that user's limits.
    settings : Settings
        Where the pictures are.
    name : str, optional
        Name to show; the file's name if not given.
    data : str, optional
        Data set to try it on; the settings' if not given.
    file_name : str, optional
        What its owner calls the file, where ``file`` is a copy of an upload.
    report : callable, optional
        Receives a phrase at each stage.
    seconds, memory_bytes : optional
        Limits of the process.
    command : sequence of str, optional
        What to start; for tests.

    Raises
    ------
    InterchangeError
        The model is refused, or cannot be opened within the limits: one sentence.
    RunError
        The user may not have more runs.
    """
    title = visible(Path(file_name or file.name).name, 120)
    name = _checked_name(name or Path(title).stem[:80])
    store.check_room(0)
    owner = None if store.user is None else store.user.id
    try:
        digest = hashlib.sha256()
        with file.open("rb") as content:
            while block := content.read(1 << 20):
                digest.update(block)
        store.runs_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InterchangeError(f"{title} cannot be read ({error.strerror}). Check its path.") from None
    moment = datetime.now(UTC)
    run_id = new_run_id("imported", moment)
    paths = RunPaths(store.runs_dir / f".new-{run_id}-{secrets.token_hex(3)}")
    request = ImportRequest(
        model=str(file.resolve()),
        folder=str(paths.folder),
        data=data or settings.data,
        cache_dir=str(settings.cache_dir.resolve()),
        keras_dir=str(settings.keras_dir.resolve()),
        seed=SEED,
        validation_fraction=VALIDATION_FRACTION,
    )
    try:
        # One at a time: each of these processes takes as much memory as a training.
        with FileLock(store.runs_dir / _LOCK_NAME, timeout=_WAIT_SECONDS):
            paths.folder.mkdir()
            found = _ask(request, report, seconds, memory_bytes, command)
            config = ImportedConfig(
                name=name,
                data=found.data.key,
                seed=SEED,
                validation_fraction=VALIDATION_FRACTION,
                origin="file",
                source=title,
                sha256=digest.hexdigest(),
                output=found.output,
                scaling=found.scaling,
            )
            _record(run_id, moment, owner, config, found).write(paths.record)
            store.check_room(0)  # Others of this person may have come in while this one waited.
            replace(paths.folder, store.runs_dir / run_id)
    except Timeout:
        raise InterchangeError("Other models are being imported. Try again in a few minutes.") from None
    except OSError as error:
        helps = refused(error, "choose another folder with CIFAR_LAB_RUNS")
        raise InterchangeError(f"The run cannot be written to {store.runs_dir} {helps}") from None
    finally:
        remove_folder(paths.folder)
    return store.get(run_id)


def _checked_name(name: str) -> str:
    try:
        return check_name(name)
    except ValueError as problem:
        raise InterchangeError(f"The name of the run cannot be used: {problem}.") from None


def _record(
    run_id: str, created: datetime, owner: str | None, config: ImportedConfig, found: Imported
) -> RunRecord:
    return RunRecord(
        id=run_id,
        config=config,
        status="finished",
        created=created,
        owner=owner,
        ended=datetime.now(UTC),
        parameters=found.parameters,
        data=found.data,
        results=Results(
            validation_accuracy=found.validation_accuracy,
            validation_loss=found.validation_loss,
            test_accuracy=found.test_accuracy,
            test_loss=found.test_loss,
            test_balanced_accuracy=found.test_balanced_accuracy,
            note=config.caution,
        ),
    )


def _ask(
    request: ImportRequest,
    report: Callable[[str], None],
    seconds: float,
    memory_bytes: int,
    command: Sequence[str],
) -> Imported:
    """Start the process and listen to it until it ends, or has to be ended."""
    with temporary_folder() as home, tempfile.TemporaryFile() as errors:
        environment = child_environment(
            only=NEEDED_TO_START,
            device=NO_GPU,
            quiet=True,
            KERAS_BACKEND="tensorflow",
            KERAS_HOME=home,  # a Keras folder of its own
            HOME=home,
            USERPROFILE=home,
        )
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            cwd=PROJECT_ROOT, env=environment,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        watch = ProcessWatch(process, memory_bytes, seconds)
        answer: Imported | Refusal | None = None
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(request.model_dump_json().encode() + b"\n")
                process.stdin.flush()
            for line in process.stdout:
                message = _message(line)
                if isinstance(message, Stage):
                    report(message.text)
                elif message is not None:
                    answer = message
            if answer is None:  # How it ends by itself is to be told.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_END_SECONDS)
        finally:
            process.kill()
            exit_code = process.wait()
            watch.join()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
        if isinstance(answer, Imported):
            return answer
        if isinstance(answer, Refusal):
            raise InterchangeError(answer.sentence)
        if watch.ended_for == "memory":
            raise InterchangeError(too_much_memory(memory_bytes))
        if watch.ended_for == "time":
            raise InterchangeError(
                f"The model was not opened and tried within {seconds:.0f} seconds. Try again when this machine has "
                "less to do, or import a smaller model."
            )
        errors.seek(0)
        ended = how_it_ended(exit_code, errors.read().decode(errors="replace"))
        advice = (
            "Close other programs, then try again."
            if ended.startswith(("was killed", "ran out of memory"))
            else "The model may be damaged."
        )
        raise InterchangeError(f"The process that opened the model {ended}. {advice} Nothing was imported.")


def _message(line: bytes) -> Stage | Refusal | Imported | None:
    for kind in (Stage, Refusal, Imported):
        with contextlib.suppress(ValidationError):
            return kind.model_validate_json(line)
    return None
