"""The gate before Streamlit's server: what it lets through, from whom, and how much."""

import asyncio
import base64
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import streamlit as st
from itsdangerous import URLSafeTimedSerializer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from cifar_core.accounts import uploads
from pages.parts.frame import account, gate, warm_up
from pages.parts.frame.document import Document
from pages.parts.frame.gate import Gate
from pages.parts.frame.program import Program
from tests.own_loop import run_alone

SECRET = "a secret of more than fourteen bytes"
AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": SECRET,
    "client_id": "cifar-lab",
    "client_secret": "secret",
    "server_metadata_url": "http://localhost:9/.well-known/openid-configuration",
}
ADA = {"is_logged_in": True, "email": "Ada@School.example"}
BOB = {"is_logged_in": True, "email": "bob@school.example"}
PICTURE = "/media/a1b2.png"


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Return the sections of secrets.toml; tests change them."""
    sections: dict[str, Any] = {"auth": AUTH, "cifar_lab": {"allowed_domains": ["school.example"]}}
    monkeypatch.setattr(account.st, "secrets", sections)
    monkeypatch.setattr("pages.parts.frame.login_cookie.get_cookie_secret", lambda: SECRET)
    return sections


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    manager = MemoryUploadedFileManager("/_stcore/upload_file")

    class Runtime:
        uploaded_file_mgr = manager

    monkeypatch.setattr(gate.runtime, "get_instance", Runtime)
    return manager


def cookie(claims: dict[str, Any], *, age: float = 0.0, name: str = "_streamlit_user") -> dict[str, str]:
    """Sign a login as Streamlit does, so many seconds ago."""
    serializer = URLSafeTimedSerializer(SECRET, salt=name)

    class Earlier(serializer.default_signer):  # type: ignore[name-defined, misc]
        def get_timestamp(self) -> int:
            return int(time.time() - age)

    serializer.signer = Earlier
    return {name: str(serializer.dumps(json.dumps(claims)))}


def streamlit_behind(held: MemoryUploadedFileManager | None = None) -> Gate:
    """Return the gate before an app that tells what reaches it, and keeps files as Streamlit does."""

    async def tell(request: Request) -> JSONResponse:
        body = await request.body()
        if held is not None and request.method == "PUT":
            _, session, file = request.url.path.rsplit("/", 2)
            held.add_file(session, UploadedFileRec(file, file, "", body))
        return JSONResponse({"cookies": sorted(request.cookies), "bytes": len(body)})

    methods = ["GET", "PUT", "DELETE", "POST", "PATCH"]
    return Gate(Starlette(routes=[Route("/{path:path}", tell, methods=methods)]))


def ask(
    server: Gate, method: str, path: str, cookies: dict[str, str] | None = None, **more: Any
) -> httpx.Response:
    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(server)
        async with httpx.AsyncClient(transport=transport, base_url="http://lab", cookies=cookies) as client:
            return await client.request(method, path, **more)

    return run_alone(once())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/_stcore/upload_file/session/file"),
        ("DELETE", "/_stcore/upload_file/session/file"),
        ("POST", "/_stcore/upload_file/session/file"),
        ("POST", "/anything"),
        ("GET", PICTURE),
        ("HEAD", "/media/x"),
    ],
)
@pytest.mark.parametrize(
    "cookies",
    [
        {},
        {"_streamlit_user": "forged"},
        cookie(ADA | {"is_logged_in": False}),
        cookie(ADA | {"email": "ada@elsewhere.example"}),
        cookie(ADA | {"email_verified": False}),
        cookie(ADA, name="_streamlit_user_tokens"),
        {"_streamlit_user": cookie(ADA, name="_streamlit_user_tokens")["_streamlit_user_tokens"]},
        cookie(ADA, age=13 * 3600),
    ],
    ids=["none", "forged", "out", "stranger", "unverified", "tokens", "another-cookies-value", "old"],
)
def test_before_the_login_nothing_is_taken_and_nothing_given(
    secrets: dict[str, Any], method: str, path: str, cookies: dict[str, str]
) -> None:
    answer = ask(streamlit_behind(), method, path, cookies)
    assert answer.status_code == 401


def test_who_is_logged_in_sends_files_and_gets_pictures(
    secrets: dict[str, Any], held: MemoryUploadedFileManager
) -> None:
    server = streamlit_behind(held)
    assert ask(server, "GET", PICTURE, cookie(ADA)).json()["cookies"] == ["_streamlit_user"]
    put = ask(server, "PUT", "/_stcore/upload_file/s/f", cookie(ADA), content=b"12345")
    assert put.json()["bytes"] == 5
    assert ask(server, "DELETE", "/_stcore/upload_file/s/f", cookie(ADA)).status_code == 200


def test_the_way_in_is_open_and_the_metrics_are_closed_to_all(secrets: dict[str, Any]) -> None:
    server = streamlit_behind()
    for path in ("/", "/train", "/_stcore/health", "/auth/login", "/static/js/index.js"):
        assert ask(server, "GET", path).status_code == 200
    for cookies in ({}, cookie(ADA)):
        assert ask(server, "GET", "/_stcore/metrics", cookies).status_code == 404


def test_a_class_that_is_set_up_wrongly_takes_nothing(secrets: dict[str, Any]) -> None:
    secrets["cifar_lab"] = {"instructors": ["nobody"]}
    assert ask(streamlit_behind(), "GET", PICTURE, cookie(ADA)).status_code == 401
    secrets["cifar_lab"] = {"instructors": ["eve@school.example"]}
    del secrets["auth"]
    assert ask(streamlit_behind(), "GET", PICTURE, cookie(ADA)).status_code == 401


def test_where_nobody_logs_in_everything_is_let_through_but_the_metrics(
    secrets: dict[str, Any], held: MemoryUploadedFileManager
) -> None:
    secrets.clear()
    assert ask(streamlit_behind(), "GET", PICTURE).status_code == 200
    assert ask(streamlit_behind(held), "PUT", "/_stcore/upload_file/s/f", content=b"1").json()["bytes"] == 1
    assert ask(streamlit_behind(), "GET", "/_stcore/metrics").status_code == 404


def test_log_out_ends_every_copy_of_the_login_and_nobody_elses(secrets: dict[str, Any]) -> None:
    copied, other = cookie(ADA, age=60), cookie(BOB, age=60)
    also = {"theme": "dark", "_streamlit_user_tokens": "x", "_streamlit_user_1": "x"}
    assert ask(streamlit_behind(), "GET", PICTURE, copied).status_code == 200
    assert ask(streamlit_behind(), "GET", "/auth/logout", copied).status_code == 200
    assert ask(streamlit_behind(), "GET", PICTURE, copied).status_code == 401
    # Streamlit, which would still believe the cookie, does not get to see it.
    assert ask(streamlit_behind(), "GET", "/", copied | also).json()["cookies"] == ["theme"]
    assert ask(streamlit_behind(), "GET", PICTURE, other).status_code == 200
    assert ask(streamlit_behind(), "GET", PICTURE, cookie(ADA)).status_code == 200  # logged in anew
    # The old copy cannot log its person out once more.
    ask(streamlit_behind(), "GET", "/auth/logout", copied)
    assert ask(streamlit_behind(), "GET", PICTURE, cookie(ADA, age=0)).status_code == 200


def test_a_login_lasts_as_long_as_the_class_says(secrets: dict[str, Any]) -> None:
    assert ask(streamlit_behind(), "GET", PICTURE, cookie(ADA, age=11.9 * 3600)).status_code == 200
    secrets["cifar_lab"] = {"login_hours": 1}
    assert ask(streamlit_behind(), "GET", PICTURE, cookie(ADA, age=3700)).status_code == 401
    assert ask(streamlit_behind(), "GET", PICTURE, cookie(ADA, age=3500)).status_code == 200


def test_a_long_login_in_several_cookies_is_as_old_as_its_oldest(secrets: dict[str, Any]) -> None:
    text = json.dumps(ADA)

    def signed(name: str, content: str, age: float) -> dict[str, str]:
        serializer = URLSafeTimedSerializer(SECRET, salt=name)
        moment = int(time.time() - age)
        serializer.signer = type("_", (serializer.default_signer,), {"get_timestamp": lambda self: moment})
        return {name: str(serializer.dumps(content))}

    name = "_streamlit_user"
    new = signed(name, "chunks-2", 0) | signed(f"{name}_1", text[:9], 0) | signed(f"{name}_2", text[9:], 0)
    assert ask(streamlit_behind(), "GET", PICTURE, new).status_code == 200
    mixed = new | signed(f"{name}_2", text[9:], 13 * 3600)
    assert ask(streamlit_behind(), "GET", PICTURE, mixed).status_code == 401


def test_one_person_holds_half_a_gigabyte_in_all_windows_together(
    secrets: dict[str, Any], held: MemoryUploadedFileManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "BYTES_PER_PERSON", 1000)
    monkeypatch.setattr(uploads, "BYTES_IN_ALL", 1500)
    server = streamlit_behind(held)

    def put(person: dict[str, Any], session: str, file: str, size: int) -> httpx.Response:
        path = f"/_stcore/upload_file/{session}/{file}"
        return ask(server, "PUT", path, cookie(person), content=b"x" * size)

    assert put(ADA, "tab-1", "a", 600).status_code == 200
    assert put(ADA, "tab-2", "b", 300).status_code == 200
    refused = put(ADA, "tab-3", "c", 101)
    assert refused.status_code == 413
    assert refused.text.startswith("You have sent 900 bytes, and 1 kB at a time are allowed")
    assert put(ADA, "tab-3", "c", 100).status_code == 200
    assert put(BOB, "tab-4", "d", 501).status_code == 413  # all together
    assert put(BOB, "tab-4", "d", 500).status_code == 200
    held.remove_session_files("tab-1")
    assert put(ADA, "tab-3", "e", 500).status_code == 200


def test_files_that_are_just_arriving_count_and_one_without_a_length_is_refused(
    secrets: dict[str, Any], held: MemoryUploadedFileManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "BYTES_PER_PERSON", 1000)
    server = streamlit_behind(held)
    statuses: list[int] = []

    async def both() -> None:
        transport = httpx.ASGITransport(server)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://lab", cookies=cookie(ADA)
        ) as client:
            seen = asyncio.Event()

            async def slowly() -> Any:
                yield b"x" * 300
                await seen.wait()
                yield b"x" * 300

            path = "/_stcore/upload_file/s/"
            headers = {"content-length": "600"}
            first = asyncio.create_task(client.put(f"{path}a", content=slowly(), headers=headers))
            while not server._arriving:
                await asyncio.sleep(0)
            statuses.append((await client.put(f"{path}b", content=b"x" * 500)).status_code)
            seen.set()
            statuses.append((await first).status_code)
            statuses.append((await client.put(f"{path}c", content=b"x" * 400)).status_code)

            async def unsaid() -> Any:
                yield b"x"

            statuses.append((await client.put(f"{path}d", content=unsaid())).status_code)

    run_alone(both())
    assert statuses == [413, 200, 200, 411]
    assert not server._arriving


def test_the_server_that_people_start_stands_behind_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.web.server.app_discovery import discover_asgi_app

    monkeypatch.setattr(warm_up, "load_first_pages", lambda: None)
    import app

    found = discover_asgi_app(Path(app.__file__))
    assert found.import_string == "app:server"
    assert [one.cls for one in app.server._user_middleware] == [Program, Gate, Document]
    assert st.get_option("server.enableXsrfProtection")


# What one student may try against another


def tampered(signed: str, **changes: object) -> str:
    """Change what a signed cookie says and keep its signature."""
    content, rest = signed.split(".", 1)
    padded = content + "=" * (-len(content) % 4)
    said = json.loads(json.loads(base64.urlsafe_b64decode(padded))) | changes
    again = base64.urlsafe_b64encode(json.dumps(json.dumps(said)).encode()).decode().rstrip("=")
    return f"{again}.{rest}"


def test_a_cookie_that_was_made_or_changed_by_hand_is_none(secrets: dict[str, Any]) -> None:
    (bobs,) = cookie(BOB).values()
    assert ask(streamlit_behind(), "GET", PICTURE, {"_streamlit_user": bobs}).status_code == 200
    content, moment, signature = bobs.split(".")
    guessed = URLSafeTimedSerializer("secret", salt="_streamlit_user").dumps(json.dumps(ADA))
    plain = base64.urlsafe_b64encode(json.dumps(json.dumps(ADA)).encode()).decode().rstrip("=")
    forged = [
        tampered(bobs, email="ada@school.example"),
        str(guessed),
        f"{plain}.{moment}.{signature}",
        f"{plain}..",
        plain,
        json.dumps(ADA),
        f"{content}.{moment}",
        f"{content}.{moment}.{signature[::-1]}",
        f"{content}.zzzzzz.{signature}",  # a login that never ends
        str(URLSafeTimedSerializer(SECRET, salt="_streamlit_xsrf").dumps(json.dumps(ADA))),
    ]
    for one in forged:
        assert ask(streamlit_behind(), "GET", PICTURE, {"_streamlit_user": one}).status_code == 401, one
        # Nor does Streamlit get to see it.
        assert ask(streamlit_behind(), "GET", "/", {"_streamlit_user": one, "theme": "x"}).json()[
            "cookies"
        ] == ["theme"]


def test_a_name_in_a_header_or_a_second_cookie_makes_nobody_another(secrets: dict[str, Any]) -> None:
    for name in ("X-Forwarded-User", "X-Forwarded-Email", "Remote-User", "X-Streamlit-User", "Authorization"):
        assert (
            ask(streamlit_behind(), "GET", PICTURE, headers={name: "ada@school.example"}).status_code == 401
        )
    (bobs,) = cookie(BOB).values()
    forged = tampered(bobs, email="ada@school.example")
    for pair in (
        f"_streamlit_user={bobs}; _streamlit_user={forged}",
        f"_streamlit_user={forged}; _streamlit_user={bobs}",
    ):
        scope = {"type": "http", "headers": [(b"cookie", pair.encode())], "method": "GET", "path": PICTURE}
        assert gate._Visitor.behind(scope).id in (None, "bob@school.example")


@pytest.mark.parametrize(
    "path",
    [
        "/media/../media/x",
        "//media/x",
        "/media//x",
        "/./media/x",
        "/%6dedia/x",
        "/media%2fx",
        "/_stcore/%6detrics",
    ],
)
def test_no_spelling_of_an_address_gets_around_the_gate(secrets: dict[str, Any], path: str) -> None:
    """Either the gate knows it, or it is none of Streamlit's: nothing there answers it."""
    reached: list[str] = []

    async def kept(request: Request) -> JSONResponse:
        reached.append(request.url.path)
        return JSONResponse({})

    routes = [Route("/media/{file:path}", kept), Route("/_stcore/metrics", kept)]
    answer = ask(Gate(Starlette(routes=routes)), "GET", path)
    assert answer.status_code in (401, 404)
    assert not reached


def test_nobody_sends_files_into_anothers_page_or_takes_them_away(
    secrets: dict[str, Any], held: MemoryUploadedFileManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would pass what the other holds to one's own account, and make room for more."""
    monkeypatch.setattr(uploads, "BYTES_PER_PERSON", 1000)
    server = streamlit_behind(held)
    adas = "/_stcore/upload_file/adas-page"
    assert ask(server, "PUT", f"{adas}/model", cookie(ADA), content=b"x" * 900).status_code == 200
    for method in ("PUT", "POST", "DELETE"):
        refused = ask(server, method, f"{adas}/model", cookie(BOB), content=b"y")
        assert (refused.status_code, refused.text) == (403, "This page belongs to somebody else.")
    assert {record.data for record in held.file_storage["adas-page"].values()} == {b"x" * 900}
    assert (
        ask(
            server, "PUT", "/_stcore/upload_file/adas-second/model", cookie(ADA), content=b"x" * 101
        ).status_code
        == 413
    )
    assert (
        ask(
            server, "PUT", "/_stcore/upload_file/bobs-page/model", cookie(BOB), content=b"x" * 900
        ).status_code
        == 200
    )
