"""Asking other machines over HTTP: by which rules, and in which words a failure is told."""

import functools
import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx  # takes 0.2 s, in which a page could have been drawn

_MOST_REDIRECTS = 10


def open_client(address: str, *, seconds: float) -> "httpx.Client":
    """Make a client for one conversation; to be closed.

    Proxies are those of the environment (``HTTPS_PROXY``, ``NO_PROXY`` …), certificates those of the system, to which
    an organisation may have added its own. Redirects are followed, but an address that began with ``https`` leads to
    no other that does not: who listens in must not get what was asked for, nor put something else in its place.

    Parameters
    ----------
    address : str
        Where the conversation begins.
    seconds : float
        How long to wait for a connection, and then for each byte.

    Raises
    ------
    httpx.ProxyError
        The environment names a proxy that cannot be used. What goes wrong later is an :exc:`httpx.RequestError` too,
        or an :exc:`httpx.InvalidURL`.
    """
    import httpx

    encrypted = address.lower().startswith("https:")

    def stay_encrypted(request: httpx.Request) -> None:
        if encrypted and request.url.scheme != "https":
            raise httpx.UnsupportedProtocol(
                f"it leads to {request.url.host} without encryption", request=request
            )

    try:
        return httpx.Client(
            timeout=seconds,
            verify=_system_certificates(),
            follow_redirects=True,
            max_redirects=_MOST_REDIRECTS,
            event_hooks={"request": [stay_encrypted]},
        )
    except (ImportError, ValueError) as problem:  # SOCKS without its library, or no address at all
        raise httpx.ProxyError(f"the proxy that the environment names cannot be used: {problem}") from None


def read_at_most(response: "httpx.Response", most: int) -> bytes:
    """Read the body of a streamed response, or its beginning: a stranger might send without end.

    Parameters
    ----------
    response : httpx.Response
        Of ``client.stream``.
    most : int
        Bytes after which no more is read.
    """
    content = bytearray()
    for block in response.iter_bytes():
        content += block
        if len(content) >= most:
            break
    return bytes(content[:most])


def reason_of(problem: BaseException) -> str:
    """Say in a few words why a server cannot be reached: ``"Connection refused"``, ``"timed out"``.

    Parameters
    ----------
    problem : exception
        Whatever a client raised; the operating system's own words are looked for among its causes.
    """
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(problem) or "the connection was lost"


@functools.cache
def _system_certificates() -> ssl.SSLContext:
    return ssl.create_default_context()  # takes 35 ms, and a cluster is asked each second
