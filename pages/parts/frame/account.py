"""Who is at the screen: the login page, and what it rests on."""

import importlib.util
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from cifar_core.accounts.admission import admit
from cifar_core.accounts.class_settings import ClassSettings
from cifar_core.accounts.login_section import check_login_section
from cifar_core.accounts.logouts import Logouts
from cifar_core.accounts.server_host import is_this_machine
from cifar_core.accounts.user import User
from cifar_core.errors import AccessError, CifarLabError
from cifar_core.settings import Settings
from cifar_core.words.durations import hours_words
from cifar_core.words.markdown import plain
from pages.parts.frame.login_cookie import claims_that_count
from pages.parts.frame.secrets_file import secret_section


def current_user() -> User | None:
    """Return who is logged in; ``None`` where no logins are configured: then there is one user, who may do all.

    Raises
    ------
    CifarLabError
        Nobody is logged in, this person may not come in, or logins are not set up in a way that works.
    """
    auth, settings = secret_section("auth"), class_settings()
    if auth is None:
        if settings.instructors or settings.allowed_domains:
            # Somebody meant to have logins: going on without them would let everybody do everything.
            raise AccessError(
                "Instructors or domains are configured, but no logins: the section [auth] of "
                ".streamlit/secrets.toml is missing. docs/class-server.md shows a whole example."
            )
        return None
    check_login_section(auth, authlib=_has_authlib())
    if not st.user.get("is_logged_in"):
        raise AccessError("Log in to see the pictures, the runs and the models of your class.")
    # A page that stays open was let in when it was opened; its login may have ended since.
    cookies = st.context.cookies
    if isinstance(cookies.get(USER_COOKIE_NAME), str) and claims_of(cookies) is None:
        raise AccessError(
            f"Your login has ended: it lasts {hours_words(settings.login_hours)}, or until you log out in any window."
        )
    return admit(st.user.to_dict(), settings)


def asks_for_logins() -> bool:
    """Tell whether people log in here, or were meant to; needs no page."""
    settings = class_settings()
    return secret_section("auth") is not None or bool(settings.instructors or settings.allowed_domains)


def claims_of(cookies: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what the login in a browser's cookies says of its person; ``None`` where none counts any more."""
    if secret_section("auth") is None:
        return None
    return claims_that_count(cookies, hours=class_settings().login_hours, logouts=logouts(), now=time.time())


def logouts() -> Logouts:
    """Return who has logged out of this server, and when."""
    return Logouts(Settings.from_environment().runs_dir / ".logouts.json")


def class_settings() -> ClassSettings:
    """Return how the class is set up: the section ``[cifar_lab]`` of the secrets, and the environment."""
    return ClassSettings.from_sources(secret_section("cifar_lab"))


def is_open() -> bool:
    """Tell whether the pages may be shown to whoever is at the screen."""
    try:
        current_user()
    except CifarLabError:
        return False
    return True


def require_user() -> None:
    """Draw the login page and stop, unless the pages may be shown."""
    try:
        current_user()
    except CifarLabError as problem:
        _draw_login(str(problem))
        st.stop()


def require_user_still() -> None:
    """Draw the whole page, and with it the login, once a login has ended: a fragment is drawn without the router."""
    if not is_open():
        st.rerun()


def is_alone() -> bool:
    """Tell whether one person works here, at this very machine: who may open any folder of it."""
    seen_as = urlsplit(st.context.url or "http://localhost").hostname
    here = is_this_machine(st.get_option("server.address")) and is_this_machine(seen_as)
    return not asks_for_logins() and here


def may_bring_pictures() -> bool:
    """Tell whether whoever is at the screen may add to the list of data sets, which all see."""
    user = current_user()
    return user is None or user.is_instructor


def _draw_login(problem: str) -> None:
    _, middle, _ = st.columns([1, 2, 1])
    with middle.container(border=True):
        st.title("CIFAR Lab", anchor=False)
        if st.user.get("is_logged_in"):
            st.warning(plain(problem), icon=":material/block:")
            if st.button(
                "Log in with another account", key="log_out", icon=":material/logout:", type="primary"
            ):
                st.logout()
            return
        try:
            providers = check_login_section(secret_section("auth") or {}, authlib=_has_authlib())
            class_settings()
        except CifarLabError:
            st.error(plain(problem), icon=":material/error:")
            return
        st.write(plain(problem))
        for provider in providers:
            label = "Log in" if provider is None else f"Log in with {plain(provider)}"
            if st.button(
                label, key=f"log_in_{provider}", icon=":material/login:", type="primary", width="stretch"
            ):
                st.login(provider)


def _has_authlib() -> bool:
    """Tell whether ``st.login`` finds what it needs: Authlib, and one of the two libraries that Authlib asks with."""
    return all(
        any(importlib.util.find_spec(name) for name in one_of)
        for one_of in (["authlib"], ["httpx2", "httpx"])
    )
