"""The section ``[auth]`` of ``.streamlit/secrets.toml``: whether a login can work with it; pure."""

from collections.abc import Mapping
from typing import Any

from cifar_core.errors import AccessError

_PROVIDER_KEYS = ("client_id", "client_secret", "server_metadata_url")
_DOCS = "docs/class-server.md shows a whole example."


def check_login_section(auth: Mapping[str, Any], *, authlib: bool) -> tuple[str | None, ...]:
    """See to it that the section ``[auth]`` can be used, before somebody presses a button that fails.

    Parameters
    ----------
    auth : mapping
        What stands in ``[auth]`` of ``.streamlit/secrets.toml``.
    authlib : bool
        Whether the library Authlib is installed.

    Returns
    -------
    tuple of (str or None)
        The providers to choose from: ``None`` for the one in ``[auth]`` itself, names for ``[auth.name]``.

    Raises
    ------
    AccessError
        Something is missing; the sentence says what.
    """
    if not authlib:
        raise AccessError(
            "Logins are configured ([auth] in .streamlit/secrets.toml), but the library that they need is missing. "
            "Run “pip install -r requirements-server.txt” and start the server again."
        )
    missing = [key for key in ("redirect_uri", "cookie_secret") if not auth.get(key)]
    if missing:
        raise AccessError(
            f"The section [auth] of .streamlit/secrets.toml lacks {' and '.join(missing)}. {_DOCS}"
        )
    if not str(auth["redirect_uri"]).endswith("/oauth2callback"):
        raise AccessError(
            f"redirect_uri in [auth] of .streamlit/secrets.toml must be the server's address with /oauth2callback "
            f"at its end. {_DOCS}"
        )
    named = {
        key: value for key, value in auth.items() if isinstance(value, Mapping) and key != "client_kwargs"
    }
    alone = any(key in auth for key in _PROVIDER_KEYS)
    if not named and not alone:
        raise AccessError(f"The section [auth] of .streamlit/secrets.toml names no login service. {_DOCS}")
    sections: dict[str, Mapping[str, Any]] = {f"auth.{key}": section for key, section in named.items()}
    if alone:
        sections["auth"] = auth
    for name, section in sections.items():
        missing = [key for key in _PROVIDER_KEYS if not section.get(key)]
        if missing:
            raise AccessError(
                f"The section [{name}] of .streamlit/secrets.toml lacks {', '.join(missing)}. {_DOCS}"
            )
        if "_" in name:  # Streamlit could not tell the provider from what follows its name.
            raise AccessError(f"The name of the section [{name}] must have no underscore: rename it.")
    return (*((None,) if alone else ()), *named)
