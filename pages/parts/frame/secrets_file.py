"""The secrets of a server, ``.streamlit/secrets.toml``: read, or a sentence says what is wrong with the file."""

import os
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from cifar_core.errors import AccessError

_without_file: object = None
"""Streamlit's secrets, where there was no file of them."""


def secret_section(name: str) -> Mapping[str, Any] | None:
    """Read a section of ``.streamlit/secrets.toml``; ``None`` where there is no such file or section.

    Raises
    ------
    AccessError
        There is a file that cannot be read. Streamlit itself would go on as if there were none, without logins.
    """
    global _without_file
    # A page asks twenty times; where there is no file, Streamlit would look for it and put together what to say of it.
    if st.secrets is _without_file and not _files():
        return None
    try:
        section = st.secrets.get(name)
    except (StreamlitSecretNotFoundError, OSError, UnicodeDecodeError):
        found = _files()
        if not found:
            _without_file = st.secrets
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


def _files() -> list[str]:
    """Return the files of secrets that there are."""
    return [path for path in st.get_option("secrets.files") if os.path.exists(path)]  # noqa: PTH110  asked often
