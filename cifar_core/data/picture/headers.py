"""What a file's headers say, and the part of it that a decoder gets.

A decoder reads everything in a file: thumbnails, comments, further pages, text that unpacks to gigabytes. Of JPEG, PNG
and TIFF it therefore gets only what is needed for the pixels of the first picture.
"""

from dataclasses import dataclass

SAVE_AGAIN = "Save it again or choose another one."


@dataclass(frozen=True)
class Headers:
    """A file that has been looked through before anything of it is decoded.

    Attributes
    ----------
    data : bytes
        What the decoder gets.
    exif, xmp : bytes
        What the camera noted; empty if nothing.
    orientation : int or None
        How it is to be turned, 1 to 8, where that does not stand in EXIF or XMP.
    profile : bytes or None
        Its colour profile, empty if it has none; ``None`` where the decoder says it.
    bits : int
        Of a channel.
    inverted : bool
        Gray counts from white to black.
    shrink : {1, 2, 4, 8}
        By how much it is to be made smaller while it is decoded.
    said : tuple of str
        What is left out, as phrases of :mod:`cifar_core.data.picture.changes`.
    """

    data: bytes
    exif: bytes = b""
    xmp: bytes = b""
    orientation: int | None = None
    profile: bytes | None = None
    bits: int = 8
    inverted: bool = False
    shrink: int = 1
    said: tuple[str, ...] = ()
