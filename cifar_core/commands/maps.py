"""``python -m cifar_core maps …``: pictures laid out on a plane, for the regions that are drawn on it."""

import argparse
import sys

from cifar_core.commands.output import add_action, print_json
from cifar_core.data.catalog import open_dataset
from cifar_core.errors import ConfigError
from cifar_core.maps.compute import compute_map
from cifar_core.maps.name import MapName
from cifar_core.maps.picture_map import open_map
from cifar_core.settings import Settings
from cifar_core.system.streams import say
from cifar_core.words.counts import counted


def add_map_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``maps`` to the command line."""
    maps = commands.add_parser("maps", help="lay pictures out so that those that are alike lie together")
    actions = maps.add_subparsers(metavar="ACTION", required=True)
    compute = add_action(actions, "compute", _compute, "compute a map and keep it; t-SNE takes minutes")
    compute.add_argument("map", metavar="MAP", help="pca:test, tsne:test, pca:train or tsne:train")


def _compute(args: argparse.Namespace, settings: Settings) -> int:
    name = MapName.read(args.map)
    if name is None:
        raise ConfigError(f"“{args.map[:40]}” is no map. Write one such as tsne:test.")
    dataset = open_dataset(settings.data, settings)
    compute_map(name, dataset, settings.cache_dir, _told)
    found = open_map(name, dataset, settings.cache_dir)
    if args.json:
        print_json({"map": str(found.name), "pictures": len(found.pictures)})
    else:
        print(f"{found.name}: {counted(len(found.pictures), 'picture')}")
    return 0


def _told(doing: str, share: float) -> None:
    say(f"{doing}: {share:.0%}", sys.stderr)
