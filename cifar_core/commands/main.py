"""The command line: all that the pages can do.

With ``--json`` a command prints one JSON document on standard output and nothing else there. Exit status: 0,
1 where something failed (one sentence on standard error), 2 for wrong usage, 130 after Ctrl-C.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from cifar_core.commands.cluster import add_cluster_action
from cifar_core.commands.data import add_data_commands
from cifar_core.commands.explain import add_explain_command
from cifar_core.commands.explain_background import add_explain_background_command
from cifar_core.commands.explain_beside import add_explain_beside_command
from cifar_core.commands.explain_inside import add_explain_inside_command
from cifar_core.commands.explain_score import add_explain_score_command
from cifar_core.commands.explain_unknown import add_explain_unknown_command
from cifar_core.commands.exports import add_export_actions
from cifar_core.commands.imports import add_import_actions, add_import_command
from cifar_core.commands.labels import add_label_commands
from cifar_core.commands.maps import add_map_commands
from cifar_core.commands.measure import add_measure_command
from cifar_core.commands.models import add_model_commands
from cifar_core.commands.queue import add_queue_actions
from cifar_core.commands.report import add_report_command
from cifar_core.commands.robustness import add_robustness_command
from cifar_core.commands.runs import add_run_commands
from cifar_core.commands.sets import add_set_commands
from cifar_core.commands.sweep import add_sweep_commands
from cifar_core.commands.train import add_train_command
from cifar_core.errors import CifarLabError, ConfigError
from cifar_core.settings import Settings
from cifar_core.system.interrupts import EXIT_INTERRUPTED, heed_interrupts, interrupted
from cifar_core.system.streams import make_streams_safe


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after the program's name; those of the process if not given.

    Returns
    -------
    int
        The exit status.
    """
    make_streams_safe()
    heed_interrupts()
    parsed, shared = parse(arguments)
    try:
        settings = Settings.from_environment(data=shared.data, runs_dir=shared.runs)
        status: int = parsed.run(parsed, settings)
        sys.stdout.flush()
        return status
    except (Exception, KeyboardInterrupt) as error:
        if interrupted() or isinstance(error, KeyboardInterrupt):
            # Below the “^C” that a terminal shows.
            print(f"\n{getattr(parsed, 'when_interrupted', 'Interrupted.')}", file=sys.stderr)
            return EXIT_INTERRUPTED
        return _tell(error)


def _tell(error: Exception) -> int:
    """Say what a command ended with; return its exit status.

    Raises
    ------
    Exception
        A defect of ours.
    """
    if isinstance(error, CifarLabError):
        print(error, file=sys.stderr)
        for detail in error.details:
            print(f"  {detail}", file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 1
    if isinstance(error, BrokenPipeError):  # “… | head” stops reading once it has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    raise error


def parse(arguments: Sequence[str] | None = None) -> tuple[argparse.Namespace, argparse.Namespace]:
    """Understand a command line; ends the process with a usage message where that is not possible.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after the program's name; those of the process if not given.

    Returns
    -------
    command : Namespace
        Its options; ``run`` does what it says.
    shared : Namespace
        ``data`` and ``runs``, where they were given.
    """
    # The two options may stand anywhere on the line, so they are taken out before the command is parsed.
    shared = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    shared.add_argument("--runs", metavar="DIR", help="folder of the runs (CIFAR_LAB_RUNS)")
    shared.add_argument("--data", metavar="DATA", help="drawn, cifar10, cifar100 or a path (CIFAR_LAB_DATA)")
    parser = argparse.ArgumentParser(
        prog="python -m cifar_core",
        description="CIFAR Lab on the command line: all that the pages can do.",
        parents=[shared],
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    add_data_commands(commands)
    add_train_command(commands)
    run_actions = add_run_commands(commands)
    add_model_commands(commands)
    add_measure_command(commands)
    add_queue_actions(run_actions)
    add_export_actions(run_actions)
    add_import_actions(run_actions)
    add_cluster_action(run_actions)
    add_sweep_commands(commands)
    add_map_commands(commands)
    add_set_commands(commands)
    add_label_commands(commands)
    add_report_command(commands)
    add_explain_command(commands)
    add_explain_score_command(commands)
    add_robustness_command(commands)
    add_explain_background_command(commands)
    add_explain_beside_command(commands)
    add_explain_unknown_command(commands)
    add_explain_inside_command(commands)
    add_import_command(commands)
    chosen, rest = shared.parse_known_args(arguments)
    if (
        " ".join(rest[:2]) in commands.choices
    ):  # “explain score”; by itself “explain” takes a run and a picture
        rest[:2] = [" ".join(rest[:2])]
    return parser.parse_args(rest), chosen
