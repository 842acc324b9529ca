"""How pictures of any size were made into 32×32 pixels, and what was left out or changed on the way."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Framing = Literal["crop", "stretch", "pad"]
FRAMINGS: tuple[Framing, ...] = get_args(Framing)
"""``crop`` keeps the largest centred square, ``stretch`` squeezes the whole picture into a square, ``pad`` keeps
the whole picture with grey bars."""

Background = Literal["white", "black"]
BACKGROUNDS: tuple[Background, ...] = get_args(Background)
"""What is seen through transparent parts; white is the paper that pictures are printed on."""


FOLDER_SOURCE = "a folder of pictures"
"""What a data set that lay as pictures in folders says of where it came from; run records hold it too."""


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


class ReadingReport(BaseModel):
    """What somebody should know who looks at figures of a data set that was read from files.

    Attributes
    ----------
    changed : tuple of str
        What was changed in pictures, with counts: “12 pictures: colour profile converted to sRGB”.
    """

    model_config = ConfigDict(frozen=True)
    changed: tuple[str, ...] = ()
