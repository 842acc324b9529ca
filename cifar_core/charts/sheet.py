"""Pictures on one sheet, with what stands beneath them, as a file."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from cifar_core.names import visible

SIDE, GAP, COLUMNS = 96, 12, 10
"""Pixels of a picture's side and between two; pictures in a row."""

_LINE, _SIZE = 15, 12
_PAPER, _INK = "#ffffff", "#1b2733"


def sheet_png(images: NDArray[np.uint8], captions: Sequence[str], title: str) -> bytes:
    """Lay pictures out on a white sheet, row by row, and return it as PNG.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, h, w, 3)
        RGB pictures; each becomes 96 pixels wide and high, pixel by pixel.
    captions : sequence of str
        Beneath each picture, up to two lines.
    title : str
        Above them.
    """
    rows, columns = -(-len(images) // COLUMNS), max(1, min(len(images), COLUMNS))
    across, down = SIDE + GAP, SIDE + 2 * _LINE + GAP
    width, top = max(GAP + columns * across, 480), 2 * GAP + 2 * _LINE
    sheet = Image.new("RGB", (width, top + rows * down), _PAPER)
    pen = ImageDraw.Draw(sheet)
    large, small = ImageFont.load_default(_SIZE + 4), ImageFont.load_default(_SIZE)
    pen.text((GAP, GAP), _fitting(title, large, width - 2 * GAP), _INK, large)
    for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
        row, column = divmod(number, COLUMNS)
        x, y = GAP + column * across, top + row * down
        picture = Image.fromarray(np.ascontiguousarray(image))
        sheet.paste(picture.resize((SIDE, SIDE), Image.Resampling.NEAREST), (x, y))
        for line, words in enumerate(caption.split("\n")[:2]):
            pen.text((x, y + SIDE + 2 + line * _LINE), _fitting(words, small, across - 4), _INK, small)
    written = io.BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()


def _fitting(words: str, font: "ImageFont.FreeTypeFont | ImageFont.ImageFont", pixels: int) -> str:
    """Return as much of a text as has room, in one line."""
    words = visible(words, 200)
    if font.getlength(words) <= pixels:
        return words
    while words and font.getlength(words + "…") > pixels:
        words = words[:-1]
    return words + "…"
