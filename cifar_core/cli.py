"""The command line: all that the pages can do.

With ``--json`` a command prints one JSON document on standard output and nothing else there. Exit status: 0,
1 where something failed (one sentence on standard error), 2 for wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence

from cifar_core.data.cli import add_data_commands
from cifar_core.errors import CifarLabError
from cifar_core.explain.cli import add_explain_command
from cifar_core.runs.cli import add_run_commands
from cifar_core.settings import Settings
from cifar_core.training.cli import add_train_command


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
    parser = argparse.ArgumentParser(
        prog="python -m cifar_core", description="CIFAR Lab on the command line: all that the pages can do."
    )
    parser.add_argument("--runs", metavar="DIR", help="folder of the runs (CIFAR_LAB_RUNS)")
    parser.add_argument("--data", metavar="DATA", help="drawn, cifar10, cifar100 or a path (CIFAR_LAB_DATA)")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    add_data_commands(commands)
    add_train_command(commands)
    add_run_commands(commands)
    add_explain_command(commands)
    parsed = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment(data=parsed.data, runs_dir=parsed.runs)
        status: int = parsed.run(parsed, settings)
        return status
    except CifarLabError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 1
