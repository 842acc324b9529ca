"""What excites a channel most: pictures, in each a frame around what its strongest cell sees."""

import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cifar_core.data.dataset import Dataset, SplitName
from cifar_core.explain.inside.strongest import Box, Excited
from cifar_core.explain.inside.study import MOST_PICTURES, GivesPeaks, find_exciting
from cifar_core.file_cache import FileVersion
from cifar_core.maps.background import Background, Progress, Told
from cifar_core.picture_sets.evaluate import PictureSet
from cifar_core.views.explain.models import ModelChoice
from cifar_core.words.markdown import plain
from cifar_core.words.numbers import signed

_KEPT = 32


@dataclass(frozen=True, eq=False)
class ExcitedWall:
    """The pictures that excite one channel most.

    Attributes
    ----------
    images : ndarray of uint8, shape (m, 32, 32, 3)
        The pictures.
    captions, hover : tuple of str
        Beneath each, and under the pointer.
    frames : tuple of (int, int, int, int) or None
        The pixels that the strongest cell of each sees; ``None`` where nobody knows, and where it is the whole picture.
    members : tuple of (str, int)
        Split and number of each.
    sentence : str
        What they are, in Markdown.
    """

    images: NDArray[np.uint8]
    captions: tuple[str, ...]
    hover: tuple[str, ...]
    frames: tuple[Box | None, ...]
    members: tuple[tuple[SplitName, int], ...]
    sentence: str


def excited_wall(found: Excited, channel: int, dataset: Dataset, of: str) -> ExcitedWall:
    """Lay out the pictures that excite a channel most.

    Parameters
    ----------
    found : Excited
        Of a layer.
    channel : int
        Which of its channels.
    dataset : Dataset
        Whose pictures.
    of : str
        What was looked through, such as ``"the test pictures"``.
    """
    members = tuple(found.members[place] for place in found.places[channel].tolist())
    names = [dataset.class_names[int(dataset.split(split).labels[number])] for split, number in members]
    values = [signed(float(value), 2) for value in found.values[channel]]
    drawn = (
        f"{found.pictures:,} of {found.of:,}, drawn by chance"
        if found.of > found.pictures
        else f"{found.of:,}"
    )
    often, times = Counter(names).most_common(1)[0]
    mostly = f" {times} of these {len(names)} show one class, {plain(often)}." if times > 1 else ""
    boxes = [found.sees(channel, rank) for rank in range(len(members))]
    frames = tuple(None if box == _whole(found) else box for box in boxes)
    framed = ""
    if any(frames):
        framed = " **Framed:** what the cell with that value sees (its receptive field)."
    elif any(boxes):
        framed = " Its cells see the whole picture, so that none of it is framed."
    return ExcitedWall(
        np.stack([dataset.split(split).images[number] for split, number in members]),
        tuple(f"{name} {value}" for name, value in zip(names, values, strict=True)),
        tuple(
            f"{name}, {split} picture {number}\nhighest value {value}{_seen_words(frame)}"
            for name, value, (split, number), frame in zip(names, values, members, frames, strict=True)
        ),
        frames,
        members,
        f"**What excites channel {channel} most**, among {of} ({drawn}), by its highest value anywhere in a picture; "
        f"in the median picture it is {signed(float(found.usual[channel]), 2)}.{mostly}{framed} "
        "**Click one** to explain it.",
    )


def _whole(found: Excited) -> Box | None:
    place = found.place
    return None if place is None else (0, 0, place.rows.pixels - 1, place.columns.pixels - 1)


def _seen_words(frame: Box | None) -> str:
    if frame is None:
        return ""
    top, left, bottom, right = frame
    return f"\nin rows {top}–{bottom}, columns {left}–{right}"


@dataclass(frozen=True, eq=False)
class ExcitingAsked:
    """Pictures that a page may have looked through.

    Attributes
    ----------
    model : ModelChoice
        Which network.
    layer : str
        Which of its layers.
    pictures : PictureSet
        The set on screen.
    """

    model: ModelChoice
    layer: str
    pictures: PictureSet

    @property
    def key(self) -> str:
        """What two such looks have in common that are the same."""
        pictures = self.pictures
        about = (
            self.model.path,
            model_version(self.model),
            pictures.universe.fingerprint,
            pictures.text,
            self.layer,
        )
        return " ".join(map(str, about))

    @property
    def size(self) -> int:
        """At how many pictures it looks."""
        return min(MOST_PICTURES, len(self.pictures))


def model_version(model: ModelChoice) -> FileVersion | None:
    """Return what tells the model's file from the one that may stand there later; ``None`` where there is none."""
    try:
        return FileVersion.of(model.path)
    except OSError:
        return None


class ExcitedPictures:
    """Looks through pictures beside the pages, one set after the other, and keeps what was found; for many threads."""

    def __init__(self) -> None:
        self._background = Background()
        self._lock = threading.Lock()
        self._found: OrderedDict[str, Excited] = OrderedDict()

    def begin(self, asked: ExcitingAsked, service: GivesPeaks) -> None:
        """Begin to look, unless that is under way or done.

        Parameters
        ----------
        asked : ExcitingAsked
            At what.
        service : GivesPeaks
            Asks the network.
        """
        key = asked.key

        def work(told: Told) -> None:
            found = find_exciting(service, asked.model.path, asked.layer, asked.pictures, told)
            with self._lock:
                self._found[key] = found
                if len(self._found) > _KEPT:
                    self._found.popitem(last=False)

        if self.found(asked) is None:
            self._background.start(key, work)

    def stop(self, asked: ExcitingAsked) -> None:
        """End a look that is under way.

        Parameters
        ----------
        asked : ExcitingAsked
            Which one.
        """
        self._background.stop(asked.key)

    def progress(self, asked: ExcitingAsked) -> Progress | None:
        """Return how far a look is; ``None`` where it is not under way.

        Parameters
        ----------
        asked : ExcitingAsked
            Which one.
        """
        return self._background.progress(asked.key)

    def found(self, asked: ExcitingAsked) -> Excited | None:
        """Return what was found; ``None`` where nobody looked yet.

        Parameters
        ----------
        asked : ExcitingAsked
            Where.
        """
        with self._lock:
            return self._found.get(asked.key)
