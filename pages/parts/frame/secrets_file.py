"""The secrets of a server, ``.streamlit/secrets.toml``: read, or a sentence says what is wrong with the file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from cifar_core.errors import AccessError


def secret_section(name: str) -> Mapping[str, Any] | None:
    """Read a section of ``.streamlit/secrets.toml``; ``None`` where there is no such file or section.

    Raises
    ------
    AccessError
        There is a file that cannot be read. Streamlit itself would go on as if there were none, without logins.
    """
    try:
        section = st.secrets.get(name)
    except (StreamlitSecretNotFoundError, OSError, UnicodeDecodeError):
        found = [path for path in st.get_option("secrets.files") if Path(path).exists()]
        if not found:
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
