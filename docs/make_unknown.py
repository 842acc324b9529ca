"""Measure how well the shipped runs tell foreign pictures from their own, and write it into ``docs/explain.md``.

``python docs/make_unknown.py measure`` asks every run of CIFAR-10 that ships with weights; some minutes. ``python
docs/make_unknown.py`` alone writes the table. Of pictures nothing is kept but statistics of all.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cifar_core.commands.explain_unknown import measure_unknown
from cifar_core.data.catalog import open_dataset
from cifar_core.explain.unknown.foreign import TITLES
from cifar_core.explain.unknown.record import UnknownRecord
from cifar_core.explain.unknown.shipped import SHIPPED, ShippedRecords, shipped_records
from cifar_core.runs.run import Run, read_run
from cifar_core.settings import Settings
from cifar_core.words.numbers import decimal, percent

TARGET = ROOT / "docs" / "explain.md"
BEGIN, END = "<!-- unknown: written by docs/make_unknown.py -->\n", "<!-- end of unknown -->\n"


def main() -> None:
    """Measure, if asked to, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="?", choices=["measure"])
    if parser.parse_args().what:
        measure()
    text = TARGET.read_text(encoding="utf-8")
    TARGET.write_text(with_table(text, shipped_records()), encoding="utf-8")
    print(TARGET.relative_to(ROOT))


def measure() -> None:
    """Measure the runs that were not yet, and keep each as soon as it is."""
    settings = Settings.from_environment()
    dataset = open_dataset(settings.data, settings)
    for run in shipped_runs():
        data = None if run.record is None else run.record.data
        if run.has_model and data is not None and data.fingerprint == dataset.fingerprint:
            found = measure_unknown(run, settings)
            ShippedRecords(runs={**shipped_records(), run.id: found}).write(SHIPPED)
            print(run.id, flush=True)


def shipped_runs() -> list[Run]:
    """Return the runs in ``trained/``, the oldest first."""
    return [read_run(folder, shipped=True) for folder in sorted((ROOT / "trained").iterdir())]


def with_table(text: str, records: Mapping[str, UnknownRecord]) -> str:
    """Return the document with a table of what was measured between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(_table(records)) + "\n" + END + after


def _table(records: Mapping[str, UnknownRecord]) -> Iterator[str]:
    best: dict[str, tuple[float, str]] = {}
    for run in shipped_runs():
        if run.id in records and run.record is not None and run.record.results is not None:
            model, accuracy = run.record.training.model, run.record.results.test_accuracy or 0.0
            best[model] = max(best.get(model, (0.0, "")), (accuracy, run.id))
    kinds = [kind for kind in TITLES if any(kind in record.foreign for record in records.values())]
    yield _row("model", "accuracy", "false alarms", *(TITLES[kind] for kind in kinds))
    yield _row(*["---"] * (3 + len(kinds)))
    for model, (accuracy, run_id) in sorted(best.items(), key=lambda one: -one[1][0]):
        record = records[run_id]
        cells = [_cell(record, kind) for kind in kinds]
        yield _row(f"`{model}`", percent(accuracy), percent(record.false_alarm_share), *cells)


def _cell(record: UnknownRecord, kind: str) -> str:
    one = record.foreign.get(kind)
    if one is None:
        return "–"
    area, low, high = (decimal(number, 2) for number in (one.auroc, one.low, one.high))
    return f"{area} ({low} – {high}); {percent(one.called_share, 0)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
