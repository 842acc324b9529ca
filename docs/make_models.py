"""Write ``docs/models.md`` from the run folders in ``trained/``: ``make models``. No figure in it is typed by hand."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import fmean, median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.evaluation.repeats import Repeats
from cifar_core.models.architectures import known_architectures
from cifar_core.models.registry import MODELS
from cifar_core.models.spec import PRESET_TITLES, ModelSpec
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run, read_run
from cifar_core.runs.seed_groups import seed_groups
from cifar_core.views.recipe_words import nearest_preset
from cifar_core.words.counts import counted
from cifar_core.words.durations import duration_words

TARGET = ROOT / "docs" / "models.md"
PICTURES = "cifar10"
HEAD = """# The models, and what they reach

Written by `python docs/make_models.py` from the runs in `trained/`: every figure under *ours* was read from a run
folder, none was typed. *Reported* is what the authors of the student systems wrote, on the original CIFAR-10; where
their text and their executed code disagree, both are given.

"""
NOTES = """
**The data.** {data}. JPEG costs accuracy: airbench94 with Muon, published at 94.0% on the original files, reaches
about three points less on this copy ([performance](performance.md) has the PyTorch port's figure), so expect as much
between *reported* and *ours*; among each other our models compare as they stand. With the original files
(`python -m cifar_core data download cifar10`) the command below trains on them.

**The figures.** Test accuracy on all {pictures:,} test pictures, read once, after the last weight had changed, with
the 95% interval that so many pictures allow (Wilson); one seed each, but for rows that name several: these give the
mean of the seeds with the 95% interval of that mean (Student), and the median of their times. *Six views*: the same
network asked about each picture, its mirror image and both moved by a pixel. Time
is that of training with validation, without start-up and
test; other work ran on the machine meanwhile in most cases, so it is an upper end. Operations are those of one picture
forward, a multiplication and an addition being two.

**Shortened** runs say so: a recipe with fewer epochs than the preset is less than the preset can do.

**Weights** above 8 MB are not shipped; curves, predictions and the record are. Train a model again, on this data or
other:

```
python -m cifar_core train --model MODEL --preset PRESET --data cifar10
```
"""
HEADER = (
    "model", "reported", "ours: test accuracy", "six views", "recipe", "parameters", "operations", "training time",
    "images/s", "hardware", "weights",
)  # fmt: skip


def main() -> None:
    """Write the page."""
    TARGET.write_text(models_page(ROOT / "trained"))
    print(TARGET.relative_to(ROOT))


def models_page(trained: Path) -> str:
    """Return the page for the runs in a folder."""
    runs = [read_run(folder, shipped=True) for folder in sorted(trained.iterdir()) if folder.is_dir()]
    measured = [(run, run.record) for run in runs if run.record and _counts(run.record)]
    lines = ["| " + " | ".join(HEADER) + " |", "| " + " | ".join("---" for _ in HEADER) + " |"]
    for spec in MODELS.values():
        own = {run.id: (run, record) for run, record in measured if record.training.model == spec.id}
        repeated = seed_groups(run for run, _ in own.values())
        rows = [_repeats_row([_row(spec, *own[run.id]) for run in runs], runs) for runs in repeated.values()]
        in_groups = {run.id for runs in repeated.values() for run in runs}
        alone = [_row(spec, *one) for run_id, one in own.items() if run_id not in in_groups]
        rows = alone + rows or [_empty_row(spec)]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
    data = next(record.data for _, record in measured if record.data)
    note = NOTES.format(data=f"{data.name}: {data.source}", pictures=data.test_pictures)
    return HEAD + "\n".join(lines) + "\n" + note + "\n" + "\n".join(_recipes(MODELS.values())) + "\n"


def _counts(record: RunRecord) -> bool:
    return (
        record.status == "finished"
        and record.imported is None
        and record.data is not None
        and record.data.key == PICTURES
        and record.results is not None
        and record.results.test_accuracy is not None
    )


def _row(spec: ModelSpec, run: Run, record: RunRecord) -> tuple[str, ...]:
    results, data, environment = record.results, record.data, record.environment
    assert results is not None
    assert results.test_accuracy is not None
    assert data is not None
    assert environment is not None
    correct = round(results.test_accuracy * data.test_pictures)
    interval = wilson_interval(correct, data.test_pictures).in_percent.replace(" ", "").removesuffix("%")
    six = results.test_accuracy_six_views
    return (
        f"`{spec.id}`",
        spec.reported or "–",
        f"**{results.test_accuracy:.1%}** ({interval})",
        f"{six:.1%}" if six is not None else "–",
        _recipe_words(spec, record),
        f"{record.parameters:,}",
        _operations(spec),
        duration_words(results.training_seconds) if results.training_seconds is not None else "–",
        f"{results.images_per_second:,.0f}" if results.images_per_second is not None else "–",
        f"{environment.hardware}, {environment.precision}",
        "shipped" if run.has_model else "train again",
    )


def _repeats_row(rows: Sequence[tuple[str, ...]], runs: Sequence[Run]) -> tuple[str, ...]:
    """Return one row for the seeds of a recipe."""
    results = [run.record.results for run in runs if run.record and run.record.results]
    repeats = Repeats(tuple(one.test_accuracy for one in results if one.test_accuracy is not None))
    around = repeats.interval.in_percent.replace(" ", "").removesuffix("%") + ", " if repeats.interval else ""
    six = [one.test_accuracy_six_views for one in results if one.test_accuracy_six_views is not None]
    seconds = [one.training_seconds for one in results if one.training_seconds is not None]
    speeds = [one.images_per_second for one in results if one.images_per_second is not None]
    row = list(rows[0])
    row[HEADER.index("ours: test accuracy")] = (
        f"**{repeats.mean:.1%}** ({around}{counted(len(runs), 'seed')})"
    )
    row[HEADER.index("six views")] = f"{fmean(six):.1%}" if six else "–"
    row[HEADER.index("training time")] = duration_words(median(seconds)) if seconds else "–"
    row[HEADER.index("images/s")] = f"{median(speeds):,.0f}" if speeds else "–"
    return tuple(row)


def _empty_row(spec: ModelSpec) -> tuple[str, ...]:
    parameters = f"{spec.parameters():,}"
    name, reported = f"`{spec.id}`", spec.reported or "–"
    return (name, reported, "not trained yet", "–", "–", parameters, _operations(spec), "–", "–", "–", "–")


def _operations(spec: ModelSpec) -> str:
    return f"{known_architectures()[spec.id].operations / 1e6:,.0f} M"


def _recipe_words(spec: ModelSpec, record: RunRecord) -> str:
    config = record.training
    name, differing = nearest_preset(spec, config)
    words = PRESET_TITLES[name]
    preset = spec.presets[name]
    if "epochs" in differing:
        kind = "shortened: " if config.epochs < preset.epochs else ""
        words += f", **{kind}{config.epochs} of {preset.epochs} epochs**"
    elif record.results and record.results.epochs and record.results.epochs < config.epochs:
        words += f", stopped early after {record.results.epochs} of at most {config.epochs} epochs"
    else:
        words += ", one epoch" if config.epochs == 1 else f", {config.epochs} epochs"
    others = [field.replace("_", " ") for field in differing if field != "epochs"]
    return words + (f", other {', '.join(others)}" if others else "")


def _recipes(specs: Iterable[ModelSpec]) -> Iterator[str]:
    yield "## The recipes\n"
    yield "| model | preset | epochs | batch | optimizer | learning rate | schedule | weight decay | augmentation |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for spec in specs:
        for name, recipe in spec.presets.items():
            share = "" if recipe.training_share == 1 else f", {recipe.training_share:.0%} of the pictures"
            changes = recipe.augmentation.model_dump(exclude_defaults=True)
            words = ", ".join(
                f"{key.replace('_', ' ')} {_short(value)}".strip() for key, value in changes.items()
            )
            yield (
                f"| `{spec.id}` | {PRESET_TITLES[name]} | {recipe.epochs}{share} | {recipe.batch_size} | "
                f"{recipe.optimizer} | {recipe.learning_rate:g} | {recipe.schedule.kind.replace('_', ' ')} | "
                f"{recipe.weight_decay:g} | {words or '–'} |"
            )


def _short(value: object) -> str:
    if value is True:
        return ""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
