"""All that the Compare page shows of the chosen runs: what their predictions say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from cifar_core.errors import RunError
from cifar_core.evaluation.balanced import BalancedAccuracy
from cifar_core.evaluation.loss_names import LossNames, loss_names
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.evaluation.run_evaluation import Evaluation, evaluate_run
from cifar_core.evaluation.significance import SIGNIFICANT
from cifar_core.remembered import remembered
from cifar_core.runs.metrics import EpochMetrics, read_metrics
from cifar_core.runs.record import DataProvenance
from cifar_core.views.compare.repeats import RepeatGroup, groups_verdict
from cifar_core.views.compare.table import RunRow
from cifar_core.views.compare.verdict import Verdict
from cifar_core.words.counts import counted

MOST_RUNS = 6
"""More than this many runs side by side nobody can read."""

_MOST_NOTES = 6


@dataclass(frozen=True)
class Choice:
    """The runs to show.

    Attributes
    ----------
    ids : tuple of str
        Their ids, best first or in the order asked for.
    notes : tuple of str
        Sentences about what was asked for and cannot be shown.
    """

    ids: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ComparedRun:
    """A chosen run with its evaluation.

    Attributes
    ----------
    row : RunRow
        Its line in the table.
    data : DataProvenance
        The pictures it was tested on.
    evaluation : Evaluation
        What its predictions say.
    """

    row: RunRow
    data: DataProvenance
    evaluation: Evaluation

    @property
    def id(self) -> str:
        """Id of the run."""
        return self.row.id

    @property
    def title(self) -> str:
        """Name and test accuracy, computed from the predictions shown."""
        return f"{self.row.label} · {self.evaluation.matrix.predictions.accuracy:.1%}"


@dataclass(frozen=True, eq=False)
class CompareView:
    """What is drawn for the chosen runs.

    Attributes
    ----------
    compared : tuple of ComparedRun
        Those with predictions.
    curves : dict
        Finished epochs by label, of those with at least one.
    repeated : dict
        The same for repeats over seeds: the epochs of each of their runs.
    losses : dict
        What the losses in both are, by the same labels.
    verdict : Verdict or None
        Whether the difference between the two best is real.
    problems : tuple of str
        Sentences on the others.
    """

    compared: tuple[ComparedRun, ...]
    curves: dict[str, tuple[EpochMetrics, ...]]
    repeated: dict[str, tuple[tuple[EpochMetrics, ...], ...]]
    losses: dict[str, LossNames]
    verdict: Verdict | None
    problems: tuple[str, ...]

    def largest_mistake(self, *, by_true_class: bool) -> float:
        """Return the largest entry off the diagonal of all matrices, so that they share one colour scale."""
        largest = 0.0
        for one in self.compared:
            matrix = one.evaluation.matrix
            values = (matrix.by_true_class if by_true_class else matrix.counts).astype(float)
            for number in range(matrix.class_count):
                values[number, number] = 0
            largest = max(largest, float(values.max(initial=0)))
        return largest

    def loss_sentences(self) -> tuple[str, ...]:
        """Say of curves that are no plain cross-entropy what they are; equal ones share a sentence."""
        labels: dict[str, list[str]] = {}
        for label, losses in self.losses.items():
            if not losses.is_cross_entropy or losses.training != losses.validation:
                labels.setdefault(losses.content, []).append(f"“{label}”")
        return tuple(f"{', '.join(named)}: {content}." for content, named in labels.items())

    def by_classes(self) -> tuple[tuple[ComparedRun, ...], ...]:
        """Return the runs in groups that know the same classes and so fit into one chart."""
        groups: dict[tuple[str, ...], list[ComparedRun]] = {}
        for one in self.compared:
            groups.setdefault(one.data.class_names, []).append(one)
        return tuple(tuple(group) for group in groups.values())


def choose_runs(
    rows: Sequence[RunRow], asked: Sequence[str] | None, groups: Sequence[RepeatGroup] = ()
) -> Choice:
    """Settle which runs to show.

    Parameters
    ----------
    rows : sequence of RunRow
        All runs, best first.
    asked : sequence of str or None
        Ids from the URL; ``None`` if it names none: then the two best on the data set on screen that have their
        weights, so that a click on a picture leads on to Explain; repeats count as one with their mean.
    groups : sequence of RepeatGroup
        Repeats over seeds, which can be chosen like a run.
    """
    labels = {group.id: group.label for group in groups}
    if asked is None:
        return Choice(_two_best(rows, groups))
    known = {row.id: row for row in rows}
    ids: list[str] = []
    notes: list[str] = []
    for run_id in dict.fromkeys(asked):
        if run_id not in known and run_id not in labels:
            notes.append(f"There is no run “{run_id[:80]}” on this machine; it was left out.")
        elif run_id in known and known[run_id].run.record is None:
            notes.append(f"{known[run_id].missing}")
        elif len(ids) == MOST_RUNS:
            label = labels[run_id] if run_id in labels else known[run_id].label
            notes.append(f"Only {MOST_RUNS} runs are shown at once; “{label}” was left out.")
        else:
            ids.append(run_id)
    if len(notes) > _MOST_NOTES:
        notes[_MOST_NOTES:] = [f"And {counted(len(notes) - _MOST_NOTES, 'more such note')}."]
    return Choice(tuple(ids), tuple(notes))


def _two_best(rows: Sequence[RunRow], groups: Sequence[RepeatGroup]) -> tuple[str, ...]:
    repeated = {row.id for group in groups for row in group.rows}
    means = {group.id: group.repeats.mean for group in groups if group.same_data and group.repeats}
    single = {
        row.id: row.test_accuracy or 0.0
        for row in rows
        if row.same_data and row.missing is None and row.id not in repeated
    }
    every = means | single
    weights = {row.id for row in rows if row.run.has_model}
    weights |= {group.id for group in groups if any(row.id in weights for row in group.rows)}
    best = sorted(every, key=lambda one: (one not in weights, -every[one]))[:2]
    return tuple(sorted(best, key=lambda one: -every[one]))


def build_compare(
    rows: Sequence[RunRow],
    ids: Sequence[str],
    *,
    groups: Sequence[RepeatGroup] = (),
) -> CompareView:
    """Compute all that is drawn for the chosen runs.

    Parameters
    ----------
    rows : sequence of RunRow
        All runs.
    ids : sequence of str
        The chosen ones.
    groups : sequence of RepeatGroup
        Repeats over seeds; for matrices and classes the median run of a chosen one stands for it.
    """
    chosen_groups = [group for group in groups if group.id in ids]
    repeated = {group.label: runs for group in chosen_groups if (runs := group.curves())}
    losses = {
        group.label: loss_names(group.rows[0].run.record, chain.from_iterable(repeated[group.label]))
        for group in chosen_groups
        if group.label in repeated
    }
    by_id = {row.id: row for row in rows}
    compared: list[ComparedRun] = []
    curves: dict[str, tuple[EpochMetrics, ...]] = {}
    problems: list[str] = []
    for row in _rows_to_show(ids, by_id, chosen_groups, problems):
        metrics = read_metrics(row.run.paths.metrics)
        if metrics.epochs and row.id in ids:
            curves[row.label] = metrics.epochs
            losses[row.label] = loss_names(row.run.record, metrics.epochs)
        if metrics.problem:
            problems.append(f"“{row.label}”: {metrics.problem}")
        record = row.run.record
        if row.missing is not None or record is None or record.data is None:
            problems.append(row.missing or f"“{row.label}” does not say which pictures it was tested on.")
            continue
        try:
            compared.append(ComparedRun(row, record.data, evaluate_run(row.run)))
        except RunError as problem:
            problems.append(str(problem))
    verdict = groups_verdict(chosen_groups) or runs_verdict(compared)
    return CompareView(tuple(compared), curves, repeated, losses, verdict, tuple(problems))


def _rows_to_show(
    ids: Sequence[str],
    by_id: Mapping[str, RunRow],
    groups: Sequence[RepeatGroup],
    problems: list[str],
) -> Iterator[RunRow]:
    """Yield the chosen runs and the median run of each chosen group, none of them twice."""
    by_group = {group.id: group for group in groups}
    for one in ids:
        if one not in by_group:
            yield by_id[one]
            continue
        median = by_group[one].median
        if median is None:
            problems.append(f"No run of “{by_group[one].label}” has been tested yet.")
        elif median.id not in ids:
            yield median


def runs_verdict(compared: Sequence[ComparedRun]) -> Verdict | None:
    """Say whether the best of the runs is really better than the next one on the same pictures.

    Parameters
    ----------
    compared : sequence of ComparedRun
        For fewer than two there is none.
    """
    if len(compared) < 2:
        return None
    ranked = sorted(compared, key=lambda one: -one.evaluation.matrix.predictions.accuracy)
    best = ranked[0]
    for other in ranked[1:]:
        if other.data.fingerprint == best.data.fingerprint:
            pair = _paired(other.evaluation.matrix.predictions, best.evaluation.matrix.predictions)
            told = pair.verdict(other.row.label, best.row.label)
            return Verdict(told + _balanced_words(best, other), pair.p_value < SIGNIFICANT)
    return Verdict(
        "These runs were tested on different pictures, so their accuracies say nothing about each other.",
        None,
    )


_paired = remembered(most=32)(PairedComparison.from_predictions)


def _balanced_words(best: ComparedRun, other: ComparedRun) -> str:
    """Say what becomes of the two where every class counts the same; nothing where the classes are balanced."""
    first, second = (
        BalancedAccuracy.where_needed(one.evaluation.matrix.predictions) for one in (best, other)
    )
    if first is None or second is None:
        return ""
    turned = (
        " There the other one is ahead: it recognises the rare classes better."
        if second.value > first.value
        else ""
    )
    return (
        f" The classes of the test pictures are unbalanced. Balanced accuracy, in which each class counts the same, is "
        f"{first.sentence()} for {best.row.label} and {second.sentence()} for {other.row.label}.{turned}"
    )
