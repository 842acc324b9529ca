"""The cookie of a login: whether it still counts. Streamlit's own lasts 30 days, in every copy, after *Log out* too."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from cifar_core.accounts.email_address import normal_address
from cifar_core.accounts.logouts import Logouts


def claims_that_count(
    cookies: Mapping[str, str], *, hours: float, logouts: Logouts, now: float
) -> dict[str, Any] | None:
    """Return what a login says of its person, or ``None`` where there is none that still counts.

    Parameters
    ----------
    cookies : mapping
        All cookies of a browser, by name.
    hours : float
        How long a login lasts.
    logouts : Logouts
        Who has logged out since.
    now : float
        Seconds since 1970.
    """
    signed: list[datetime] = []

    def unsign(name: str) -> bytes | None:
        try:
            content, moment = URLSafeTimedSerializer(get_cookie_secret(), salt=name).loads(
                cookies[name], return_timestamp=True
            )
        except (KeyError, BadData):
            return None
        signed.append(moment)
        return str(content).encode()

    try:
        claims = json.loads(get_cookie_with_chunks(unsign, USER_COOKIE_NAME) or b"null")
    except ValueError:
        return None
    if not isinstance(claims, dict) or not claims.get("is_logged_in"):
        return None
    oldest = min(moment.timestamp() for moment in signed)
    if now - oldest > hours * 3600 or logouts.is_void(person_of(claims), oldest):
        return None
    return claims


def person_of(claims: Mapping[str, Any]) -> str:
    """Return the e-mail address that a login names, in small letters; an empty text where it names none."""
    try:
        return normal_address(str(claims.get("email", "")))
    except ValueError:
        return ""
