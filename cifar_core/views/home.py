"""All that the Home page shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core import __version__
from cifar_core.data.catalog import DatasetChoice
from cifar_core.data.dataset import Dataset
from cifar_core.data.download import DownloadSnapshot
from cifar_core.data.known import ARCHIVES, Archive
from cifar_core.evaluation.intervals import Interval, wilson_interval
from cifar_core.models.registry import get_model
from cifar_core.models.spec import LIVE
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.labels import run_labels
from cifar_core.runs.run import Run
from cifar_core.words.counts import counted

DEMO_PICTURES = 12_000
"""So many, looked at once, two processor cores learn from in about a minute."""
STRIP_SCALE = 5
"""How many screen pixels a picture's pixel is wide in the strip: enlarged here, for a browser would blur it."""


@dataclass(frozen=True)
class BestModel:
    """One row of the table of best models; accuracies as fractions of 1.

    Attributes
    ----------
    run_id, name, model : str
    parameters : int
    accuracy : float
        On the test split.
    interval : Interval
        95%, Wilson.
    pictures : int
        Test pictures that the accuracy was measured on.
    """

    run_id: str
    name: str
    model: str
    parameters: int
    accuracy: float
    interval: Interval
    pictures: int


@dataclass(frozen=True)
class HomeView:
    """What the Home page shows.

    Attributes
    ----------
    dataset_sentence : str
        What is loaded, in a sentence.
    verified_sentence : str
        Whether its bytes are the official ones, and what that means.
    best : tuple of BestModel
        The best finished runs on exactly these pictures, best first.
    missing : tuple of Archive
        Official archives that could be downloaded.
    version : str
        Of CIFAR Lab, in words.
    """

    dataset_sentence: str
    verified_sentence: str
    best: tuple[BestModel, ...]
    missing: tuple[Archive, ...]
    version: str


def build_home(
    dataset: Dataset, choices: tuple[DatasetChoice, ...], runs: tuple[Run, ...], *, best: int = 3
) -> HomeView:
    """Compute the Home page.

    Parameters
    ----------
    dataset : Dataset
        The data set on screen.
    choices : tuple of DatasetChoice
        All data sets of this machine.
    runs : tuple of Run
        All runs.
    best : int
        How many of the best to name.
    """
    available = {choice.key for choice in choices if choice.available}
    return HomeView(
        dataset_sentence=(
            f"{dataset.name}: {len(dataset.train):,} training and {counted(len(dataset.test), 'test picture')} "
            f"of {counted(len(dataset.class_names), 'class')}, 32 × 32 pixels each."
        ),
        verified_sentence=_verified_sentence(dataset),
        best=_best_models(dataset, runs)[:best],
        missing=tuple(archive for key, archive in ARCHIVES.items() if key not in available),
        version=f"CIFAR Lab {__version__}",
    )


def demo_config(dataset: Dataset) -> TrainingConfig:
    """Return the training that shows within about a minute how a network learns.

    Parameters
    ----------
    dataset : Dataset
        What it learns from: of many pictures a part is looked at once, of few all are looked at several times, by a
        smaller network.
    """
    pictures = len(dataset.train)
    if pictures < DEMO_PICTURES:
        model, recipe = "cnn-2conv", get_model("cnn-2conv").recipe
    else:
        model, recipe = "speedrun", get_model("speedrun").preset(LIVE)
        recipe = recipe.model_copy(update={"training_share": round(DEMO_PICTURES / pictures, 4)})
    return TrainingConfig.from_values(
        recipe.model_dump() | {"model": model, "name": "live demo", "data": dataset.key}
    )


def picture_strip(dataset: Dataset, *, columns: int = 16, rows: int = 2) -> NDArray[np.uint8]:
    """Lay the first test pictures of each class out as one picture, white lines between them.

    Parameters
    ----------
    dataset : Dataset
        Its test pictures are shown.
    columns : int
        Pictures side by side, at least 1: a column for each class in turn; where they come round again, with the
        next pictures of the class.
    rows : int
        Pictures of a class beneath each other, at least 1.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3)
        RGB, each pixel of a picture :data:`STRIP_SCALE` wide and high. Of a class with too few pictures, those that are
        there; the rest of its places stay white.
    """
    gap, size = 1, dataset.test.images.shape[1]
    classes = np.arange(columns) % len(dataset.class_names)
    canvas = np.full((rows * (size + gap) - gap, columns * (size + gap) - gap, 3), 255, np.uint8)
    for column, label in enumerate(classes):
        members = np.flatnonzero(dataset.test.labels == label)
        first = column // len(dataset.class_names) * rows
        for row, index in enumerate(members[first : first + rows]):
            y, x = row * (size + gap), column * (size + gap)
            canvas[y : y + size, x : x + size] = dataset.test.images[index]
    return canvas.repeat(STRIP_SCALE, axis=0).repeat(STRIP_SCALE, axis=1)


def download_label(archive: Archive) -> str:
    """Name a download and its size, for its button."""
    return f"Download {archive.title} ({archive.size / 1e6:.0f} MB)"


def download_progress(snapshot: DownloadSnapshot) -> tuple[float, str]:
    """Say how far a download is: a share between 0 and 1, and words."""
    progress = snapshot.progress
    if progress is None:
        return 0.0, "Connecting …"
    words = f"{progress.received / 1e6:.0f} of {progress.total / 1e6:.0f} MB"
    if progress.bytes_per_second:
        words += f", {progress.bytes_per_second / 1e6:.1f} MB/s"
    if progress.seconds_left is not None:
        words += f", {progress.seconds_left:.0f} s left"
    return progress.share, words


def _verified_sentence(dataset: Dataset) -> str:
    if dataset.verified:
        return "Its files are the official ones, checked byte by byte: figures compare with published ones."
    if dataset.is_drawn:
        return (
            "These pictures were drawn by the program itself, so that everything works without a download. "
            "They are not CIFAR-10: figures on them compare with each other only."
        )
    if dataset.is_own:
        return "These pictures are somebody’s own: figures on them compare with each other only."
    return f"Not the official files ({dataset.source}): figures differ from published ones."


def _best_models(dataset: Dataset, runs: tuple[Run, ...]) -> tuple[BestModel, ...]:
    rows, labels = [], run_labels(runs)
    for run in runs:
        record = run.record
        if record is None or record.data is None or record.data.fingerprint != dataset.fingerprint:
            continue
        # What an imported model was trained on is not known, perhaps these very test pictures.
        if record.imported or record.results is None or record.results.test_accuracy is None:
            continue
        accuracy, count = record.results.test_accuracy, record.data.test_pictures
        rows.append(
            BestModel(
                run_id=run.id,
                name=labels[run.id],
                model=record.config.model,
                parameters=record.parameters or 0,
                accuracy=accuracy,
                interval=wilson_interval(round(accuracy * count), count),
                pictures=count,
            )
        )
    return tuple(sorted(rows, key=lambda row: row.accuracy, reverse=True))
