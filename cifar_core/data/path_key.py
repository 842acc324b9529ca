"""A path with what is asked of it: ``/home/me/pictures#crop#skip-broken``."""

from dataclasses import dataclass
from pathlib import Path

from cifar_core.data.batches.layouts import LabelKind
from cifar_core.data.folder.read import PREPARATION
from cifar_core.data.reading import BACKGROUNDS, FRAMINGS, Preparation

COARSE = "coarse"
"""Asks for the 20 groups of CIFAR-100."""

SKIP_BROKEN = "skip-broken"

FOLDER_OPTIONS: dict[str, str] = {
    "crop": "centre squares",
    "stretch": "stretched",
    "pad": "with grey bars",
    "white": "on white",
    "black": "on black",
    SKIP_BROKEN: "broken files left out",
}
"""What may be asked of a folder of pictures, and how it is called: how they are made square, what is seen through
transparent parts, and that files which are no pictures are left out."""

OPTIONS = (COARSE, *FOLDER_OPTIONS)
"""What may follow a path, each after ``#``."""


def last_part(key: str) -> str:
    r"""Name what a key leads to without looking: the end of a path, without what is asked of it.

    Examples
    --------
    >>> [last_part(key) for key in ("/home/me/pictures#crop#skip-broken", r"C:\\pets", "cifar10", "/home/me/#1")]
    ['pictures', 'pets', 'cifar10', '#1']
    """
    while (parts := key.rpartition("#"))[0] and parts[2] in OPTIONS:
        key = parts[0]
    return key.replace("\\", "/").rstrip("/").rpartition("/")[2]


@dataclass(frozen=True)
class PathKey:
    """Which files, and how they are to be read.

    Attributes
    ----------
    path : Path
        The whole path, so that a run that was started in one folder opens the same data set from another.
    labels : {"fine", "coarse"}
        Which labels of CIFAR-100.
    preparation : Preparation
        How pictures of a folder are made 32×32.
    skip_broken : bool
        Whether files of a folder that are no pictures are left out.
    """

    path: Path
    labels: LabelKind = "fine"
    preparation: Preparation = PREPARATION
    skip_broken: bool = False

    @classmethod
    def parse(cls, key: str) -> "PathKey":
        """Take a key apart; what follows ``#`` in the name of a folder that exists belongs to its name."""
        asked: set[str] = set()
        path = Path(key).expanduser()
        while not path.exists():
            rest, sign, option = key.rpartition("#")
            if not sign or not rest or option not in OPTIONS:
                break
            asked.add(option)
            key, path = rest, Path(rest).expanduser()
        framing = next((one for one in FRAMINGS if one in asked), PREPARATION.framing)
        background = next((one for one in BACKGROUNDS if one in asked), PREPARATION.background)
        return cls(
            path=path.resolve(),
            labels="coarse" if COARSE in asked else "fine",
            preparation=Preparation(framing=framing, background=background),
            skip_broken=SKIP_BROKEN in asked,
        )

    @property
    def options(self) -> tuple[str, ...]:
        """What is asked beyond the usual, in the order of :data:`OPTIONS`."""
        asked = {
            COARSE: self.labels == "coarse",
            self.preparation.framing: self.preparation.framing != PREPARATION.framing,
            self.preparation.background: self.preparation.background != PREPARATION.background,
            SKIP_BROKEN: self.skip_broken,
        }
        return tuple(option for option in OPTIONS if asked.get(option))

    def __str__(self) -> str:
        return "#".join((str(self.path), *self.options))
