"""The secrets of a server, ``.streamlit/secrets.toml``: read, or a sentence says what is wrong with the file."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from cifar_core.errors import AccessError

_without: "tuple[object, str, list[str]] | None" = None
"""Streamlit's secrets where there was no file of them, the working folder, and where it was looked for."""


def secret_section(name: str) -> Mapping[str, Any] | None:
    """Read a section of ``.streamlit/secrets.toml``; ``None`` where there is no such file or section.

    Raises
    ------
    AccessError
        There is a file that cannot be read. Streamlit itself would go on as if there were none, without logins.
    """
    global _without
    # A page asks twenty times; where there is no file, Streamlit would look for it and put together what to say of it.
    known = _without is not None and _without[0] is st.secrets and _without[1] == _folder()
    if known and _without is not None and not _there(_without[2]):
        return None
    try:
        section = st.secrets.get(name)
    except (StreamlitSecretNotFoundError, OSError, UnicodeDecodeError):
        files = st.get_option("secrets.files")
        found = _there(files)
        if not found:
            _without = st.secrets, _folder(), files
            return None
        raise AccessError(
            f"{found[0]} cannot be read as TOML, so nobody can be let in. Mend it (the server's log names the line), "
            "then start the server again."
        ) from None
    if section is None:
        return None
    if not isinstance(section, Mapping):
        raise AccessError(f"“{name}” in .streamlit/secrets.toml must be a section: write [{name}].")
    return {key: dict(value) if isinstance(value, Mapping) else value for key, value in section.items()}


def _there(files: Sequence[str]) -> list[str]:
    return [path for path in files if os.path.exists(path)]  # noqa: PTH110  a Path would take longer


def _folder() -> str:
    return os.getcwd()  # noqa: PTH109  likewise
