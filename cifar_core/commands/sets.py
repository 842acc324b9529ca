"""``python -m cifar_core sets …``: which pictures an expression chooses."""

import argparse
import itertools
import sys

from cifar_core.commands.output import add_action, print_json, print_table
from cifar_core.data.catalog import open_dataset
from cifar_core.errors import ConfigError, ExpressionError
from cifar_core.names import visible
from cifar_core.picture_sets.evaluate import PictureSet, choose
from cifar_core.picture_sets.functions import FUNCTIONS
from cifar_core.picture_sets.saved import SavedSet, SetStore
from cifar_core.picture_sets.table import table_columns, table_rows
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.system.streams import say
from cifar_core.words.counts import counted
from cifar_core.words.spreadsheet import csv_rows

_SHOWN = 20


def add_set_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``sets`` to the command line."""
    sets = commands.add_parser(
        "sets", help="choose pictures: which go wrong, which two runs tell apart, which look alike"
    )
    actions = sets.add_subparsers(metavar="ACTION", required=True)
    show = add_action(actions, "show", _show, "how many pictures, and the first of them")
    show.add_argument("--most", type=int, default=_SHOWN, metavar="N", help=f"how many are listed ({_SHOWN})")
    count = add_action(actions, "count", _count, "how many pictures")
    table = add_action(actions, "csv", _csv, "all pictures as CSV, with what the named runs said of them")
    save = add_action(actions, "save", _save, "keep an expression under a name")
    for action in (show, count, table, save):
        action.add_argument(
            "expression",
            metavar="EXPRESSION",
            help="such as 'wrong(RUN) and class(cat)'; see “sets functions”",
        )
        action.add_argument(
            "--of", metavar="RUN",
            help="choose from the test pictures of this run where the pictures themselves are not on this machine",
        )  # fmt: skip
    save.add_argument("name", metavar="NAME", help="saved(NAME) stands for it in other expressions")
    save.add_argument("--note", default="", help="what was noticed about it")
    add_action(actions, "list", _list, "all saved sets")
    delete = add_action(actions, "delete", _delete, "forget a saved set")
    delete.add_argument("name", metavar="NAME")
    add_action(actions, "functions", _functions, "all that can stand in an expression")


def _chosen(args: argparse.Namespace, settings: Settings) -> PictureSet:
    store = RunStore.from_settings(settings)
    runs, saved = store.list(), SetStore(settings.runs_dir).expression
    if args.of:
        universe = Universe.of_run(store.get(args.of), runs, settings.cache_dir, saved)
    else:
        dataset = open_dataset(settings.data, settings)
        universe = Universe.of_dataset(dataset, runs, settings.cache_dir, saved)
    try:
        return choose(args.expression, universe)
    except ExpressionError as problem:
        raise ConfigError(str(problem)) from None


def _count(args: argparse.Namespace, settings: Settings) -> int:
    pictures = _chosen(args, settings)
    print_json({"set": pictures.text, "pictures": len(pictures)}) if args.json else print(len(pictures))
    return 0


def _show(args: argparse.Namespace, settings: Settings) -> int:
    pictures = _chosen(args, settings)
    columns = table_columns(pictures)
    rows = list(itertools.islice(table_rows(pictures), max(0, args.most)))
    if args.json:
        listed = [dict(zip(columns, row, strict=True)) for row in rows]
        print_json({"set": pictures.text, "pictures": len(pictures), "first": listed})
        return 0
    print(f"{pictures.text}: {counted(len(pictures), 'picture')}")
    if rows:
        print_table([columns, *([_cell(value) for value in row] for row in rows)])
    if len(rows) < len(pictures):
        print(f"… and {len(pictures) - len(rows):,} more (--most)")
    return 0


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else visible(str(value), 60)


def _csv(args: argparse.Namespace, settings: Settings) -> int:
    pictures = _chosen(args, settings)
    columns = table_columns(pictures)
    if args.json:
        print_json([dict(zip(columns, row, strict=True)) for row in table_rows(pictures)], indent=None)
        return 0
    sys.stdout.write(csv_rows(columns, table_rows(pictures)))
    return 0


def _save(args: argparse.Namespace, settings: Settings) -> int:
    # In full, so that a run which comes later can't make the name of one ambiguous.
    pictures = _chosen(args, settings)
    saved = SetStore(settings.runs_dir).save(args.name, pictures.text, args.note)
    if args.json:
        print_json(_document(saved))
    else:
        print(f"Saved “{saved.name}”: {saved.expression} ({counted(len(pictures), 'picture')}).")
    return 0


def _list(args: argparse.Namespace, settings: Settings) -> int:
    there = SetStore(settings.runs_dir).read()
    saved = there.sets
    if there.problem is not None:
        say(there.problem, sys.stderr)
    if args.json:
        print_json([_document(one) for one in saved])
    elif saved:
        print_table(
            [("name", "expression", "note"), *((one.name, one.expression[:100], one.note) for one in saved)]
        )
    elif there.problem is None:
        print("No set was saved yet.")
    return 0


def _delete(args: argparse.Namespace, settings: Settings) -> int:
    SetStore(settings.runs_dir).delete(args.name)
    print_json({"deleted": args.name}) if args.json else print(f"The set “{args.name}” is forgotten.")
    return 0


def _functions(args: argparse.Namespace, settings: Settings) -> int:
    if args.json:
        print_json([{"usage": one.usage, "help": one.help} for one in FUNCTIONS.values()])
        return 0
    print_table([(one.usage, one.help) for one in FUNCTIONS.values()])
    print(
        "\nCombine them by “and”, “or”, “not” and brackets. SET is an expression, RUN the id of a run or a part of"
    )
    print(
        "it, CLASS a class; names with spaces stand in quotation marks. MEASURE is confidence(RUN), loss(RUN),"
    )
    print("margin(RUN), disagreement(RUN, RUN, …) or the name of an attribute.")
    return 0


def _document(saved: SavedSet) -> dict[str, str]:
    return saved.model_dump(mode="json")
