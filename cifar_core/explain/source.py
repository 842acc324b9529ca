"""Which saved model a run id or a path means, and what its classes are called."""

from dataclasses import dataclass
from pathlib import Path

from cifar_core.data.reading import Preparation
from cifar_core.errors import ExplainError
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.named import run_with_weights
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.system.files import is_regular

WHICH = "run (its id, or a part of it), run folder or .keras file"
"""What :func:`find_saved_model` takes."""


@dataclass(frozen=True)
class SavedModel:
    """A model on disk.

    Attributes
    ----------
    name : str
        Run id, or the path that was given.
    path : Path
        Its ``model.keras``.
    class_names : tuple of str or None
        What its outputs are called; ``None`` for a model file without a run record beside it.
    preparation : Preparation or None
        How the pictures it was trained on were made 32×32; ``None`` where they were so from the beginning.
    """

    name: str
    path: Path
    class_names: tuple[str, ...] | None
    preparation: Preparation | None = None

    def class_name(self, index: int) -> str:
        """Return the name of a class, or ``"class 3"`` when no record tells it."""
        names = self.class_names
        return names[index] if names is not None and index < len(names) else f"class {index}"

    def class_index(self, name: str) -> int:
        """Return the index of a class given by name or number.

        Raises
        ------
        ExplainError
            The model has no such class.
        """
        if self.class_names is not None and name in self.class_names:
            return self.class_names.index(name)
        if name.isdecimal():
            return int(name)  # checked against the number of outputs once the model is open
        known = ", ".join(self.class_names) if self.class_names is not None else "its number, from 0"
        raise ExplainError(f"The model has no class “{name}”. Choose one of: {known}.")


def find_saved_model(run: str, settings: Settings) -> SavedModel:
    """Find a model by run, run folder or file.

    Parameters
    ----------
    run : str
        A run id, a part of an id or a name that fits no other run with weights, or the path of a run folder or of a
        ``.keras`` file.
    settings : Settings
        Where runs are kept.

    Raises
    ------
    RunError
        There is no such run, or several fit.
    ExplainError
        The run has not kept its weights.
    """
    given = Path(run).expanduser()
    if given.is_file():
        record, path = RunPaths(given.parent).record, given.resolve()  # who names a link means its file
    elif given.is_dir():
        record, path = RunPaths(given).record, RunPaths(given).model
    else:
        found = run_with_weights(run, RunStore.from_settings(settings))
        run, record, path = found.id, found.paths.record, found.paths.model
    if not is_regular(path):
        raise ExplainError(f"The run “{run}” has no model.keras. Choose another one, or train it again.")
    data = RunRecord.read(record).data if record.is_file() else None
    if data is None:
        return SavedModel(run, path, None)
    return SavedModel(run, path, data.class_names, data.preparation)
