"""Names in charts, as they are: Plotly reads ``<b>``, ``<a href=…>`` and ``&lt;`` in every label."""

import html
from collections.abc import Iterable

from cifar_core.names import visible

LONGEST = 200


def chart_label(text: str) -> str:
    """Return a text that Plotly shows just as it was written; a very long one ends in “…”.

    Examples
    --------
    >>> chart_label("<b>cat & dog")
    '&lt;b&gt;cat &amp; dog'
    """
    # A template of hover text would take %{…} for a field.
    return html.escape(visible(text, LONGEST), quote=False).replace("%{", "%&#123;")


def chart_labels(texts: Iterable[str]) -> list[str]:
    """Return many texts that Plotly shows just as they were written."""
    return [chart_label(text) for text in texts]
