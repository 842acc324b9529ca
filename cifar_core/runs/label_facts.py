"""What may tell two runs of one name apart, from owner and model to the moment they were asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cifar_core.accounts.user import short_owner
from cifar_core.data.path_key import last_part
from cifar_core.models.registry import MODELS
from cifar_core.models.spec import PRESET_TITLES
from cifar_core.recipes.config import Recipe, TrainingConfig
from cifar_core.recipes.fields import Setting, settings_of
from cifar_core.runs.record import RunRecord
from cifar_core.runs.run import Run
from cifar_core.words.counts import counted

_LONGEST_CHOICE = 25
"""Characters of a choice in the page's own words; beyond, the value itself says it."""


@dataclass(frozen=True)
class Named:
    """Something that gets a label: a run, or a recipe that was trained with several seeds.

    Attributes
    ----------
    id, name : str
        Its own id, and the name that people gave it, which others may bear too.
    record : RunRecord or None
        What was asked for: of several seeds, the first run's. ``None`` where that cannot be read.
    shipped : bool
        Whether it came with the project.
    training : TrainingConfig or None
        The settings in the record; ``None`` of what was not trained here.
    seeds : tuple of int
        All its seeds.
    """

    id: str
    name: str
    record: RunRecord | None
    shipped: bool
    training: TrainingConfig | None
    seeds: tuple[int, ...]

    @classmethod
    def of(cls, run: Run) -> "Named":
        """Take a single run."""
        record = run.record
        training = None if record is None or record.imported else record.training
        return cls(
            run.id, run.name, record, run.shipped, training, () if training is None else (training.seed,)
        )

    @classmethod
    def of_seeds(cls, group_id: str, name: str, runs: Sequence[Run]) -> "Named":
        """Take the runs of one recipe as one thing.

        Parameters
        ----------
        group_id, name : str
            Of their group.
        runs : sequence of Run
            At least one, in the order of their seeds.
        """
        first = cls.of(runs[0])
        seeds = tuple(seed for run in runs for seed in cls.of(run).seeds)
        return replace(first, id=group_id, name=name, seeds=seeds)


Words = list[str | None]
"""What is said of each of several things; ``None`` where there is nothing to say."""


Fact = Callable[[Sequence[Named]], Words]
"""Says one thing of each, in as few words as tell them apart."""


def _readable(things: Sequence[Named]) -> Words:
    return ["damaged" if one.record is None else None for one in things]


def _owners(things: Sequence[Named]) -> Words:
    owners = [one.record.owner if one.record else None for one in things]
    short = [owner and short_owner(owner) for owner in owners]
    return short if len(set(short)) == len(set(owners)) else owners


def _models(things: Sequence[Named]) -> Words:
    models = [one.record.config.model if one.record else None for one in things]
    return [
        None if model is None or model in one.name else model
        for one, model in zip(things, models, strict=True)
    ]


def _data(things: Sequence[Named]) -> Words:
    records = [one.record for one in things]
    # A run that waits has not opened its data yet, but has the key of those that have.
    names = {one.config.data: one.data.name for one in records if one and one.data}
    said = [names.get(one.config.data, last_part(one.config.data)) if one else None for one in records]
    prints = [one.data.fingerprint if one and one.data else None for one in records]
    # A folder of pictures that has changed keeps its name.
    changed = len({mark for mark in prints if mark}) > len(set(names.values()))
    return [
        f"{name} {mark[:4]}" if changed and mark else name for name, mark in zip(said, prints, strict=True)
    ]


def _recipes(things: Sequence[Named]) -> Words:
    """Name the ready recipes, where everybody follows one to the letter; else the settings tell more."""
    titles = [_preset(one.training) for one in things]
    return titles if all(titles) else [None] * len(things)


def _preset(training: TrainingConfig | None) -> str | None:
    if training is None or training.model not in MODELS:
        return None
    followed = (
        PRESET_TITLES[name]
        for name, recipe in MODELS[training.model].presets.items()
        if all(getattr(training, field) == getattr(recipe, field) for field in Recipe.model_fields)
    )
    return next(followed, None)


_PHRASES = {
    "learning_rate": "lr {}",
    "batch_size": "batch {}",
    "initial_weights": "weights {}",
    "optimizer": "{}",
    "muon_other_rate": "other rate {}",
    "schedule.kind": "{}",
    "schedule.final_share": "final lr share {}",
    "average": "average {}",
    "augmentation.flip": "mirror {}",
    "augmentation.rand_augment": "RandAugment {}",
    "augmentation.rand_augment_magnitude": "magnitude {}",
    "augmentation.mixup": "MixUp {}",
    "augmentation.cutmix": "CutMix {}",
    "early_stopping.monitor": "early stop {}",
    "early_stopping.patience": "patience {}",
    "keep": "keep {}",
    "epoch_predictions": "epochs’ predictions {}",
    "test_time_augmentation": "six views {}",
}
"""Settings in a word or two; those that are missing here bear the title of their field."""

_WORTH_NAMING_FIRST = ("learning_rate", "optimizer", "batch_size", "epochs")
_LAST = ("device", "precision")


def _said_of(setting: Setting) -> Fact:
    """Return what says of each thing how it was set."""
    phrase = _PHRASES.get(setting.path, f"{setting.title[:1].lower()}{setting.title[1:]} {{}}")

    def words(things: Sequence[Named]) -> Words:
        values = [None if one.training is None else setting.value_in(one.training) for one in things]
        if len(set(values)) < 2:
            return [None] * len(things)
        if setting.path == "epochs":
            return [None if value is None else counted(value, "epoch") for value in values]
        if setting.path == "schedule.stages":
            written = [
                value and ", then ".join(f"{s.epochs} × {s.learning_rate:g}" for s in value)
                for value in values
            ]
        elif setting.kind == "number":
            written = _digits_that_tell(values)
        elif setting.kind == "switch":
            written = [None if value is None else "on" if value else "off" for value in values]
        else:
            written = [None if value is None else _choice(setting, value) for value in values]
        unit = f" {setting.shown.unit}" if setting.shown.unit[:1].isalpha() else setting.shown.unit
        return [one and f"{phrase.format(one)}{unit}" for one in written]

    return words


def _choice(setting: Setting, value: Any) -> str:
    words = setting.words(value)
    return words if len(words) <= _LONGEST_CHOICE else str(value)


def _digits_that_tell(values: Sequence[float | None]) -> Words:
    """Write numbers with the fewest digits that keep different ones apart, at least three."""
    different = len({value for value in values if value is not None})
    for digits in range(3, 18):
        written = [None if value is None else f"{value:.{digits}g}" for value in values]
        if len({one for one in written if one is not None}) == different:
            break
    return written


def _seeds(things: Sequence[Named]) -> Words:
    return [
        None
        if not one.seeds
        else f"seed {one.seeds[0]}"
        if len(one.seeds) == 1
        else f"seeds {min(one.seeds)} to {max(one.seeds)}"
        for one in things
    ]


def _hardware(things: Sequence[Named]) -> Words:
    """Say where they were trained, once all have begun: a label stays while a run goes on."""
    begun = [one.record.environment for one in things if one.record and one.record.environment]
    return [one.hardware for one in begun] if len(begun) == len(things) else [None] * len(things)


def _shipped(things: Sequence[Named]) -> Words:
    return ["shipped" if one.shipped else None for one in things]


def _moments(things: Sequence[Named]) -> Words:
    """Say when they were asked for, in as few words as tell that apart."""
    moments = [one.record.created.astimezone() if one.record else None for one in things]
    days = {moment.date() for moment in moments if moment}
    forms = ("%H:%M", "%H:%M:%S") if len(days) == 1 else ("%d %b", "%d %b %H:%M", "%d %b %Y %H:%M:%S")
    for form in forms:
        written = [f"{moment:{form}}" if moment else None for moment in moments]
        if len(set(written)) == len(things):
            break
    return written


def _endings(things: Sequence[Named]) -> Words:
    """Say how their ids end, where that tells."""
    endings = [one.id.rpartition("-")[2] for one in things]
    return list(endings) if len(set(endings)) == len(things) else [one.id for one in things]


_SETTINGS = settings_of(TrainingConfig)
_OF_RECIPE = [path for path in settings_of(Recipe) if path not in _WORTH_NAMING_FIRST]

FACTS: tuple[Fact, ...] = (
    _readable,
    _owners,
    _models,
    _data,
    _recipes,
    *(_said_of(_SETTINGS[path]) for path in (*_WORTH_NAMING_FIRST, *_OF_RECIPE)),
    _seeds,
    *(_said_of(_SETTINGS[path]) for path in _LAST),
    _hardware,
    _shipped,
    _moments,
    _endings,
)
"""All of them, in the order in which people ask for them."""
