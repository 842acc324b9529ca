"""Make every fault many times and write the table in docs/reliability.md: ``python -m tests.faults.table``.

``--times 20`` is how often; costly faults are made less often, as the table says. ``make faults`` runs it.
"""

import argparse
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from cifar_core.hardware.devices import list_devices
from tests.faults.ledger import Entry, read_ledger
from tests.faults.workbench import ROOT

DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- begin: python -m tests.faults.table -->", "<!-- end -->"
HEADER = (
    "| what was done | times | right status after: median, longest | finished epochs lost | epochs trained again | "
    "same weights in the end | other runs harmed | processes left |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
)


def row(fault: str, entries: list[Entry]) -> str:
    """Sum up what one fault did; a time of which a check failed is counted, in words."""
    failed = sum(not entry.done for entry in entries)
    seconds = [entry.seconds for entry in entries if entry.seconds is not None]
    again = [entry.trained_again for entry in entries if entry.trained_again is not None]
    ends = [entry.same_weights for entry in entries if entry.same_weights is not None]
    cells = (
        fault,
        f"{len(entries)}" + (f" (**{failed} failed**)" if failed else ""),
        f"{statistics.median(seconds):.1f} s, {max(seconds):.1f} s" if seconds else "it never changed",
        f"{sum(entry.epochs_lost for entry in entries)} of {sum(entry.epochs for entry in entries)}",
        f"{sum(again)}" if again else "–",
        f"{sum(ends)} of {len(ends)}" if ends else "–",
        f"{sum(entry.harmed > 0 for entry in entries)}",
        f"{sum(entry.left_over for entry in entries)}",
    )
    return f"| {' | '.join(cells)} |\n"


def table(entries: Iterable[Entry]) -> str:
    by_fault: dict[str, list[Entry]] = {}
    for entry in entries:
        by_fault.setdefault(entry.fault, []).append(entry)
    return HEADER + "".join(row(fault, made) for fault, made in by_fault.items())


def circumstances(times: int) -> str:
    """Say when, where and with what it was measured."""
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("tensorflow", "keras", "streamlit", "psutil")
    )
    return (
        f"{date.today():%d %B %Y}, `python -m tests.faults.table --times {times}`; {list_devices()[-1].hardware}, "
        f"{os.cpu_count()} cores, {platform.system()} {platform.release()}; Python {platform.python_version()}, "
        f"{libraries}.\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20, help="how often each fault is made")
    parser.add_argument("--print", action="store_true", help="print the table, leave the document alone")
    args = parser.parse_args()
    places = ["tests/faults"]
    if importlib.util.find_spec("ray") is not None and (ROOT / "tests/cluster/test_ray.py").exists():
        places.append("tests/cluster/test_ray.py")
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.json"
        options = ["-q", "--times", str(args.times), "--ledger", str(ledger), "-p", "no:cacheprovider"]
        tests = subprocess.run([sys.executable, "-m", "pytest", *places, *options], cwd=ROOT)
        text = circumstances(args.times) + "\n" + table(read_ledger(ledger))
    print(text)
    if not args.print:
        before, rest = DOCUMENT.read_text().split(BEGIN, 1)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.split(END, 1)[1]}")
    return tests.returncode


if __name__ == "__main__":
    sys.exit(main())
