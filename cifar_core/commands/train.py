"""``python -m cifar_core train``: in the foreground, or with ``--queue`` like the Train page in the background."""

import argparse
import contextlib
import sys

from cifar_core.commands.output import print_json, run_summary
from cifar_core.commands.recipe_options import add_recipe_options, add_training_options, with_given_options
from cifar_core.commands.seeds import train_with_seeds
from cifar_core.data.catalog import list_choices, open_dataset
from cifar_core.data.dataset import names_drawn_sample
from cifar_core.data.source_files import TITLES
from cifar_core.data.trainable import check_trainable
from cifar_core.errors import ConfigError, RunError
from cifar_core.hardware.devices import use_device
from cifar_core.models.registry import MODELS, get_model, model_of
from cifar_core.models.spec import PRESET_TITLES
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import submit
from cifar_core.settings import Settings
from cifar_core.system.interrupts import EXIT_INTERRUPTED, interrupted
from cifar_core.words.counts import counted


def add_train_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``train`` to the command line."""
    parser = commands.add_parser(
        "train", help="train a model in the foreground (Ctrl-C keeps the best weights), or queue it"
    )
    add_configuration_options(parser)
    parser.add_argument("--queue", action="store_true", help="put it into the queue and print its id")
    parser.add_argument("--priority", type=int, default=0, metavar="N", help="in the queue: from -10 to 10")
    parser.add_argument(
        "--seeds",
        type=int,
        metavar="K",
        help="repeat with K seeds, from --seed on: K runs in the queue, whose mean and interval Compare shows",
    )
    parser.add_argument("--wait", action="store_true", help="with --seeds: wait until all runs have ended")
    parser.add_argument("--json", action="store_true", help="print the run as one JSON document")
    parser.set_defaults(run=_train)


def add_configuration_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a training; what is not given is that of the model's recipe."""
    parser.add_argument("--model", required=True, metavar="ID", help=", ".join(MODELS))
    parser.add_argument(
        "--preset", help=f"recipe to start from: {', '.join(PRESET_TITLES)}; the model's first by default"
    )
    parser.add_argument("--name", help="name to show; the model's id by default")
    add_training_options(parser, "seed", "device", "precision")
    add_recipe_options(parser)


def configuration(args: argparse.Namespace, settings: Settings) -> TrainingConfig:
    """Lay the given options over the model's preset.

    Parameters
    ----------
    args : argparse.Namespace
        The options of :func:`add_configuration_options`.
    settings : Settings
        Names the data set; where it names none, the first that can be opened is taken.

    Raises
    ------
    ConfigError
        No such model, or a value that is not allowed.
    DataError
        The data set cannot be opened, or no network can be trained on it.
    """
    values = with_given_options(get_model(args.model).preset(args.preset), args)
    values |= {
        "name": args.name or args.model,
        "model": args.model,
        "data": settings.data or next(choice.key for choice in list_choices(settings) if choice.available),
        "seed": args.seed,
        "device": args.device,
        "precision": args.precision,
    }
    config = TrainingConfig.from_values(values)
    model_of(config)
    _judge(config, settings)
    return config


def _judge(config: TrainingConfig, settings: Settings) -> None:
    """Say on standard error what somebody should know of the data set before the training begins.

    Raises
    ------
    DataError
        It cannot be opened, or no network can be trained on it.
    """
    if names_drawn_sample(config.data) or config.data in TITLES:
        return  # they have ten classes with hundreds of pictures each
    for remark in check_trainable(open_dataset(config.data, settings), config):
        print(remark, file=sys.stderr)


def _train(args: argparse.Namespace, settings: Settings) -> int:
    config = configuration(args, settings)
    if args.seeds is not None:
        return train_with_seeds(config, args, settings)
    if args.queue:
        return _queue(config, args, settings)
    from cifar_core.training.worker import run_to_the_end

    use_device(config.device)
    store = RunStore.from_settings(settings)
    run = store.create(config, foreground=True)
    # With --json standard output belongs to the document; progress goes beside it.
    with contextlib.redirect_stdout(sys.stderr) if args.json else contextlib.nullcontext():
        record = run_to_the_end(run.paths, settings, keep_log=True)
    if interrupted():
        print(f"\n{_tell_interrupted(record)}", file=sys.stderr)
        return EXIT_INTERRUPTED
    if record.status == "failed":
        raise RunError(record.error or "The run failed.")
    finished = store.get(run.id)
    if args.json:
        print_json(run_summary(finished), indent=None)
    else:
        print(f"{finished.paths.folder}")
    return 0


def _tell_interrupted(record: RunRecord) -> str:
    """Say what a training left that Ctrl-C ended."""
    if record.status == "finished":
        return f"Interrupted, but the run “{record.id}” has just finished."
    again = f"To go on, in the background: python -m cifar_core runs resume {record.id}"
    results = record.results
    if results is None or results.epochs is None:
        return f"Stopped by Ctrl-C before the first epoch was done. {again}"
    return (
        f"Stopped by Ctrl-C after {counted(results.epochs, 'epoch')}; the weights of epoch "
        f"{results.best_epoch} are kept. {again}"
    )


def _queue(config: TrainingConfig, args: argparse.Namespace, settings: Settings) -> int:
    if not -10 <= args.priority <= 10:
        raise ConfigError(f"A priority lies between -10 and 10 (given: {args.priority}).")
    run = submit(RunStore.from_settings(settings), config, priority=args.priority)
    if args.json:
        print_json(run_summary(run), indent=None)
    else:
        print(run.id)
    return 0
