"""``python -m cifar_core labels …``: which test labels runs doubt, and what was decided about them."""

import argparse
import sys

from cifar_core.commands.output import add_action, print_json, print_table
from cifar_core.errors import ConfigError
from cifar_core.evaluation.predictions import Predictions
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.names import visible
from cifar_core.picture_sets.reviews import ReviewStore
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.compare.labels import (
    decision_columns,
    decision_words,
    decisions_sentence,
    find_doubts,
    score_columns,
    score_sentences,
)
from cifar_core.words.counts import counted
from cifar_core.words.spreadsheet import csv_columns

_SHOWN = 20


def add_label_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``labels`` to the command line."""
    labels = commands.add_parser(
        "labels", help="which test labels runs doubt, what was decided about them, and what it changes"
    )
    actions = labels.add_subparsers(metavar="ACTION", required=True)
    listed = add_action(
        actions, "list", _list, "the labels that the runs doubt together, most doubtful first"
    )
    listed.add_argument(
        "--most", type=int, default=_SHOWN, metavar="N", help=f"how many are listed ({_SHOWN})"
    )
    export = add_action(actions, "export", _export, "all decisions about the pictures of a run, as CSV")
    score = add_action(actions, "score", _score, "accuracy by the original and by the corrected labels")
    for action in (listed, export, score):
        action.add_argument("runs", nargs="+", metavar="RUN", help="ids of runs tested on the same pictures")


def _asked(args: argparse.Namespace, settings: Settings) -> tuple[dict[str, Predictions], ReviewStore]:
    """Return what the runs said of all test pictures, and the decisions about those."""
    store = RunStore.from_settings(settings)
    asked, data = {}, None
    for run_id in dict.fromkeys(args.runs):
        run = store.get(run_id)
        asked[run.id] = evaluate_run(run).matrix.predictions.in_order()
        assert run.record is not None  # evaluate_run() refuses a run without one.
        assert run.record.data is not None
        if data is not None and run.record.data.fingerprint != data.fingerprint:
            raise ConfigError(f"The run “{run.id}” was tested on other pictures than the first one.")
        data = run.record.data
    assert data is not None  # The command line asks for one run at least.
    labels = next(iter(asked.values())).labels
    return asked, ReviewStore(settings.runs_dir, data.fingerprint, data.class_names, labels)


def _list(args: argparse.Namespace, settings: Settings) -> int:
    asked, store = _asked(args, settings)
    decisions, names = store.read(), store.class_names
    doubts = find_doubts(asked, names)
    rows = [
        {
            "picture": f"test:{one.index}",
            "label": names[one.label],
            "rather": names[one.guess],
            "probability": round(one.of_guess, 4),
            "decision": decision_words(one.label, decisions, one.index, names) or None,
        }
        for one in doubts[: max(0, args.most)]
    ]
    if args.json:
        print_json({"doubted": len(doubts), "decided": len(decisions), "first": rows})
        return 0
    print(f"{counted(len(doubts), 'label')} doubted. {decisions_sentence(store, decisions)}")
    if rows:
        print_table(
            [tuple(rows[0]), *([visible(str(value or "–"), 60) for value in row.values()] for row in rows)]
        )
    return 0


def _export(args: argparse.Namespace, settings: Settings) -> int:
    _, store = _asked(args, settings)
    columns = decision_columns(store, store.read())
    if args.json:
        print_json([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
    else:
        sys.stdout.write(csv_columns(columns))
    return 0


def _score(args: argparse.Namespace, settings: Settings) -> int:
    asked, store = _asked(args, settings)
    decisions = store.read()
    columns, sentences = score_columns(asked, decisions), score_sentences(asked, decisions)
    rows = list(zip(*columns.values(), strict=True))
    if args.json:
        runs = [dict(zip(columns, row, strict=True)) for row in rows]
        print_json({"decided": len(decisions), "runs": runs, "comparison": list(sentences)})
        return 0
    print(decisions_sentence(store, decisions))
    print_table([tuple(columns), *([str(value) for value in row] for row in rows)])
    for sentence in sentences:
        print(sentence)
    return 0
