"""``python -m cifar_core report …``: a comparison as one file that opens anywhere, or as a notebook."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from cifar_core.commands.output import print_json
from cifar_core.data.catalog import find_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import ConfigError, ExpressionError, RunError
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.saved import SetStore
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.labels import run_labels
from cifar_core.runs.named import runs_named, several_fit_sentence
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.system.files import write_atomically
from cifar_core.system.refusals import refused
from cifar_core.views.compare.on_set import view_on_set
from cifar_core.views.compare.page import MOST_RUNS, build_compare, choose_runs
from cifar_core.views.compare.repeats import list_groups
from cifar_core.views.compare.report import build_report, report_html, report_notebook
from cifar_core.views.compare.table import list_rows
from cifar_core.views.picture_set import SetOnScreen
from cifar_core.words.counts import counted

_WRITTEN = (".html", ".ipynb")


def add_report_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``report`` to the command line."""
    parser = commands.add_parser(
        "report", help="write what Compare shows of some runs into one file: a page, or a notebook"
    )
    parser.add_argument(
        "ids", metavar="RUN", nargs="+", help=f"up to {MOST_RUNS} ids, or parts of them or of names"
    )
    parser.add_argument(
        "--set", metavar="EXPR", help="a picture set: every figure on its test pictures alone"
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE",
        help="FILE.html opens in any browser, without network; FILE.ipynb is a notebook that computes the same",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=_report)


def _report(args: argparse.Namespace, settings: Settings) -> int:
    output: Path = args.output
    if output.suffix.lower() not in _WRITTEN:
        raise ConfigError(
            f"“{output.name}” is neither FILE.html nor FILE.ipynb: give it one of these endings."
        )
    if not output.absolute().parent.is_dir():
        raise ConfigError(f"There is no folder “{output.parent}”. Make it first.")
    runs = RunStore.from_settings(settings).list()
    rows = list_rows(runs, None)
    groups = list_groups(rows)
    ids = _resolve(args.ids, runs, [group.id for group in groups])
    choice = choose_runs(rows, ids, groups)
    view = build_compare(rows, choice.ids, groups=groups)
    if not view.compared:
        raise RunError(" ".join([*choice.notes, *view.problems]) or "None of these runs has predictions.")
    data = view.compared[0].data
    dataset = find_dataset(data.fingerprint, settings, key=data.key, name=data.name)
    shown = _choose(args.set, view.compared[0].row.run, dataset, runs, settings) if args.set else None
    if shown is not None:
        view = view_on_set(view, shown)
    if output.suffix.lower() == ".ipynb":
        content = report_notebook(view, shown)
    else:
        content = report_html(build_report(view, choice.ids, shown, dataset))
    try:
        write_atomically(output, content)
    except OSError as error:
        raise RunError(f"{output} cannot be written {refused(error, 'choose another folder')}") from None
    if args.json:
        print_json({"path": str(output), "runs": [one.id for one in view.compared], "bytes": len(content)})
    else:
        size = f"{len(content) / 1e6:.1f} MB" if len(content) >= 1e5 else f"{len(content) / 1e3:.0f} kB"
        print(f"{output}: {counted(len(view.compared), 'run')}, {size}")
        for note in choice.notes + view.problems:
            print(note)
    return 0


def _choose(
    text: str, run: Run, dataset: Dataset | None, runs: Sequence[Run], settings: Settings
) -> SetOnScreen:
    saved = SetStore(settings.runs_dir).expression
    universe = (
        Universe.of_run(run, runs, settings.cache_dir, saved)
        if dataset is None
        else Universe.of_dataset(dataset, runs, settings.cache_dir, saved)
    )
    try:
        return SetOnScreen(choose(text, universe), run_labels(runs))
    except ExpressionError as problem:
        raise ConfigError(str(problem)) from None


def _resolve(asked: Sequence[str], runs: Sequence[Run], groups: Sequence[str]) -> list[str]:
    """Return the ids that are meant: an id in full, or a part of an id or a name that fits one run alone."""
    known = {run.id: run for run in runs}
    found = []
    for word in asked:
        fit = [word] if word in known or word in groups else []
        fit = fit or [run.id for run in runs_named(word, runs)]
        if not fit:
            raise ConfigError(f"There is no run “{word[:80]}”. “runs list” prints all of them.")
        if len(fit) > 1:
            raise ConfigError(several_fit_sentence(word, [known[one] for one in fit]))
        found += fit
    return list(dict.fromkeys(found))
