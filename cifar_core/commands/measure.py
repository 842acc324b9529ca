"""``python -m cifar_core measure MODEL``: measure for some seconds how fast this machine trains a network."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from cifar_core.commands.output import print_json
from cifar_core.commands.recipe_options import add_recipe_options, add_training_options, with_given_options
from cifar_core.data.catalog import list_choices, open_dataset
from cifar_core.errors import ConfigError, RunError
from cifar_core.hardware.devices import list_devices, use_device
from cifar_core.models.registry import MODELS, get_model
from cifar_core.models.spec import PRESET_TITLES
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.speed.measure import measure
from cifar_core.speed.store import ShortMeasurement, keep_measurement
from cifar_core.views.train.cost import LaunchView, build_launch

_DESCRIPTION = (
    "Train a model on noise for some seconds, keep how fast that went for the Train page, and say "
    "what a recipe costs and gives."
)
_DISTURBED = (
    "A run is being trained on this machine: measuring now would disturb both. Wait until it has ended."
)


def add_measure_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``measure`` to the command line, and ``calibrate``, as it was called before."""
    parser = commands.add_parser(
        "measure",
        help="measure for some seconds how fast this machine trains a model",
        description=_DESCRIPTION,
    )
    _add_options(parser, _measure)
    # The old name goes on working; without a help text it is not listed.
    _add_options(commands.add_parser("calibrate", description=_DESCRIPTION), _measure_by_its_old_name)


def _add_options(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace, Settings], int]) -> None:
    parser.add_argument("model", metavar="MODEL", help=", ".join(MODELS))
    parser.add_argument("--preset", help=f"{', '.join(PRESET_TITLES)}; the model's first recipe by default")
    add_training_options(parser, "device", "precision")
    parser.add_argument(
        "--recipe", metavar="JSON", default="{}", help="hyper-parameters as a run.json holds them"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_recipe_options(parser)
    parser.set_defaults(run=run)


def _measure_by_its_old_name(args: argparse.Namespace, settings: Settings) -> int:
    print("“calibrate” is called “measure” now; the old name goes on working.", file=sys.stderr)
    return _measure(args, settings)


def _measure(args: argparse.Namespace, settings: Settings) -> int:
    config = _configuration(args, settings)
    store = RunStore.from_settings(settings)
    devices = list_devices()
    _refuse_beside_training(store)
    use_device(config.device)
    short_measurement = measure(config, cache_dir=settings.cache_dir)
    # Once more: a run that was started meanwhile has slowed the measurement down.
    _refuse_beside_training(store)
    keep_measurement(settings.cache_dir, short_measurement)
    view = build_launch(
        config,
        open_dataset(config.data, settings),
        store.list(),
        devices,
        preset=args.preset,
        short_measurement=short_measurement,
    )
    if args.json:
        print_json(_summary(short_measurement, view), indent=None)
    else:
        print("\n".join(_lines(short_measurement, view)))
    return 0


def _configuration(args: argparse.Namespace, settings: Settings) -> TrainingConfig:
    try:
        changes = json.loads(args.recipe)
    except (ValueError, RecursionError):
        changes = None
    if not isinstance(changes, dict):
        raise ConfigError("--recipe takes a JSON object, such as '{\"batch_size\": 64}'.")
    values = with_given_options(get_model(args.model).preset(args.preset), args)
    data = settings.data or next(choice.key for choice in list_choices(settings) if choice.available)
    values |= {
        "name": args.model,
        "model": args.model,
        "data": data,
        "device": args.device,
        "precision": args.precision,
    }
    return TrainingConfig.from_values(values | changes)


def _refuse_beside_training(store: RunStore) -> None:
    if any(run.status in ("running", "stalled") for run in store.list()):
        raise RunError(_DISTURBED)


def _summary(short_measurement: ShortMeasurement, view: LaunchView) -> dict[str, Any]:
    """Return what ``--json`` prints: the measurement, and what a whole run takes at most, in seconds."""
    return short_measurement.model_dump(mode="json") | {
        "seconds": view.seconds,
        "expected_seconds": view.expected_seconds,
        "test_accuracy": view.test_accuracy,
    }


def _lines(short: ShortMeasurement, view: LaunchView) -> tuple[str, ...]:
    speeds = (
        f"{short.workload.model}, batches of {short.workload.batch_size}, {short.computed_in}: "
        f"{short.images_per_second:,.0f} images/s trained, {short.validated_per_second:,.0f} validated, "
        f"start-up {short.startup_seconds:.1f} s"
    )
    sentences = (sentence.replace("**", "") for sentence in (view.time_sentence, view.result_sentence))
    return (speeds, *filter(None, sentences))
