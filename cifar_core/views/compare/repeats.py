"""Runs that repeat one recipe with several seeds, shown as one: a mean and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cifar_core.evaluation.repeats import Repeats, difference_interval
from cifar_core.remembered import remembered
from cifar_core.runs.label_facts import Named
from cifar_core.runs.labels import tell_apart
from cifar_core.runs.metrics import EpochMetrics, read_metrics
from cifar_core.runs.run import Run
from cifar_core.runs.seed_groups import seed_groups
from cifar_core.views.compare.table import RunRow
from cifar_core.views.compare.verdict import Verdict
from cifar_core.words.counts import counted
from cifar_core.words.numbers import digits_to_tell


@dataclass(frozen=True, eq=False)
class RepeatGroup:
    """The runs of one recipe on the same pictures.

    Attributes
    ----------
    id : str
        Id of the group; stands in addresses like the id of a run.
    label : str
        Name and number of seeds.
    rows : tuple of RunRow
        All its runs, in the order of their seeds.
    """

    id: str
    label: str
    rows: tuple[RunRow, ...]

    @cached_property
    def tested(self) -> tuple[RunRow, ...]:
        """Those with a test accuracy."""
        return tuple(row for row in self.rows if row.test_accuracy is not None)

    @cached_property
    def repeats(self) -> Repeats | None:
        """Their accuracies; ``None`` as long as no run has been tested."""
        accuracies = tuple(row.test_accuracy for row in self.tested if row.test_accuracy is not None)
        return Repeats(accuracies) if accuracies else None

    @cached_property
    def balanced(self) -> Repeats | None:
        """Their balanced accuracies; ``None`` where the classes of the test pictures are balanced."""
        accuracies = tuple(row.balanced_accuracy for row in self.tested if row.balanced_accuracy is not None)
        return Repeats(accuracies) if accuracies else None

    @property
    def same_data(self) -> bool:
        """Whether they were trained on exactly the pictures on screen."""
        return self.rows[0].same_data

    @property
    def median(self) -> RunRow | None:
        """The run in the middle by test accuracy: its matrix stands for the group."""
        ranked = sorted(
            (row for row in self.tested if row.missing is None), key=lambda row: row.test_accuracy or 0.0
        )
        if not ranked:
            return None
        row = ranked[(len(ranked) - 1) // 2]
        seed = row.run.record.config.seed if row.run.record else 0
        return replace(row, label=f"{self.label}, median (seed {seed})")

    def curves(self) -> tuple[tuple[EpochMetrics, ...], ...]:
        """Return the finished epochs of every run that has some."""
        every = (read_metrics(row.run.paths.metrics).epochs for row in self.rows)
        return tuple(epochs for epochs in every if epochs)


@remembered(most=16)
def list_groups(rows: Sequence[RunRow]) -> tuple[RepeatGroup, ...]:
    """Find the repeats among all runs: groups of two or more on the same pictures, best mean first.

    Parameters
    ----------
    rows : sequence of RunRow
        All runs.
    """
    of_run = {row.id: row for row in rows}
    repeated = seed_groups(row.run for row in rows)
    labels = tell_apart([_named(group, runs) for group, runs in repeated.items()])
    groups = [
        RepeatGroup(group, f"{label} × {counted(len(runs), 'seed')}", tuple(of_run[run.id] for run in runs))
        for label, (group, runs) in zip(labels, repeated.items(), strict=True)
    ]
    return tuple(sorted(groups, key=lambda one: -one.repeats.mean if one.repeats else 1.0))


def groups_verdict(groups: Sequence[RepeatGroup]) -> Verdict | None:
    """Say whether the best recipe is really better than the next one; ``None`` without two to compare.

    Parameters
    ----------
    groups : sequence of RepeatGroup
        The chosen ones.
    """
    known = [(one, one.repeats) for one in groups if one.repeats is not None and one.repeats.count > 1]
    ranked = sorted(known, key=lambda pair: -pair[1].mean)
    if len(ranked) < 2:
        return None
    best, best_repeats = ranked[0]
    for other, repeats in ranked[1:]:
        if _fingerprint(other) != _fingerprint(best):
            continue
        told, is_real = _recipes_verdict(best.label, best_repeats, other.label, repeats)
        return Verdict(told + _balanced_words(best, other), is_real)
    return None


def _balanced_words(best: RepeatGroup, other: RepeatGroup) -> str:
    """Say the means of both where every class counts the same; nothing where the classes are balanced."""
    first, second = best.balanced, other.balanced
    if first is None or second is None:
        return ""
    turned = " There the other one is ahead." if second.mean > first.mean else ""
    return (
        " The classes of the test pictures are unbalanced. Balanced accuracy, in which each class counts the same, is "
        f"on average {first.sentence()} for {best.label} and {second.sentence()} for {other.label}.{turned}"
    )


def _recipes_verdict(
    best: str, best_repeats: Repeats, other: str, repeats: Repeats
) -> tuple[str, bool | None]:
    points = 100 * (best_repeats.mean - repeats.mean)
    runs = f"{best_repeats.count} and {counted(repeats.count, 'run')}"
    by = f"by {points:.{digits_to_tell(points)}f} points"
    if not best_repeats.deviation and not repeats.deviation:
        told = f"is ahead of {other} {by}" if points else f"is right as often as {other}"
        told += f", the same with every seed ({runs}), so nothing tells how far chance reaches."
        return f"{best} {told}", None
    interval = difference_interval(repeats, best_repeats)
    figures = f"95% interval of the difference {interval.in_points}, by Student's t over {runs}"
    covers = "It covers the chance in training, not the choice of the test pictures."
    if not points:
        return f"{best} and {other} are on average right equally often ({figures}). {covers}", False
    if interval.low > 0:
        return f"{best} is on average better than {other} {by} ({figures}). {covers}", True
    ahead = f"{best} is on average ahead of {other} {by}, which other seeds might turn around"
    return f"{ahead} ({figures}). {covers}", False


def _named(group_id: str, runs: Sequence[Run]) -> Named:
    record = runs[0].record
    return Named.of_seeds(group_id, record.group.name if record and record.group else group_id, runs)


def _fingerprint(group: RepeatGroup) -> str | None:
    record = group.tested[0].run.record
    return record.data.fingerprint if record and record.data else None
