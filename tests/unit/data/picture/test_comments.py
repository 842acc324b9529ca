"""Comments of GIF and PNM files: a line is passed over, megabytes are refused before anything is decoded."""

import numpy as np
import pytest
from PIL import Image

from cifar_core.data.picture.decode import decode_image
from cifar_core.data.picture.limits import PictureProblem
from tests.pictures import encoded

GIF = encoded(Image.new("RGB", (3, 2), (255, 0, 0)), "GIF")
TABLE = 13 + 3 * 2 ** (1 + GIF[10] % 8)
"""Where the blocks begin, behind the table of colours."""


def gif_with(comment: bytes) -> bytes:
    pieces = [comment[at : at + 255] for at in range(0, len(comment), 255)]
    block = b"\x21\xfe" + b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"
    return GIF[:TABLE] + block + GIF[TABLE:]


def ppm_with(comment: bytes) -> bytes:
    return b"P6\n#" + comment + b"\n2 # wide\n1\n255\n" + bytes([255, 0, 0, 0, 0, 255])


@pytest.mark.parametrize("length", [0, 10, 700, 90_000])
def test_a_comment_changes_nothing(length: int) -> None:
    assert np.array_equal(decode_image(gif_with(b"x" * length)).rgb, decode_image(GIF).rgb)
    assert decode_image(ppm_with(b"9" * length)).rgb.tolist() == [[[255, 0, 0], [0, 0, 255]]]


@pytest.mark.parametrize("length", [100_001, 3_000_000])
def test_a_long_one_is_refused_in_a_sentence(length: int) -> None:
    for data in (gif_with(b"x" * length), ppm_with(b"x" * length), b"P4 8\n#" + b"x" * length + b"\n1\n\0"):
        with pytest.raises(PictureProblem, match="has a comment of more than 100 kB"):
            decode_image(data)


def test_many_short_ones_are_as_long() -> None:
    with pytest.raises(PictureProblem, match="more than 100 kB"):
        decode_image(b"P5\n" + b"#x\n" * 40_000 + b"1 1 255\n\0")


def test_pixels_that_look_like_text_are_no_comment() -> None:
    pixels = b"#" * 500 * 500
    assert (decode_image(b"P5 500 500 255\n" + pixels).rgb == ord("#")).all()
