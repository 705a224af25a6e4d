"""A call to the API: who makes it, and what they send.

A refusal with 401 comes before the body is read; then come 413, 415 and 400. All further refusals
come from the register.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel
from starlette.requests import Request

from register.access.sessions import Session
from register.access.tokens import Scope, Token
from register.access.who_may import Comer
from register.answers import read
from register.declarations.names import Role
from register.errors import (
    MalformedError,
    TooLargeError,
    UnauthenticatedError,
    UnsupportedError,
)
from register.photographs import cleaning
from register.register import Register
from web.requests.limits import LARGEST_BODY, LARGEST_PICTURE
from web.requests.looking import Asking, Looking, Showing

PICTURE_TYPES = tuple(cleaning.FORMATS)
WITH_BODY = ("PUT", "POST")

Query = TypeVar("Query", bound=BaseModel)


@dataclass(frozen=True)
class Caller:
    """Whose call it is: by a token, or by the session of a browser; nobody's if by neither."""

    token: Token | None = None
    session: Session | None = None

    @property
    def person(self) -> str:
        """The person's id; empty for a public operation."""
        known = self.token or self.session
        return known.person if known else ""

    @property
    def scopes(self) -> frozenset[Scope] | None:
        """What the token is for; None for a session, which does all that its owner may."""
        return self.token.scopes if self.token else None

    @property
    def is_limited(self) -> bool:
        """Whether the session is enough to declare, and for nothing else."""
        return self.session is not None and self.session.is_limited

    @property
    def reads(self) -> bool:
        """Whether they are shown words besides those that they send."""
        return self.scopes is None or Scope.READ in self.scopes

    def comer(self, roles: frozenset[Role] = frozenset()) -> Comer:
        """Who that is at the door."""
        is_for_some = self.token is not None and bool(self.token.services)
        return Comer(roles, self.scopes, is_for_some, self.is_limited)


NOBODY = Caller()


@dataclass(frozen=True)
class Call(Looking):
    register: Register
    caller: Caller
    path: Mapping[str, Any]
    query: Mapping[str, str]
    body: object = None
    asking: Asking = Asking.NOTHING
    """Who made the program or browser ask."""
    showing: Showing = field(default_factory=Showing)

    @property
    def by(self) -> str:
        return self.caller.person

    @property
    def services(self) -> frozenset[str]:
        """It sees and does only what is of these services; none if it is not limited."""
        return self.caller.token.services if self.caller.token else frozenset()

    def asked(self, model: type[Query]) -> Query:
        """Read the query as the model. Raises `InvalidError`, also for an unknown parameter."""
        return read(model, dict(self.query))


def bearer_token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthenticatedError("Send a bearer token.")
    return token.strip()


async def read_body(request: Request, *also: str) -> object:
    """The body as JSON; `also` are further media types in which it may be said to be."""
    body = await _bytes(request, LARGEST_BODY)
    if not _is_json(request, *also):
        raise UnsupportedError("Send JSON, as `application/json`.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise MalformedError("This is not JSON in UTF-8.") from None


async def read_picture(request: Request) -> bytes:
    body = await _bytes(request, LARGEST_PICTURE)
    if _media_type(request) not in PICTURE_TYPES:
        raise UnsupportedError("Send a JPEG, PNG or WebP picture, with its media type.")
    return body


def _declared_length(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if re.fullmatch(r"[0-9]{1,18}", length) else 0


def _is_json(request: Request, *also: str) -> bool:
    _, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.strip().removeprefix("charset=").strip('"')
    return _media_type(request) in ("application/json", *also) and charset in ("", "utf-8")


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _bytes(request: Request, most: int) -> bytes:
    refusal = TooLargeError(f"Send no more than {most // 2**20} MiB.")
    if _declared_length(request) > most:
        raise refusal
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise refusal
    return bytes(body)
