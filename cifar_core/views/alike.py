"""The training pictures that are most like one picture."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.data.duplicates import ALIKE, fingerprints_of
from cifar_core.data.neighbours import nearest_pictures
from cifar_core.explain.features import GivesFeatures, compute_features
from cifar_core.maps.background import Background, Progress
from cifar_core.maps.features import RunFeatures, nearest_by_features
from cifar_core.remembered import remembered
from cifar_core.runs.run import Run

SHOWN = 10

BY_PIXELS = (
    "By pixels. Below each: its class, and how far its pixels are apart (root mean square difference, of 255). "
    "**Click one** to open it."
)
BY_FEATURES = (
    "By what this network makes of them (its last features). Below each: its class, and the distance: 0 is the "
    "same, 1 the usual distance of a training picture. **Click one** to open it."
)


@dataclass(frozen=True, eq=False)
class AlikePictures:
    """The training pictures that are most like one picture.

    Attributes
    ----------
    indices : tuple of int
        Their numbers, the most alike first.
    images : ndarray of uint8, shape (n, 32, 32, 3)
        The pictures.
    captions : tuple of str
        Class and distance of each.
    hover : tuple of str
        What each is, in words.
    twin : str or None
        That one of them is nearly the same picture, as a sentence.
    """

    indices: tuple[int, ...]
    images: NDArray[np.uint8]
    captions: tuple[str, ...]
    hover: tuple[str, ...]
    twin: str | None


@remembered(most=128)
def alike_by_pixels(
    picture: NDArray[np.uint8], dataset: Dataset, cache_dir: Path, own: int | None = None
) -> AlikePictures:
    """Find the training pictures whose pixels are nearest.

    Parameters
    ----------
    picture : ndarray of uint8, shape (32, 32, 3)
        The one they are compared with.
    dataset : Dataset
        The one on screen.
    cache_dir : Path
        ``Settings.cache_dir``.
    own : int, optional
        Its number where it is a training picture itself: it is no neighbour of its own.
    """
    found, distances = nearest_pictures(dataset, picture, "train", SHOWN + 1, cache_dir)
    return _alike(picture, found, distances, "{:.0f}", dataset, own)


def alike_by_features(
    picture: NDArray[np.uint8],
    dataset: Dataset,
    run: Run,
    service: GivesFeatures,
    cache_dir: Path,
    own: int | None = None,
) -> AlikePictures | None:
    """Find the training pictures of which a network makes nearly the same; ``None`` where its features are not here.

    Parameters
    ----------
    picture : ndarray of uint8, shape (32, 32, 3)
        The one they are compared with.
    dataset : Dataset
        The one on screen.
    run : Run
        Whose network.
    service : GivesFeatures
        Asks it for the features of the picture.
    cache_dir : Path
        ``Settings.cache_dir``.
    own : int, optional
        Its number where it is a training picture itself.

    Raises
    ------
    RunError
        The run has kept no weights.
    ExplainError
        The network gave no answer.
    """
    features = RunFeatures(run, dataset, "train", cache_dir).stored()
    if features is None:
        return None
    wanted = features[own] if own is not None else service.features(run.paths.model, picture[None])[0]
    found, distances = nearest_by_features(features, np.asarray(wanted), SHOWN + 1)
    return _alike(picture, found, distances, "{:.2f}", dataset, own)


def _alike(
    picture: NDArray[np.uint8],
    found: NDArray[np.int64],
    distances: NDArray[np.float64],
    written: str,
    dataset: Dataset,
    own: int | None,
) -> AlikePictures:
    others = np.flatnonzero(found != own)[:SHOWN] if own is not None else np.arange(min(SHOWN, len(found)))
    indices, far = found[others], distances[others]
    images = np.asarray(dataset.train.images[indices])
    names = [dataset.class_names[label] for label in dataset.train.labels[indices]]
    return AlikePictures(
        tuple(indices.tolist()),
        images,
        tuple(f"{name} {written.format(one)}" for name, one in zip(names, far.tolist(), strict=True)),
        tuple(f"{name}, train picture {index}" for name, index in zip(names, indices.tolist(), strict=True)),
        _twin(picture, images, indices, names),
    )


def _twin(
    picture: NDArray[np.uint8], images: NDArray[np.uint8], indices: NDArray[np.int64], names: list[str]
) -> str | None:
    """Say which of the pictures is the same photograph, if one is; its brightness or its frame may differ."""
    if not len(images):
        return None
    prints = fingerprints_of(np.concatenate([picture[None], images]))
    similarity = prints[1:] @ prints[0]
    same = (images == picture).all(axis=(1, 2, 3))
    most = int(np.where(same, 2, similarity).argmax())
    if same[most]:
        return f"Training picture {indices[most]} ({names[most]}) has the very same pixels (exact duplicate)."
    if similarity[most] < ALIKE:
        return None
    return (
        f"Training picture {indices[most]} ({names[most]}) is nearly the same picture (near-duplicate, similarity "
        f"{min(float(similarity[most]), 0.99):.2f}): a network may know this one by heart."
    )


def begin_features(
    run: Run, dataset: Dataset, service: GivesFeatures, cache_dir: Path, background: Background
) -> None:
    """Compute the last features of a run for all training pictures, in the background.

    Parameters
    ----------
    run : Run
        Whose.
    dataset : Dataset
        The one on screen.
    service : GivesFeatures
        Asks its network.
    cache_dir : Path
        ``Settings.cache_dir``.
    background : Background
        Of this server.
    """
    split: SplitName = "train"

    def work(told: Callable[[str, float], None]) -> None:
        compute_features(run, dataset, split, service, cache_dir, told)

    background.start(_key(run, dataset), work)


def features_progress(run: Run, dataset: Dataset, background: Background) -> Progress | None:
    """Return how far that is; ``None`` where nobody asked for it, or it is done.

    Parameters
    ----------
    run : Run
        Whose.
    dataset : Dataset
        The one on screen.
    background : Background
        Of this server.
    """
    return background.progress(_key(run, dataset))


def _key(run: Run, dataset: Dataset) -> str:
    return f"{dataset.fingerprint} features {run.id}"
