"""Write ``docs/error-analysis.md`` from the shipped runs and real CIFAR-10. No figure in it is typed by hand.

``CIFAR_LAB_DATA=… python docs/make_error_analysis.py``, where the data set is the one that the runs were tested on.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cifar_core.data.catalog import open_dataset
from cifar_core.evaluation.calibration import Reliability, fit_temperature, with_temperature
from cifar_core.evaluation.colour_baseline import ColourBaseline, colour_baseline
from cifar_core.evaluation.confusion import ConfusionMatrix
from cifar_core.evaluation.ensemble import ensemble
from cifar_core.evaluation.intervals import wilson_interval
from cifar_core.evaluation.paired import PairedComparison
from cifar_core.evaluation.predictions import Predictions, load_predictions
from cifar_core.evaluation.significance import SIGNIFICANT, p_words
from cifar_core.picture_sets.evaluate import PictureSet, choose
from cifar_core.picture_sets.slices import worst_slices
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.views.colour_baseline import baseline_sentence
from cifar_core.views.set_words import set_words
from cifar_core.words.classes import name_list
from cifar_core.words.numbers import signed

TARGET = ROOT / "docs" / "error-analysis.md"
RUN, OTHERS = "speedrun-3478", ("resnet18", "resnet20", "cnn-custom", "resnet-dense")

TEXT = """# Error analysis: a student's story

*It is the night before the deadline. The network is right on {accuracy}.
Which pictures does it get wrong, what do they have in common, and what would help?* Written by
`python docs/make_error_analysis.py` from shipped runs: every figure below was computed, none was typed. Pictures:
{data}, {pictures:,} test pictures; one seed of each model. The run is `{run}` (`speedrun`),
the others are {others}.

## Which pictures go wrong

```bash
python -m cifar_core sets count 'wrong({short})'
python -m cifar_core sets show 'sort(wrong({short}), loss({short}), down)'
```

{wrong:,} of {pictures:,}. The most frequent mistakes: {mistakes}.
In [Compare](compare.md#matrices) these are the darkest orange cells; a click shows the pictures, another click where
the network looked in one.

## What they have in common

The tab [Slices](compare.md#slices) finds the worst slices on one half of the test pictures and judges them on the
other:

| slice | accuracy | 95% interval, all at once | n | all others | p (Holm) |
| --- | --- | --- | --- | --- | --- |
{slices}

{slices_told}

## Does it go by colour?

```bash
python -m cifar_core data colours
```

{colour}

## How many pictures has it seen before?

```bash
python -m cifar_core data check
python -m cifar_core sets show 'near_duplicates(train) and split(test)'
```

{seen}

## Is another model better there?

`resnet18` and `speedrun` on all test pictures: {pair}

They do not fail on the same pictures: `flips(resnet18, {short})` are {flips:,} pictures that resnet18 gets right
and speedrun wrong, the other way round it is {flops:,}, and both miss {both:,}. All five models miss {all_wrong:,}
pictures (`all_wrong`); those are the ones to look at first, for no change of architecture has helped yet.

## How many labels are doubtful?

```bash
python -m cifar_core sets show 'doubt({short}, resnet18, resnet20, cnn-custom, resnet-dense, 100)'
```

Confident learning on the mean of the five models doubts {doubts:,} labels of {pictures:,}. A doubted label
need not be wrong: the models share their blind spots, and {doubts_wrong:,} of these pictures all five get wrong. Look
at them; the first are {first_doubts}.

## What would an ensemble bring?

The five models together (the mean of their probabilities) are right on {ensemble}. {ensemble_told}

## Is 90% sure 90% right?

{calibration}
"""


def main() -> None:
    """Write the page."""
    settings = Settings.from_environment()
    dataset = open_dataset(settings.data, settings)
    runs = RunStore(ROOT / "runs-that-are-not-there", ROOT / "trained").list()
    universe = Universe.of_dataset(dataset, runs, settings.cache_dir)
    names = (RUN, *OTHERS)
    said = {name: universe.said(name) for name in names}
    mine = said[RUN].predictions
    labels = {one.run.id: name for name, one in said.items()}

    def find(text: str) -> PictureSet:
        return choose(text, universe)

    universe.duplicates.counts()  # Slices are made of them only where they are known.
    every = ", ".join(names)
    slices = worst_slices(universe, said[RUN])
    real = [one for one in slices if one.p_value < SIGNIFICANT]
    doubts, all_wrong = find(f"doubt({every}, 100000)"), find(f"all_wrong({every})")
    together = ensemble([one.predictions for one in said.values()])
    best = max(said, key=lambda name: said[name].predictions.accuracy)
    against = PairedComparison.from_predictions(said[best].predictions, together)
    text = TEXT.format(
        accuracy=with_interval(mine),
        data=dataset.name,
        pictures=len(mine),
        run=said[RUN].run.id,
        short=RUN,
        others=name_list([f"`{name}`" for name in OTHERS]),
        wrong=len(find(f"wrong({RUN})")),
        mistakes=mistakes(mine, dataset.class_names),
        slices="\n".join(
            f"| {set_words(one.expression, labels).removeprefix('pictures ')} | {one.accuracy:.1%} | "
            f"{one.interval(len(slices)).in_percent} | {one.count:,} | {one.rest_accuracy:.1%} | "
            f"{p_words(one.p_value, 3)} |"
            for one in slices
        ),
        slices_told=(
            f"{len(real)} of these {len(slices)} are really worse (p below 0.05 after the correction); what the others "
            "show may be chance."
        ),
        colour=colour(colour_baseline(dataset, settings.cache_dir), mine, dataset.class_names),
        seen=seen(find("near_duplicates(train) and split(test)").of_split("test"), mine),
        pair=PairedComparison.from_predictions(mine, said["resnet18"].predictions).verdict("speedrun", "resnet18"),
        flips=len(find(f"flips(resnet18, {RUN})")),
        flops=len(find(f"flips({RUN}, resnet18)")),
        both=len(find(f"all_wrong(resnet18, {RUN})")),
        all_wrong=len(all_wrong),
        doubts=len(doubts),
        doubts_wrong=len(find(f"doubt({every}, 100000) and all_wrong({every})")),
        first_doubts=name_list([f"`test:{index}`" for index in doubts.of_split("test")[:5].tolist()]),
        ensemble=with_interval(together),
        ensemble_told=(
            f"That is {signed(100 * against.difference, 1)} points against {best}, the best of them alone (95% "
            f"interval {signed(100 * against.interval.low, 1)} to {signed(100 * against.interval.high, 1)}, "
            f"{'significant' if against.p_value < SIGNIFICANT else 'not significant'})."
        ),
        calibration=calibration(RUN, said[RUN].run.paths.predictions, mine),
    )  # fmt: skip
    TARGET.write_text(text, encoding="utf-8")
    print(TARGET.relative_to(ROOT))


def with_interval(predictions: Predictions) -> str:
    """Return accuracy with its 95% interval."""
    interval = wilson_interval(int(predictions.correct.sum()), len(predictions)).in_percent
    return f"{predictions.accuracy:.1%} (95% interval {interval})"


def mistakes(predictions: Predictions, class_names: tuple[str, ...]) -> str:
    """Name the most frequent mistakes."""
    top = ConfusionMatrix.from_predictions(predictions).top_confusions(5)
    return name_list(
        [f"{class_names[one.true]} taken for {class_names[one.predicted]} ({one.count})" for one in top]
    )


def colour(baseline: ColourBaseline, network: Predictions, class_names: tuple[str, ...]) -> str:
    """Say how far colour alone gets, and what the network does where it fails."""
    alone = baseline.predictions.correct
    where = [wilson_interval(int(network.correct[part].sum()), int(part.sum())) for part in (alone, ~alone)]
    return (
        f"{baseline_sentence(baseline)} Its most frequent mistakes: {mistakes(baseline.predictions, class_names)}.\n\n"
        f"The network is right on {network.correct[alone].mean():.1%} ({where[0].in_percent}) of the {alone.sum():,} "
        f"pictures that colour alone gets right, and on {network.correct[~alone].mean():.1%} ({where[1].in_percent}) "
        "of the others. On the first it may go by colour, or they are easy in other ways too; on the others it must "
        "see more. "
        "The [Colour lab](dataset.md#colour-lab) shows the same with its matrix."
    )


def seen(tests: NDArray[np.int64], network: Predictions) -> str:
    """Say how many test pictures are nearly in the training split, and what that does to accuracy."""
    inside = np.zeros(len(network), np.bool_)
    inside[tests] = True
    intervals = [
        wilson_interval(int(network.correct[part].sum()), int(part.sum())) for part in (inside, ~inside)
    ]
    return (
        f"{inside.sum():,} test pictures ({inside.mean():.1%}) have a near-duplicate in the training split "
        f"([how they are found](dataset.md#check)). The network is right on {network.correct[inside].mean():.1%} of "
        f"them (95% interval {intervals[0].in_percent}), and on {network.correct[~inside].mean():.1%} of the others "
        f"({intervals[1].in_percent}). Without them its accuracy would be "
        f"{100 * (network.accuracy - network.correct[~inside].mean()):.2f} points lower."
    )


def calibration(name: str, path: Path, test: Predictions) -> str:
    """Say how sure the network is, how right, and what a temperature changes."""
    temperature = fit_temperature(load_predictions(path, "validation"))
    before, after = (Reliability.of(one) for one in (test, with_temperature(test, temperature)))
    tendency = "too sure of itself" if before.tendency > 0 else "not sure enough"
    return (
        f"`{name}` is {test.confidence.mean():.1%} sure on average and {test.accuracy:.1%} right: {tendency}, with an "
        f"expected calibration error of {before.error:.1%} (15 bins of equal width). Dividing the logits by "
        f"{temperature:.2f}, fitted on its validation pictures, leaves {after.error:.1%} on the test pictures and "
        "changes no prediction. [Compare](compare.md#confidence) draws the reliability diagram."
    )


if __name__ == "__main__":
    main()
