"""How pictures of any size were made into 32×32 pixels, and what was left out or changed on the way."""

from collections.abc import Sequence
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from cifar_core.words.counts import counted

Framing = Literal["crop", "stretch", "pad"]
FRAMINGS: tuple[Framing, ...] = get_args(Framing)
"""``crop`` keeps the largest centred square, ``stretch`` squeezes the whole picture into a square, ``pad`` keeps
the whole picture with grey bars."""

Background = Literal["white", "black"]
BACKGROUNDS: tuple[Background, ...] = get_args(Background)
"""What is seen through transparent parts; white is the paper that pictures are printed on."""


FOLDER_SOURCE = "a folder of pictures"
"""What a data set that lay as pictures in folders says of where it came from; run records hold it too."""

OWN_SOURCE = "somebody’s own pictures in CIFAR files"
"""The same for pictures in the layout of CIFAR that are none of CIFAR."""


MOST_NAMED = 100_000
"""Of more files of one kind that were left out only the count is kept."""


class Preparation(BaseModel):
    """How a picture becomes what a network sees: the same for the pictures of a data set and for uploads.

    Attributes
    ----------
    framing : {"crop", "stretch", "pad"}
        How it is made square.
    background : {"white", "black"}
        What is seen through transparent parts.
    """

    model_config = ConfigDict(frozen=True)
    framing: Framing = "crop"
    background: Background = "white"


class LeftOut(BaseModel):
    """Files of one kind that were left out.

    Attributes
    ----------
    kind : str
        What they are, as a phrase: ``".txt"``, ``"HEIC"``, ``"in no class folder"``.
    count : int
        How many.
    files : tuple of str
        Their names, the first :data:`MOST_NAMED`.
    """

    model_config = ConfigDict(frozen=True)
    kind: str
    count: int
    files: tuple[str, ...]

    @classmethod
    def of(cls, kind: str, files: Sequence[str]) -> "LeftOut":
        """Count files and keep the first names.

        Parameters
        ----------
        kind : str
            What they are.
        files : sequence of str
            Names of all of them.
        """
        return cls(kind=kind, count=len(files), files=tuple(files[:MOST_NAMED]))


class ReadingReport(BaseModel):
    """What somebody should know who looks at figures of a data set that was read from files.

    Attributes
    ----------
    remarks : tuple of str
        What was found elsewhere than expected, guessed, or is missing, in sentences.
    left_out : tuple of LeftOut
        Files that are not in the data set, by kind.
    changed : tuple of str
        What was changed in pictures, with counts: “12 pictures: colour profile converted to sRGB”.
    """

    model_config = ConfigDict(frozen=True)
    remarks: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def left_out_sentence(self) -> str | None:
        """Say how many files were left out and what they are; ``None`` for none."""
        count = sum(kind.count for kind in self.left_out)
        if not count:
            return None
        kinds = ", ".join(f"{one.count:,} {one.kind}" for one in self.left_out)
        return f"{counted(count, 'file')} left out: {kinds}."

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, but for the names of files."""
        left_out = self.left_out_sentence
        return (*self.remarks, *([left_out] if left_out else []), *(f"{change}." for change in self.changed))
