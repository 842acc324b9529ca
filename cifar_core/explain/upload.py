"""An uploaded picture as one network sees it: made 32×32 in the way of the pictures that it was trained on."""

from dataclasses import dataclass

from cifar_core.data.picture.changes import ON_BLACK, ON_WHITE
from cifar_core.data.picture.framing import NETWORK_SIZE, NetworkInput
from cifar_core.data.picture.reader import ReadPicture, read_upload
from cifar_core.data.reading import Background, Framing, Preparation

HOW_FRAMED = {"crop": "cropped", "stretch": "stretched", "pad": "padded with grey bars"}
"""What was done to make a picture square."""


@dataclass(frozen=True)
class Upload:
    """An uploaded picture, read for one network.

    Attributes
    ----------
    seen : NetworkInput
        What the network sees of it, and the part to show.
    preparation : Preparation
        How it was made 32×32.
    is_transparent : bool
        Whether the background can be seen.
    notes : tuple of str
        Sentences: what was changed in it, and where it was made 32×32 in another way than the network's own pictures.
    """

    seen: NetworkInput
    preparation: Preparation
    is_transparent: bool
    notes: tuple[str, ...]


def read_for_network(
    data: bytes,
    name: str,
    trained: Preparation | None,
    *,
    framing: Framing | None = None,
    background: Background | None = None,
) -> Upload:
    """Read an uploaded picture for one network.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        What its owner calls it.
    trained : Preparation or None
        How the network's own pictures were made 32×32; ``None`` where they were so from the beginning.
    framing : {"crop", "stretch", "pad"}, optional
        How to make it square; as the network's own pictures if not given.
    background : {"white", "black"}, optional
        What is seen through transparent parts; likewise.

    Raises
    ------
    ImageError
        It is no picture, damaged, or too large; or it took too much time or memory.
    """
    usual = trained or Preparation()
    preparation = Preparation(framing=framing or usual.framing, background=background or usual.background)
    picture = read_upload(data, name, preparation)
    assert picture.seen is not None
    is_transparent = ON_WHITE in picture.changes or ON_BLACK in picture.changes
    notes = picture.notes + _few_pixels(picture.seen)
    if trained is not None:
        notes += _differences(trained, preparation, picture, is_transparent=is_transparent)
    return Upload(picture.seen, preparation, is_transparent, notes)


def _few_pixels(seen: NetworkInput) -> tuple[str, ...]:
    """Say how much of a small or narrow picture was there to be enlarged."""
    width, height = seen.box.width, seen.box.height
    if min(width, height) >= NETWORK_SIZE:
        return ()
    return (f"Few pixels: {width:,}×{height:,} of it became {NETWORK_SIZE}×{NETWORK_SIZE}.",)


def _differences(
    trained: Preparation, used: Preparation, picture: ReadPicture, *, is_transparent: bool
) -> tuple[str, ...]:
    said = []
    if trained.framing != used.framing and not picture.is_square:
        said.append(
            f"The network was trained on {HOW_FRAMED[trained.framing]} pictures; this one is "
            f"{HOW_FRAMED[used.framing]}."
        )
    if trained.background != used.background and is_transparent:
        said.append(
            f"The network was trained on pictures whose transparent parts are {trained.background}; "
            f"here they are {used.background}."
        )
    return tuple(said)
