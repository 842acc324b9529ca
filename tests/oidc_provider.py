"""An identity provider for tests: OpenID Connect on localhost, with PKCE and tokens signed by RS256."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID, CLIENT_SECRET = "cifar-lab", "a secret that the server knows"


class Provider(ThreadingHTTPServer):
    """Knows some people; its login page has a link for each of them.

    Attributes
    ----------
    people : dict
        Claims of each person, by the word on the link.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("localhost", 0), _Handler)
        self.people: dict[str, Mapping[str, Any]] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "test"})
        self.codes: dict[str, tuple[str, dict[str, str]]] = {}

    @property
    def url(self) -> str:
        """Where it is: the issuer of its tokens."""
        return f"http://localhost:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        url = self.server.url
        if address.path == "/.well-known/openid-configuration":
            self._json(
                {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "jwks_uri": f"{url}/jwks",
                    "end_session_endpoint": f"{url}/logout",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                }
            )
        elif address.path == "/jwks":
            self._json(KeySet([self.server.key]).as_dict(private=False))
        elif address.path == "/authorize":
            links = "".join(
                f'<p><a href="/choose?{urlencode(asked | {"person": person})}">{person}</a></p>'
                for person in self.server.people
            )
            self._answer(200, "text/html", f"<!doctype html><title>Log in</title>{links}".encode())
        elif address.path == "/choose":
            code = secrets.token_urlsafe()
            self.server.codes[code] = (asked["person"], asked)
            self._redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        elif address.path == "/logout":
            # Where an /oauth2callback without a code leads back to the dashboard.
            self._redirect(asked["post_logout_redirect_uri"])
        else:
            self._answer(404, "text/plain", b"not here")

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        given = {name: values[0] for name, values in form.items()}
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        person, asked = self.server.codes.pop(given.get("code", ""), ("", {}))
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            self.headers.get("Authorization") != f"Basic {basic}"
            or not person
            or asked["code_challenge"] != challenge
        ):
            self._json({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {
            "iss": self.server.url,
            "sub": person,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 600,
            "nonce": asked["nonce"],
            **self.server.people[person],
        }
        token = jwt.encode({"alg": "RS256", "kid": "test"}, claims, self.server.key)
        self._json({"access_token": "unused", "token_type": "Bearer", "expires_in": 600, "id_token": token})

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _json(self, document: Mapping[str, Any], status: int = 200) -> None:
        self._answer(status, "application/json", json.dumps(document).encode())

    def _redirect(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def identity_provider() -> Iterator[Provider]:
    """Run a provider in a thread."""
    provider = Provider()
    thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()
        thread.join()
