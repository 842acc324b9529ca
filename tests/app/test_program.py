"""The files of Streamlit's program: as Streamlit sends them, by a shorter way."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp
from streamlit import config
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from pages.parts.frame.program import FOLDER, KINDS, Program
from tests.own_loop import run_alone

LONGEST = max(FOLDER.rglob("*.js"), key=lambda file: file.stat().st_size)
FILES = [LONGEST, *(min(FOLDER.rglob(f"*{suffix}")) for suffix in KINDS)]
streamlits = create_streamlit_static_handler(str(FOLDER.parent), "")


async def nobody(request: object) -> PlainTextResponse:
    return PlainTextResponse("Streamlit", 418)


def ask(app: ASGIApp, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://lab") as client:
            return await client.request(method, path, headers=headers)

    return run_alone(send())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition(".")[0])
def test_a_file_comes_as_streamlit_sends_it(file: Path) -> None:
    path = f"/static/{file.relative_to(FOLDER).as_posix()}"
    ours = ask(Program(Starlette(routes=[Route("/{path:path}", nobody)])), path)
    theirs = ask(Starlette(routes=[Mount("/", streamlits)]), path)
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
    for name in ("content-length", "cache-control"):
        assert ours.headers[name] == theirs.headers[name]
    kinds = [answer.headers["content-type"].partition(";")[0].split("/")[1] for answer in (ours, theirs)]
    assert kinds[0] == kinds[1]


def test_all_else_is_left_to_streamlit(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(Starlette(routes=[Route("/{path:path}", nobody, methods=["GET", "HEAD", "POST"])]))
    name = f"js/{LONGEST.name}"
    for path in ("/static/js/none.js", "/static/../index.html", f"/explain/static/{name}", "/static/", "/"):
        assert ask(program, path).status_code == 418
    assert ask(program, f"/static/{name}", "HEAD").status_code == 418
    assert ask(program, f"/static/{name}", Range="bytes=0-9").status_code == 418
    assert ask(program, f"/static/{name}").status_code == 200
    monkeypatch.setattr(config, "get_option", lambda option: "/lab/")
    assert ask(program, f"/static/{name}").status_code == 418
    assert ask(program, f"/lab/static/{name}").status_code == 200
