"""Make every fault many times and write the table in docs/reliability.md: ``python -m tests.faults.table``.

``--times 20`` is how often, ``--minutes 60`` for how long at most; costly faults are made less often, as the table
says. ``make faults`` runs it.
"""

import argparse
import importlib.util
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
IN_ONE_PROCESS = ("-n", "0", "-p", "no:cacheprovider")
"""The ledger is one process's, and times are those of a machine that does nothing else."""
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


def circumstances(times: int, minutes: float) -> str:
    """Say when, where and with what it was measured."""
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("tensorflow", "keras", "streamlit", "psutil")
    )
    command = f"python -m tests.faults.table --times {times} --minutes {minutes:g}"
    return (
        f"{date.today():%d %B %Y}, `{command}`; {list_devices()[-1].hardware}, {platform.system()}; "
        f"Python {platform.python_version()}, {libraries}.\n"
    )


def ray_node_killed() -> str:
    """Let the tests of the cluster kill a node, where Ray is installed; return what became of its runs."""
    what = (
        "**A node of a Ray cluster is killed** while runs are trained on it (`tests/cluster/test_ray.py`): "
    )
    if importlib.util.find_spec("ray") is None:
        return f"{what}not made here, as Ray is not installed (`requirements-ray.txt`).\n"
    words = [
        "tests/cluster/test_ray.py",
        "-k",
        "death_of_a_node",
        "--times",
        "1",
        "-q",
        "-s",
        *IN_ONE_PROCESS,
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    told = next((line for line in done.stdout.splitlines() if " retried, " in line), "")
    return f"{what}{told if done.returncode == 0 and told else '**failed**'}.\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20, help="how often each fault is made")
    parser.add_argument("--minutes", type=float, default=60, help="begin no further round after so long")
    parser.add_argument("--print", action="store_true", help="print the table, leave the document alone")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.json"
        options = ["--times", str(args.times), "--minutes", str(args.minutes), "--ledger", str(ledger)]
        options += ["-q", *IN_ONE_PROCESS]
        tests = subprocess.run([sys.executable, "-m", "pytest", "tests/faults", *options], cwd=ROOT)
        text = circumstances(args.times, args.minutes) + "\n" + table(read_ledger(ledger))
    text += f"\n{ray_node_killed()}"
    print(text)
    if not args.print:
        before, rest = DOCUMENT.read_text().split(BEGIN, 1)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.split(END, 1)[1]}")
    return tests.returncode


if __name__ == "__main__":
    sys.exit(main())
