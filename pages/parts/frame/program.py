"""What a browser gets of Streamlit's program: a hundred files at a first visit, each by the shortest way."""

from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_server_config import STATIC_ASSET_CACHE_MAX_AGE_SECONDS

FOLDER = Path(st.__file__).parent / "static" / "static"
PLACE = "/static/"
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}
_PIECE = 2**18
"""Bytes; after each the browser has to have taken what came before."""
_ABOUT_A_PART = ("range", "if-none-match", "if-modified-since", "if-range")
"""Who asks so is answered by Streamlit."""


class Program:
    """Middleware around Streamlit's server that sends the files of its program.

    Streamlit would lead each through its sessions, thirty routes and a thread for each 64 kB. Their names hold a number
    that changes with what is in them, so a browser keeps them.

    Parameters
    ----------
    app : ASGI application
        Streamlit's.
    folder : Path
        Where the files are.
    """

    def __init__(self, app: ASGIApp, folder: Path = FOLDER) -> None:
        self._app = app
        self._files = {
            file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.suffix in KINDS
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        file = self._asked_for(scope)
        if file is None:
            await self._app(scope, receive, send)
            return
        headers = {
            "content-type": KINDS[file.suffix],
            "content-length": str(file.stat().st_size),
            "cache-control": f"public, immutable, max-age={STATIC_ASSET_CACHE_MAX_AGE_SECONDS}",
        }
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        with file.open("rb") as content:
            await send({"type": "http.response.start", "status": 200, "headers": raw})
            while piece := content.read(_PIECE):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    def _asked_for(self, scope: Scope) -> Path | None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        base, found, name = scope["path"].partition(PLACE)
        if not found or base.strip("/") != str(config.get_option("server.baseUrlPath")).strip("/"):
            return None
        headers = Headers(scope=scope)
        return None if any(name in headers for name in _ABOUT_A_PART) else self._files.get(name)
