"""What was measured of the shipped runs, kept in a file: a page says it without asking a network.

``python docs/make_faithfulness.py measure`` writes the file anew.
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cifar_core.explain.faithfulness.record import MethodRecord
from cifar_core.file_cache import file_cached

MEASURED = Path(__file__).with_name("measured.json")


class Measured(BaseModel):
    """Records by the id of a run, and by that of a method."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    runs: dict[str, dict[str, MethodRecord]]

    def write(self, path: Path) -> None:
        """Write the file: a line for each method of each run, so that what changes is a line of a diff."""
        runs = []
        for run, methods in sorted(self.runs.items()):
            lines = ",\n".join(f'  "{name}": {record.model_dump_json()}' for name, record in methods.items())
            runs.append(f' "{run}": {{\n{lines}\n }}')
        path.write_text('{"runs": {\n' + ",\n".join(runs) + "\n}}\n", encoding="utf-8")


@file_cached(most=1)
def _read(path: Path) -> Measured:
    return Measured.model_validate_json(path.read_text(encoding="utf-8"))


def shipped_records() -> Mapping[str, Mapping[str, MethodRecord]]:
    """Return what was measured, by the id of a run, and by that of a method."""
    return _read(MEASURED).runs
