"""``python -m cifar_core calibrate MODEL``: measure for some seconds how fast this machine trains a network."""

import argparse
import json
import os
from typing import Any

from cifar_core.commands.recipe_options import add_recipe_options, with_given_options
from cifar_core.data.catalog import list_choices, open_dataset
from cifar_core.errors import ConfigError, RunError
from cifar_core.hardware.devices import list_devices, use_device
from cifar_core.models.registry import MODELS, get_model
from cifar_core.models.spec import PRESET_TITLES
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.training.calibration import calibrate
from cifar_core.training.calibration_store import Calibration, keep_calibration
from cifar_core.views.launch import LaunchView, build_launch

_DISTURBED = (
    "A run is being trained on this machine: measuring now would disturb both. Wait until it has ended."
)


def add_calibrate_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``calibrate`` to the command line."""
    parser = commands.add_parser(
        "calibrate",
        help="measure for some seconds how fast this machine trains a model",
        description="Train a model on noise for some seconds, keep how fast that went for the Train page, and say "
        "what a recipe costs and gives.",
    )
    parser.add_argument("model", metavar="MODEL", help=", ".join(MODELS))
    parser.add_argument("--preset", help=f"{', '.join(PRESET_TITLES)}; the model's first recipe by default")
    parser.add_argument("--device", default="auto", help="auto, cpu or gpu:NUMBER")
    parser.add_argument("--precision", default="auto", help="auto, float32, mixed_bfloat16 or mixed_float16")
    parser.add_argument("--recipe", metavar="JSON", default="{}", help="settings as a run.json holds them")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_recipe_options(parser)
    parser.set_defaults(run=_calibrate)


def _calibrate(args: argparse.Namespace, settings: Settings) -> int:
    config = _configuration(args, settings)
    store = RunStore.from_settings(settings)
    devices = list_devices()
    _refuse_beside_training(store)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's notes on itself are of no use here.
    use_device(config.device)
    calibration = calibrate(config)
    _refuse_beside_training(store)  # One that was started meanwhile has spoilt the measurement.
    keep_calibration(settings.cache_dir, calibration)
    view = build_launch(
        config,
        open_dataset(config.data, settings),
        store.list(),
        devices,
        preset=args.preset,
        calibration=calibration,
    )
    print(json.dumps(_summary(calibration, view)) if args.json else "\n".join(_lines(calibration, view)))
    return 0


def _configuration(args: argparse.Namespace, settings: Settings) -> TrainingConfig:
    try:
        changes = json.loads(args.recipe)
    except json.JSONDecodeError:
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


def _summary(calibration: Calibration, view: LaunchView) -> dict[str, Any]:
    """Return what ``--json`` prints: the measurement, and what a whole run takes at most, in seconds."""
    return calibration.model_dump(mode="json") | {
        "seconds": view.seconds,
        "expected_seconds": view.expected_seconds,
        "test_accuracy": view.test_accuracy,
    }


def _lines(calibration: Calibration, view: LaunchView) -> tuple[str, ...]:
    speeds = (
        f"{calibration.workload.model}, batches of {calibration.workload.batch_size}, {calibration.computed_in}: "
        f"{calibration.images_per_second:,.0f} images/s trained, {calibration.validated_per_second:,.0f} validated, "
        f"start-up {calibration.startup_seconds:.1f} s"
    )
    sentences = (sentence.replace("**", "") for sentence in (view.time_sentence, view.result_sentence))
    return (speeds, *filter(None, sentences))
