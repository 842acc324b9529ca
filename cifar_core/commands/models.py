"""``python -m cifar_core models list``: what can be trained, what it costs and by which recipes."""

import argparse
from typing import Any

from cifar_core.commands.output import Actions, add_action, print_json, print_table
from cifar_core.models.architectures import known_architectures
from cifar_core.models.registry import MODELS
from cifar_core.models.spec import ModelSpec
from cifar_core.settings import Settings


def add_model_commands(commands: "Actions[argparse.ArgumentParser]") -> None:
    """Add ``models`` to the command line."""
    models = commands.add_parser("models", help="list the models that can be trained")
    actions = models.add_subparsers(metavar="ACTION", required=True)
    add_action(actions, "list", _list_models, "all models with what they cost and their recipes")


def model_summary(spec: ModelSpec) -> dict[str, Any]:
    """Return what ``--json`` prints of a model.

    ``operations`` are floating-point operations for one picture, forward; ``receptive_field`` is the side in pixels
    of what one value of the last map depends on. Both are of the network for ten classes.
    """
    architecture = known_architectures()[spec.id]
    return {
        "id": spec.id,
        "family": spec.family,
        "parameters": spec.parameters(),
        "operations": architecture.operations,
        "receptive_field": architecture.receptive_field,
        "summary": spec.summary,
        "presets": {name: recipe.model_dump(mode="json") for name, recipe in spec.presets.items()},
        "reported": spec.reported or None,
    }


def _list_models(args: argparse.Namespace, settings: Settings) -> int:
    summaries = [model_summary(spec) for spec in MODELS.values()]
    if args.json:
        print_json(summaries)
        return 0
    rows = [
        (
            one["id"],
            one["family"],
            f"{one['parameters']:,}",
            f"{one['operations'] / 1e6:,.0f} M",
            f"{one['receptive_field']} px",
            ", ".join(one["presets"]),
            one["summary"],
        )
        for one in summaries
    ]
    header = ("model", "family", "parameters", "operations", "sees", "presets", "layers")
    print_table([header, *rows])
    return 0
