"""``python -m cifar_core maps …``: pictures laid out on a plane, for the regions that are drawn on it."""

import argparse
import sys
from contextlib import closing
from dataclasses import replace

from cifar_core.commands.output import add_action, print_json
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import ConfigError, RunError
from cifar_core.explain.features import compute_features
from cifar_core.explain.maps import compute_map
from cifar_core.explain.process.service import InferenceService
from cifar_core.maps.features import RunFeatures
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import open_map
from cifar_core.picture_sets.universe import SPLITS, Universe
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.system.streams import say
from cifar_core.words.counts import counted
from cifar_core.words.sentences import capitalized


def add_map_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``maps`` to the command line."""
    maps = commands.add_parser("maps", help="lay pictures out so that those that are alike lie together")
    actions = maps.add_subparsers(metavar="ACTION", required=True)
    compute = add_action(actions, "compute", _compute, "compute a map and keep it; t-SNE takes minutes")
    compute.add_argument(
        "map", metavar="MAP", help="pca:test, tsne:train … or tsne:test:RUN for a run's features"
    )
    features = add_action(
        actions, "features", _features, "compute the last features of a run for near(…, RUN), and keep them"
    )
    features.add_argument(
        "run_named", metavar="RUN", help="its id, or a part of its id or name that fits no other"
    )
    features.add_argument("--split", choices=SPLITS, help="for these pictures alone; for all if not given")


def _compute(args: argparse.Namespace, settings: Settings) -> int:
    name = MapName.read(args.map)
    if name is None:
        raise ConfigError(f"“{args.map[:40]}” is no map. Write one such as tsne:test.")
    dataset = open_dataset(settings.data, settings)
    run = None
    if name.run is not None:
        run = _run(name.run, dataset, settings)
        name = replace(name, run=run.id)
    with closing(InferenceService()) as service:
        compute_map(name, dataset, run, service, settings.cache_dir, _told)
    found = open_map(name, dataset, run, settings.cache_dir)
    if args.json:
        print_json({"map": str(found.name), "pictures": len(found.pictures)})
    else:
        print(f"{found.name}: {counted(len(found.pictures), 'picture')}")
    return 0


def _features(args: argparse.Namespace, settings: Settings) -> int:
    dataset = open_dataset(settings.data, settings)
    run = _run(args.run_named, dataset, settings)
    splits = (args.split,) if args.split else SPLITS
    with closing(InferenceService()) as service:
        for split in splits:
            compute_features(run, dataset, split, service, settings.cache_dir, _told)
    found = {split: RunFeatures(run, dataset, split, settings.cache_dir).read().shape for split in splits}
    if args.json:
        print_json({"run": run.id, "features": found})
    else:
        for split, (pictures, features) in found.items():
            print(f"{run.id}: {counted(features, 'feature')} of {counted(pictures, f'{split} picture')}")
    return 0


def _run(name: str, dataset: Dataset, settings: Settings) -> Run:
    runs = RunStore.from_settings(settings).list()
    try:
        return Universe.of_dataset(dataset, runs, settings.cache_dir).run_named(name)
    except RunError as problem:
        raise ConfigError(capitalized(str(problem))) from None


def _told(doing: str, share: float) -> None:
    say(f"{doing}: {share:.0%}", sys.stderr)
