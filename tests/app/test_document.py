"""The HTML that a browser gets: Streamlit's, with our style and script, and never an old one from its cache."""

import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from pages.parts.frame.document import Document
from tests.own_loop import run_alone

PAGE = "<html><head><title>Streamlit</title></head><body>“ü”</body></html>"
ASKED = {
    "accept": "text/html,application/xhtml+xml;q=0.9",
    "if-none-match": '"old"',
    "accept-encoding": "gzip",
}


async def page(request: Request) -> Response:
    headers = {"etag": '"old"', "last-modified": "Sun, 29 Nov 2026 18:00:53 GMT", "cache-control": "no-cache"}
    assert request.headers.get("if-none-match") is None, "a browser's old copy would be called good"
    assert "gzip" not in request.headers.get("accept-encoding", "")
    return HTMLResponse(PAGE, headers=headers)


async def parts(request: Request) -> Response:
    half = len(PAGE) // 2
    return StreamingResponse(iter([PAGE[:half], PAGE[half:]]), media_type="text/html")


async def text(request: Request) -> Response:
    return PlainTextResponse("</head>" + request.headers.get("if-none-match", ""))


def ask(path: str, headers: dict[str, str], method: str = "GET") -> httpx.Response:
    routes = [Route("/page", page), Route("/parts", parts), Route("/text", text)]
    transport = httpx.ASGITransport(Document(Starlette(routes=routes)))

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://lab") as client:
            return await client.request(method, path, headers=headers)

    return run_alone(send())


@pytest.mark.parametrize("path", ["/page", "/parts"])
def test_our_style_and_script_stand_at_the_end_of_the_head(path: str) -> None:
    answer = ask(path, ASKED)
    head, _, body = answer.text.partition("</head>")
    assert head.startswith("<html><head><title>Streamlit</title><style>")
    assert "stMainBlockContainer" in head
    assert head.rstrip().endswith("</script>")
    assert "history.pushState =" in head
    assert body == "<body>“ü”</body></html>"
    assert not {"etag", "last-modified"} & set(answer.headers)


def test_its_length_is_told_as_it_is() -> None:
    answer = ask("/page", ASKED)
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_what_is_no_page_passes_as_it_is() -> None:
    assert ask("/text", ASKED).text == "</head>"
    assert ask("/text", ASKED | {"accept": "*/*"}).text == '</head>"old"'


def test_a_question_for_the_head_alone_has_no_body() -> None:
    answer = ask("/page", ASKED, "HEAD")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_the_style_of_all_pages_never_asks_what_lies_within() -> None:
    """A browser answers :has() anew for each part that a chart adds to itself: Compare took three seconds more."""
    style = re.sub(
        r"/\*.*?\*/",
        "",
        ask("/page", ASKED).text.partition("<style>")[2].partition("</style>")[0],
        flags=re.S,
    )
    rules = re.findall(r"([^{}]+)\{", style)
    assert len(rules) > 20
    # On a projector alone, or of one picture, which has no chart within: that rules them out at once elsewhere.
    few = ("html.projector", ".st-key-square_overlay")
    assert [rule.strip() for rule in rules if ":has(" in rule and not any(one in rule for one in few)] == []
