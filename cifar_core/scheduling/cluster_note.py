"""``.cluster.json``: what the supervisor last heard of the cluster, for the pages."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from cifar_core.runs.bounds import Count, ShownText
from cifar_core.system.files import read_document, write_atomically

NOTE_NAME = ".cluster.json"


class ClusterNote(BaseModel):
    """What is known of the cluster that trains the runs of a folder.

    Attributes
    ----------
    address : str
        Of its dashboard.
    problem : str or None
        Why nothing is started there at the moment, in a sentence.
    nodes, gpus, cpus : int
        What it had when it last answered.
    slots : int
        How many runs can be trained at a time, each on a GPU, or on CPUs where there is none.
    hardware : dict
        What the newest run on a ``"gpu"`` or on the ``"cpu"`` found there.
    """

    model_config = ConfigDict(frozen=True)

    address: ShownText
    problem: ShownText | None = None
    nodes: Count = 0
    gpus: Count = 0
    cpus: Count = 0
    slots: Count = 0
    hardware: dict[ShownText, ShownText] = {}

    @classmethod
    def read(cls, runs_dir: Path) -> "ClusterNote | None":
        """Read the note of a runs folder; ``None`` where no supervisor has ever asked a cluster."""
        try:
            return cls.model_validate_json(read_document(runs_dir / NOTE_NAME))
        except (OSError, ValidationError):
            return None

    def write(self, runs_dir: Path) -> None:
        """Replace the note."""
        write_atomically(runs_dir / NOTE_NAME, self.model_dump_json().encode())
