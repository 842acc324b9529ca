"""One recipe trained several times, each time with another seed."""

import secrets
from datetime import UTC, datetime

from cifar_core.errors import ConfigError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.record import RunGroup
from cifar_core.runs.run import Run
from cifar_core.runs.store import RunStore
from cifar_core.scheduling.submit import take_up_queue

FEWEST_SEEDS, MOST_SEEDS = 2, 50


def submit_seeds(
    store: RunStore, config: TrainingConfig, count: int, *, priority: int = 0
) -> tuple[Run, ...]:
    """Queue ``count`` runs of one recipe whose seeds follow each other; Compare shows them as one.

    Parameters
    ----------
    store : RunStore
        Where the runs go.
    config : TrainingConfig
        What all have in common; its seed is the first one.
    count : int
        How many runs, from 2 to 50.
    priority : int
        Of each run, from -10 to 10.

    Returns
    -------
    tuple of Run
        In the order of their seeds.

    Raises
    ------
    ConfigError
        There are too few or too many seeds, or the last one is too large.
    RunError
        The user may not have so many runs, and none is queued; or a run cannot be written, and those before it are.
    """
    if not FEWEST_SEEDS <= count <= MOST_SEEDS:
        raise ConfigError(f"Choose from {FEWEST_SEEDS} to {MOST_SEEDS} seeds (given: {count}).")
    store.check_room(count)  # asked for all at once: either all are queued or none
    group_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-seeds-{secrets.token_hex(2)}"
    seeds = range(config.seed, config.seed + count)
    configs = [
        TrainingConfig.from_values(
            config.model_dump() | {"seed": seed, "name": f"{config.name[:66]} · seed {seed}"}
        )
        for seed in seeds
    ]
    runs = tuple(
        store.create(
            one,
            priority=priority,
            group=RunGroup(id=group_id, kind="seeds", name=config.name, number=number),
        )
        for number, one in enumerate(configs)
    )
    take_up_queue(store)
    return runs
