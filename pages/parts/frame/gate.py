"""What stands before Streamlit's server: who has not logged in sends nothing and gets no picture or file."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from cifar_core.accounts.admission import admit
from cifar_core.accounts.uploads import check_upload
from cifar_core.errors import AccessError, CifarLabError
from pages.parts.frame import account

READING = ("GET", "HEAD", "OPTIONS")
METRICS = "/_stcore/metrics"
"""Tells everybody how many people are here and what is held for them; nothing of CIFAR Lab reads it."""
MEDIA = "/media/"
"""Pictures, and files to save."""
UPLOADS = "/_stcore/upload_file/"
LOGOUT = "/auth/logout"


@dataclass(frozen=True)
class _Visitor:
    """Who sent a request.

    Attributes
    ----------
    welcome : bool
        Whether this visitor may see the pages: always, where nobody logs in.
    logged_in : bool
        Whether there is a login that counts, be it of somebody who may not come in.
    id : str or None
        The e-mail address of somebody who may come in.
    """

    welcome: bool
    logged_in: bool
    id: str | None = None

    @classmethod
    def behind(cls, scope: Scope) -> "_Visitor":
        logged_in = True  # Where the class is set up wrongly, the page says so to all.
        try:
            if not account.asks_for_logins():
                return cls(True, True)
            claims = account.claims_of(HTTPConnection(scope).cookies)
            logged_in = claims is not None
            if claims is not None:
                return cls(True, True, admit(claims, account.class_settings()).id)
        except CifarLabError:
            pass
        return cls(False, logged_in)


class Gate:
    """Middleware around Streamlit's server.

    Parameters
    ----------
    app : ASGI application
        Streamlit's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._senders: dict[str, str] = {}  # by session
        self._arriving: Counter[str] = Counter()  # bytes on their way, by sender

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on to Streamlit."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        visitor = _Visitor.behind(scope)
        if not visitor.logged_in:
            scope = _without_login(scope)
        if scope["type"] == "http":
            base = str(config.get_option("server.baseUrlPath")).strip("/")
            path = scope["path"].removeprefix(f"/{base}") if base else scope["path"]
            if path == METRICS:
                await PlainTextResponse("Not found.", 404)(scope, receive, send)
                return
            if not visitor.welcome and (path.startswith(MEDIA) or scope["method"] not in READING):
                await PlainTextResponse("Log in first.", 401)(scope, receive, send)
                return
            if path == LOGOUT and visitor.id:
                account.logouts().add(visitor.id, time.time())
            if path.startswith(UPLOADS) and scope["method"] not in READING:
                session = path.removeprefix(UPLOADS).partition("/")[0]
                # Where nobody logs in, each open page counts for itself.
                sender = visitor.id or session
                if self._senders.get(session, sender) != sender:
                    await PlainTextResponse("This page belongs to somebody else.", 403)(scope, receive, send)
                    return
                if scope["method"] != "DELETE":
                    await self._take(session, sender, scope, receive, send)
                    return
        await self._app(scope, receive, send)

    async def _take(self, session: str, sender: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a file in if there is room: it stays in memory for as long as its page is open."""
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdecimal() or len(length) > 12:
            await PlainTextResponse("Say how long the file is.", 411)(scope, receive, send)
            return
        held = _bytes_held()
        self._senders = {one: who for one, who in self._senders.items() if one in held}
        own = sum(size for one, size in held.items() if self._senders.get(one) == sender)
        try:
            everybodys = sum(held.values()) + self._arriving.total()
            check_upload(int(length), own + self._arriving[sender], everybodys)
        except AccessError as problem:
            await PlainTextResponse(str(problem), 413)(scope, receive, send)
            return
        self._arriving[sender] += int(length)
        try:
            await self._app(scope, receive, send)
        finally:
            self._senders[session] = sender
            self._arriving[sender] -= int(length)
            self._arriving += Counter()  # forgets those at zero


def _bytes_held() -> Mapping[str, int]:
    """Return what Streamlit holds of files that were sent, by session."""
    manager = cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)
    return {
        session: sum(len(file.data) for file in tuple(files.values()))
        for session, files in tuple(manager.file_storage.items())
    }


def _without_login(scope: Scope) -> Scope:
    """Return a request without the cookies by which Streamlit would take it for one of somebody logged in."""
    cookies = HTTPConnection(scope).cookies
    kept = [f"{name}={value}" for name, value in cookies.items() if not name.startswith(USER_COOKIE_NAME)]
    headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
    if kept:
        headers.append((b"cookie", "; ".join(kept).encode("latin-1")))
    return {**scope, "headers": headers}
