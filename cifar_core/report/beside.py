"""Pictures beside each other as one HTML file: what several networks say, and where they looked."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from cifar_core.report.drawing import safe
from cifar_core.report.page import document


@dataclass(frozen=True)
class Shown:
    """One picture of a row.

    Attributes
    ----------
    png : bytes
        The picture.
    title, sentence : str
        What stands beneath it, large and small.
    """

    png: bytes
    title: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """Pictures beside each other.

    Attributes
    ----------
    label : str
        What they have in common.
    shown : tuple of Shown
        At least one.
    sentence : str
        What else to know of them; may be empty.
    """

    label: str
    shown: tuple[Shown, ...]
    sentence: str = ""


def beside_html(title: str, about: Sequence[str], rows: Sequence[Row]) -> str:
    """Write rows of pictures.

    Parameters
    ----------
    title : str
        Heading.
    about : sequence of str
        Sentences beneath it.
    rows : sequence of Row
        At least one.

    Returns
    -------
    str
        A whole document, to be written as UTF-8. Names are shown as they are written, and nothing of them is executed.
    """
    parts = [f"<h1>{safe(title)}</h1>", *(f'<p class="note">{safe(sentence)}</p>' for sentence in about)]
    columns = max(len(row.shown) for row in rows)
    for row in rows:
        figures = "".join(
            f'<figure><img src="data:image/png;base64,{base64.b64encode(one.png).decode("ascii")}" '
            f'alt="{safe(f"{row.label}: {one.title}")}"><figcaption><strong>{safe(one.title)}</strong>'
            f"{safe(one.sentence)}</figcaption></figure>"
            for one in row.shown
        )
        parts.append(f"<h2>{safe(row.label)}</h2>")
        if row.sentence:
            parts.append(f"<p>{safe(row.sentence)}</p>")
        parts.append(f'<div class="beside" style="--columns:{columns}">{figures}</div>')
    return document(title, parts)
