"""Providers with whom people sign in (OIDC): one that says whatever a test likes, and browsers that
go to and fro."""

from __future__ import annotations

import base64
import hmac
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from html import unescape
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pydantic import SecretStr

from register.access.tables import bindings, sessions
from register.register import Register
from register.setup.providers import Provider
from tests.browser import COOKIE, HOME, Office, words
from tests.calling import call
from web.app import create_app
from web.edge.allowances import Strangers

CLIENT, SECRET = "register", "a secret of the tests, + and % and all"
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"


class SayingProvider:
    """Says whatever a test likes, on a port of its own. `told` is what its tokens say besides or
    instead of what is right (None leaves it out); `metadata` the same of what it says of itself."""

    def __init__(self, name: str = "care", path: str = "") -> None:
        self.name = name
        self.key = ECKey.generate_key("P-256", {"kid": f"key of {name}", "use": "sig"})
        self.codes: dict[str, dict[str, Any]] = {}
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {"sub": "248289761001"}
        self.sign: Callable[[dict[str, Any]], object] = self.signed
        self.answers_in = 0.0
        """Seconds."""
        self.raw: bytes | None = None
        """What it answers to everything, if it talks nonsense."""
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.issuer = self.origin + path
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def provider(self, **settings: Any) -> Provider:
        """How the register is told of it."""
        usual = {"label": "Care Login", "client_id": CLIENT, "trust_email": True}
        secret = SecretStr(SECRET)
        return Provider(name=self.name, issuer=self.issuer, secret=secret, **(usual | settings))

    def signed(self, claims: dict[str, Any], key: ECKey | None = None, **header: Any) -> str:
        header = {"alg": "ES256", "kid": self.key.kid, **header}
        return jwt.encode(header, claims, key or self.key, ["ES256"])

    def signed_by_hand(self, claims: dict[str, Any], header: dict[str, Any], key: bytes) -> str:
        """With a secret, or with nothing at all if the key is empty."""
        begins = ".".join(_part(json.dumps(each).encode()) for each in (header, claims))
        ends = hmac.digest(key, begins.encode(), "sha256") if key else b""
        return f"{begins}.{_part(ends)}"

    def gives(self, claims: dict[str, Any]) -> str:
        """A code that it takes for these claims. It takes it as often as one likes."""
        code = secrets.token_urlsafe(9)
        self.codes[code] = claims
        return code

    def says(self, path: str, form: Mapping[str, str]) -> tuple[int, object]:
        if path.endswith("/.well-known/openid-configuration"):
            return 200, self._of_itself()
        if path == "/keys":
            return 200, KeySet([self.key]).as_dict(private=False)
        if path == "/userinfo":
            return 200, self.userinfo
        claims = self.codes.get(form.get("code", ""))
        if claims is None or not form.get("code_verifier"):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self.sign(claims)}

    def _of_itself(self) -> dict[str, Any]:
        usual = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "userinfo_endpoint": f"{self.origin}/userinfo",
            "jwks_uri": f"{self.origin}/keys",
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": True,
        }
        return _without_none(usual | self.metadata)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        saying = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(dict(parse_qsl(body)))

            def _answer(self, form: Mapping[str, str]) -> None:
                saying.asked.append(self.path)
                time.sleep(saying.answers_in)
                status, told = saying.says(self.path, form)
                body = json.dumps(told).encode() if saying.raw is None else saying.raw
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """It says nothing on the terminal."""

        return Handler


AS_MANY_AS_THEY_LIKE = 1_000_000
"""At providers at the same time: a place is given back a moment later, when the loop in which a
browser here called has ended."""
TIMES = [1, pytest.param(20, marks=pytest.mark.long)]
"""How often each forgery is tried."""


@pytest.fixture
def care() -> Iterator[SayingProvider]:
    with saying() as provider:
        yield provider


@pytest.fixture
def at_work(here: Office, care: SayingProvider) -> Office:
    open_to(here, care.provider())
    return here


def refused(answer: httpx.Response, browser: Traveller, says: str) -> None:
    """It was refused in words, without names, and nobody is signed in."""
    assert answer.status_code == 403, answer.text
    assert browser.session is None
    assert says in words(answer)
    assert "example.org" not in answer.text


@contextmanager
def saying(name: str = "care", path: str = "") -> Iterator[SayingProvider]:
    provider = SayingProvider(name, path)
    try:
        yield provider
    finally:
        provider.close()


def open_to(here: Office, *known: Provider) -> None:
    """The register is told of these providers."""
    here.app = create_app(
        here.register, address=HOME, providers={each.name: each for each in known}
    )
    here.app.state.at_providers = Strangers(AS_MANY_AS_THEY_LIKE)


class Traveller:
    """A browser that goes to a provider and comes back, with its cookies."""

    def __init__(self, app: Any, session: str | None = None) -> None:
        self._app = app
        self.cookies = {} if session is None else {COOKIE: session}

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = call(self._app, HOME, method, path, cookies=self.cookies, **more)
        for told in answer.headers.get_list("set-cookie"):
            for name, kept in SimpleCookie(told).items():
                self.cookies[name] = kept.value
                if kept["max-age"] == "0":
                    del self.cookies[name]
        return answer

    def get(self, path: str) -> httpx.Response:
        return self.call("GET", path)

    def post(self, path: str, **form: str) -> httpx.Response:
        return self.call("POST", path, data=form, headers={"origin": HOME})

    def sets_out(self, name: str = "care", **form: str) -> dict[str, str]:
        """Begin at the sign-in page; gives what the browser tells the provider."""
        answer = self.post(f"/sign-in/with/{name}", **form)
        assert answer.status_code == 200, answer.text
        link = re.search(r'<a class="govuk-link" href="([^"]*)">Go on', answer.text)
        assert link is not None
        assert answer.headers["refresh"] == f"0; url={unescape(link[1])}"
        return {name: each[0] for name, each in parse_qs(urlsplit(unescape(link[1])).query).items()}

    def comes_back(self, name: str = "care", **answer: str | None) -> httpx.Response:
        told = urlencode({key: each for key, each in answer.items() if each is not None})
        return self.get(f"/sign-in/with/{name}/callback?{told}")

    @property
    def session(self) -> str | None:
        return self.cookies.get(COOKIE)


def right_claims(
    saying: SayingProvider, nonce: str, now: datetime, /, **told: Any
) -> dict[str, Any]:
    """What an ID token rightly says; `told` says something besides or instead."""
    at = int(now.timestamp())
    usual = {
        "iss": saying.issuer,
        "sub": "248289761001",
        "aud": CLIENT,
        "iat": at,
        "exp": at + 300,
        "nonce": nonce,
        "auth_time": at,
        "email": "amina@example.org",
        "email_verified": True,
    }
    return _without_none(usual | told)


def signs_in(
    here: Office,
    saying: SayingProvider,
    browser: Traveller | None = None,
    form: Mapping[str, str] | None = None,
    **told: Any,
) -> tuple[Traveller, httpx.Response]:
    """Somebody goes to the provider and comes back."""
    browser = browser or Traveller(here.app)
    asked = browser.sets_out(saying.name, **(form or {}))
    code = saying.gives(right_claims(saying, asked["nonce"], here.clock.shows, **told))
    answer = browser.comes_back(saying.name, state=asked["state"], code=code, iss=saying.issuer)
    return browser, answer


def what_is_stored(register: Register) -> tuple[Any, ...]:
    """What signing in changes: the log, who is bound, and the sessions."""
    with register.log.database.read() as connection:
        counted = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in (bindings, sessions)
        ]
    return (register.log.last_position(), *counted)


def _without_none(told: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in told.items() if each is not None}


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
