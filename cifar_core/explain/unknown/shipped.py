"""What was measured of the shipped runs, kept in a file: a page says it without asking a network.

``python docs/make_unknown.py`` writes the file anew.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cifar_core.explain.unknown.record import UnknownRecord
from cifar_core.file_cache import file_cached

SHIPPED = Path(__file__).with_name("shipped.json")


class ShippedRecords(BaseModel):
    """Records by the id of a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    runs: dict[str, UnknownRecord]

    def write(self, path: Path) -> None:
        """Write the file: a line for each run, so that what changes is a line of a diff."""
        lines = ",\n".join(f' "{name}": {record.model_dump_json()}' for name, record in self.runs.items())
        path.write_text('{"runs": {\n' + lines + "\n}}\n", encoding="utf-8")


@file_cached(most=1)
def _read(path: Path) -> ShippedRecords:
    return ShippedRecords.model_validate_json(path.read_text(encoding="utf-8"))


def shipped_records() -> dict[str, UnknownRecord]:
    """Return what was measured, by the id of a run."""
    return _read(SHIPPED).runs


def shipped_record(run_id: str) -> UnknownRecord | None:
    """Return what was measured of a shipped run; ``None`` where it was not."""
    return shipped_records().get(run_id)
