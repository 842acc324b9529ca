"""What a browser gets first: Streamlit's HTML with the stylesheet and the script that all pages share, and links ahead.

In the HTML they are there before Streamlit draws anything, so that nothing jumps once they arrive.
"""

from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.parts.frame.ahead import ahead_links, ahead_script

_HERE = Path(__file__).parent
_STYLE, _ON_PAPER, *_SCRIPTS = (
    (_HERE / name).read_text(encoding="utf-8")
    for name in ("style.css", "print.css", "look.js", "history.js", "waiting.js")
)
_OURS = "<style>\n{}</style>\n{}\n<script>\n{}</script>\n".format(
    _STYLE + _ON_PAPER, ahead_links(), "".join([*_SCRIPTS, ahead_script()])
).encode()
_END = b"</head>"
_ABOUT_STREAMLITS = ("if-none-match", "if-modified-since", "accept-encoding", "range")
"""What a browser asks of the file that it knows; with ours in it, it is another one."""


class Document:
    """Middleware around Streamlit's server that puts our style and script into its HTML.

    Parameters
    ----------
    app : ASGI application
        Streamlit's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        asked = [(name, value) for name, value in scope["headers"] if name.decode() not in _ABOUT_STREAMLITS]
        begun: Message | None = None
        content = b""

        async def complete(message: Message) -> None:
            nonlocal begun, content
            if message["type"] == "http.response.start":
                if Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                    begun = message
                else:
                    await send(message)
                return
            if begun is None:
                await send(message)
                return
            content += message.get("body", b"")
            if message.get("more_body"):
                return
            whole = content.replace(_END, _OURS + _END, 1)
            headers = MutableHeaders(raw=begun["headers"])
            for name in ("etag", "last-modified", "accept-ranges"):
                del headers[name]
            if scope["method"] != "HEAD":
                headers["content-length"] = str(len(whole))
            await send(begun)
            await send({"type": "http.response.body", "body": whole})

        await self._app({**scope, "headers": asked}, receive, complete)
