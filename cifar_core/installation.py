"""Whether this Python and its packages are those that CIFAR Lab needs.

Read before anything else is imported, so it needs only the standard library (and ``packaging``, which Streamlit
brings along), and may be read by a Python that is too old for the rest.
"""

from __future__ import annotations

import functools
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

REQUIREMENTS = Path(__file__).parent.parent / "requirements.txt"
OLDEST, TOO_NEW = (3, 11), (3, 14)
"""From, and up to but without: ``requires-python`` of ``pyproject.toml``. TensorFlow is not made for 3.14 yet."""

_AGAIN = "Make a virtual environment as the README says, then start CIFAR Lab again."


@functools.cache
def find_problem(
    python: tuple[int, int] = sys.version_info[:2], requirements: Path = REQUIREMENTS
) -> str | None:
    """Return the sentence that says what is wrong with this installation and what to do; ``None`` if nothing is.

    Parameters
    ----------
    python : tuple of int
        Major and minor version of the Python that runs.
    requirements : Path
        A pip requirements file; of each line name, versions and marker are heeded. What pip alone understands, such as
        an option or a path, is passed over.
    """
    if not OLDEST <= python < TOO_NEW:
        return (
            f"CIFAR Lab needs Python {_words(OLDEST)} to {_words((TOO_NEW[0], TOO_NEW[1] - 1))}, this is "
            f"{_words(python)}. {_AGAIN}"
        )
    from packaging.requirements import InvalidRequirement, Requirement

    missing, wrong = [], []
    for line in requirements.read_text(
        encoding="utf-8-sig"
    ).splitlines():  # some editors put a mark at the start
        words = (" " + line).partition(" #")[0]
        try:
            wanted = Requirement(words.rstrip("\\ "))
        except InvalidRequirement:
            continue
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        try:
            found = version(wanted.name)
        except (PackageNotFoundError, KeyError):  # KeyError, or None: it is there in parts
            found = None
        if not found:
            missing.append(wanted.name)
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            wrong.append(f"{wanted.name} {found} (needed: {wanted.specifier})")
    if missing:
        return f"Not installed: {', '.join(missing)}. {_AGAIN}"
    if wrong:
        return f"Of another version than CIFAR Lab needs: {'; '.join(wrong)}. {_AGAIN}"
    return None


def _words(python: tuple[int, int]) -> str:
    return f"{python[0]}.{python[1]}"
