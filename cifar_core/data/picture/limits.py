"""What a picture may cost: every limit in one place, with its reason.

A small file can ask for any amount of work: a PNG of 97 kB holds a column of 50 million pixels, a JPEG of 342 kB took
145 seconds. So a file is looked through before anything is decoded, and what is too much is refused by a sentence.
"""

from cifar_core.errors import ImageError

MAX_FILE_BYTES = 80_000_000
"""A photograph of 24 megapixels without compression has 72 million."""

MAX_PIXELS = 50_000_000
"""What good cameras give; a network sees 32×32 of them."""

MAX_SIDE = 30_000
"""A panorama; longer pictures are a strip of which nothing is left at 32×32."""

MAX_DECODED_BYTES = 112_000_000
"""Memory for a decoded picture, so that a process that reads one stays below 200 MB: 28 megapixels of a PNG."""

WORKING_PIXELS = 16_000_000
"""A picture with more is halved while it is decoded (JPEG) or converted, so that its copies stay small too."""

MAX_SCANS = 200
"""Passes over the picture in one JPEG file; programs write about 10."""

MAX_SCANNED_PIXELS = 300_000_000
"""Pixels of a JPEG times its passes: about one second of work. Usual progressive files come to 24 megapixels so."""

MAX_SEGMENTS = 5_000
"""Parts of a JPEG file before and between its pixels; the largest colour profile takes 255."""

MAX_CHUNKS = 100_000
"""Parts of a PNG file; programs write one for each 8 to 64 kB."""

MAX_PROFILE_BYTES = 1_000_000
"""Of an unpacked colour profile in a PNG, where a few bytes may unpack to gigabytes."""

MAX_COMMENT_BYTES = 100_000
"""Of text before the pixels of a GIF or PNM file; programs write a line."""

MAX_TIFF_ENTRIES = 500
"""Entries of the first directory of a TIFF file; cameras write about 50."""

MAX_TIFF_STRIPS = 200_000
"""Pieces that the pixels of a TIFF file lie in: one for each row of each channel would be 120,000."""

MAX_WRITTEN_PIXELS = 1_000_000
"""Of a picture whose numbers are written out as text (plain PNM): they are read one by one, in Python."""

SECONDS_PER_MEGAPIXEL = 0.2
SECONDS = 1.0
"""A picture has one second of processor time and 0.2 for each megapixel, then its process is ended: whatever takes
longer than that finds a slow path of a decoder. Photographs need a fifth of it."""


class PictureProblem(ImageError):
    """A file is no picture that can be read.

    Parameters
    ----------
    problem : str
        What is wrong, as a sentence: all that is said of one file among many.
    advice : str
        What to do, as a sentence.
    """

    def __init__(self, problem: str, advice: str = "Choose another picture.") -> None:
        super().__init__(f"{problem} {advice}")
        self.problem = problem
        self.advice = advice


SMALLER = "Make it smaller and try again: the network sees 32×32 pixels of it."


def check_size(width: int, height: int, *, pixel_bytes: float, extra_bytes: int = 0) -> None:
    """Refuse a picture that is too large, by what its header says.

    Parameters
    ----------
    width, height : int
        In pixels.
    pixel_bytes : float
        What decoding takes for each pixel.
    extra_bytes : int
        What it takes besides.

    Raises
    ------
    PictureProblem
        It has no pixels, or too many; a side is too long; or decoding it takes too much memory.
    """
    if width < 1 or height < 1:
        raise PictureProblem("The picture has no pixels.")
    if width * height > MAX_PIXELS:
        raise PictureProblem(f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels.", SMALLER)
    if max(width, height) > MAX_SIDE:
        raise PictureProblem(
            f"The picture is {width:,}×{height:,} pixels; a side may have at most {MAX_SIDE:,}.", SMALLER
        )
    if width * height * pixel_bytes + extra_bytes > MAX_DECODED_BYTES:
        needed = (width * height * pixel_bytes + extra_bytes) / 1e6
        raise PictureProblem(
            f"The picture, {width:,}×{height:,} pixels, would take {needed:,.0f} MB of memory, "
            f"more than the {MAX_DECODED_BYTES // 1_000_000} MB allowed for one in its format.",
            SMALLER,
        )
