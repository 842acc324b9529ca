"""Write the findings of ``docs/robustness.md`` from shipped runs and real CIFAR-10. No figure is typed by hand.

``CIFAR_LAB_DATA=… python docs/make_robustness.py``, where the data set is the one that the runs were tested on. What
was measured before with as many pictures is read from the cache; else it takes minutes for each run.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cifar_core.corruptions.kinds import KINDS
from cifar_core.data.catalog import open_dataset
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.robustness.record import RobustnessRecord
from cifar_core.explain.robustness.study import RobustnessStudy
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.words.numbers import percent

TARGET = ROOT / "docs" / "robustness.md"
RUNS = ("speedrun-3478", "cnn-7x7-9597", "resnet20-d654")
BASELINE = "cnn-7x7-9597"
PICTURES = 300
HEADING = "## Who breaks first?\n"


TEXT = """
Accuracy on the same {pictures:,} of {of:,} test pictures of {data} (seed {seed}), mean of severities 1 to 5; one run
of each model; in brackets 95% intervals (Wilson). Written by `python docs/make_robustness.py`; counted on two cores of
an AMD EPYC, without a GPU.

{table}

{said}

The run that loses most is `{worst}`. Accuracy in {kind}, where it breaks first, at severity 1, 3 and 5:

{course}

**Accuracy on clean pictures does not say who is robust.** With {pictures:,} pictures an accuracy is known to within
{known} percentage points at worst; smaller differences are not said to be any. Why one network breaks where another
does not is not measured here.
"""


def main() -> None:
    """Measure what was not measured before, and write the findings."""
    settings = Settings.from_environment()
    dataset = open_dataset(settings.data, settings)
    universe = Universe.of_dataset(dataset, RunStore.from_settings(settings).list(), settings.cache_dir)
    with InferenceService() as service:
        records = {
            name: RobustnessStudy(universe.run_named(name), dataset, settings.cache_dir, PICTURES).measure(
                service, lambda doing, share: print(f"{share:.0%} {doing}", file=sys.stderr)
            )
            for name in RUNS
        }
    kept = TARGET.read_text(encoding="utf-8").split(HEADING)[0]
    TARGET.write_text(kept + HEADING + findings(records, dataset.name), encoding="utf-8")


def findings(records: dict[str, RobustnessRecord], data: str) -> str:
    """Write the table and what it says.

    Parameters
    ----------
    records : dict of str to RobustnessRecord
        By the runs' short names.
    data : str
        Name of the data set.
    """
    first = next(iter(records.values()))
    rows = [("", *(f"`{name}`" for name in records)), ("---", *("---:" for _ in records))]
    rows.append(
        (
            "as they are",
            *(f"{percent(one.clean_accuracy)} ({ends(one, 'fog', 0)})" for one in records.values()),
        )
    )
    for kind in KINDS.values():
        rows.append((kind.title, *(percent(1 - one.error(kind.name)) for one in records.values())))
    rows.append(("**mean corruption error**", *(percent(one.mean_error) for one in records.values())))
    relative = [one.relative_error(records[BASELINE]) for one in records.values()]
    rows.append((f"relative to `{BASELINE}`", *("–" if one is None else percent(one) for one in relative)))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    worst = max(records, key=lambda name: records[name].lost)
    kind = KINDS[records[worst].breaks_first]
    said = [
        f"- `{name}` loses {100 * one.lost:.1f} percentage points, and breaks first in "
        f"{KINDS[one.breaks_first].phrase}: {percent(1 - one.error(one.breaks_first))} on the mean of five severities."
        for name, one in records.items()
    ]
    course = [f"- `{name}`: {steps(one, kind.name)}" for name, one in records.items()]
    widest = max(one.interval(kind.name, 3).high - one.interval(kind.name, 3).low for one in records.values())
    return TEXT.format(
        pictures=first.pictures, of=first.of, data=data, seed=first.seed, table=table, said="\n".join(said),
        worst=worst, kind=kind.phrase, course="\n".join(course), known=round(50 * widest),
    )  # fmt: skip


def ends(record: RobustnessRecord, kind: str, severity: int) -> str:
    """Return the ends of an interval in percent.

    Parameters
    ----------
    record : RobustnessRecord
        Of which run.
    kind : str
        Which corruption.
    severity : int
        0 to 5.
    """
    return record.interval(kind, severity).in_percent


def steps(record: RobustnessRecord, kind: str) -> str:
    """Return accuracy and interval at three severities.

    Parameters
    ----------
    record : RobustnessRecord
        Of which run.
    kind : str
        Which corruption.
    """
    return ", ".join(
        f"{percent(record.accuracy(kind, step), 0)} ({ends(record, kind, step)})" for step in (1, 3, 5)
    )


if __name__ == "__main__":
    main()
