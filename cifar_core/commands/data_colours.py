"""``python -m cifar_core data colours``: how far colour alone gets."""

import argparse
import dataclasses

from cifar_core.commands.output import add_data_set_options, print_json, print_table
from cifar_core.data.catalog import open_dataset
from cifar_core.evaluation.colour_baseline import colour_baseline
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.labels import run_labels
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.colour_baseline import baseline_sentence, beside_colour
from cifar_core.words.numbers import percent


def add_colours_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``colours`` to the actions of ``data``."""
    colours = commands.add_parser(
        "colours", help="train a linear classifier on colours alone, and compare networks with it"
    )
    add_data_set_options(colours)
    colours.set_defaults(run=_compare_with_colours)


def _compare_with_colours(args: argparse.Namespace, settings: Settings) -> int:
    """Print its accuracy, and that of all networks that were tested on these pictures."""
    dataset = open_dataset(args.path or settings.data, settings)
    baseline = colour_baseline(dataset, settings.cache_dir)
    runs = RunStore.from_settings(settings).list()
    rows = beside_colour(baseline, Universe.of_dataset(dataset, runs, settings.cache_dir), run_labels(runs))
    if args.json:
        made = {name: getattr(baseline, name) for name in ("bins", "strength", "trained_on", "validated_on")}
        matrix = ConfusionMatrix.from_predictions(baseline.predictions).counts.tolist()
        accuracy = {"validation_accuracy": baseline.validation_accuracy}
        beside = [dataclasses.asdict(row) for row in rows]
        print_json({"data": dataset.name} | made | accuracy | {"models": beside, "confusion": matrix})
        return 0
    print(f"{dataset.name}: {baseline_sentence(baseline).replace('**', '')}")
    print_table(
        [
            ("model", "accuracy", "95% interval", "where colour is right", "where colour is wrong"),
            *(
                (
                    row.label,
                    percent(row.accuracy),
                    row.interval,
                    percent(row.where_right),
                    percent(row.where_wrong),
                )
                for row in rows
            ),
        ]
    )
    return 0
