"""The operations on a person's own sessions and tokens."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from starlette.responses import Response

from register.access.means import How
from register.access.tokens import Scope, Token
from web.api.calls import Call
from web.api.operations import Operation
from web.api.representation import json_response
from web.requests.queries import NoQuery
from web.requests.token_asked import TokenAsked, asked_for


class SessionView(Struct):
    id: str
    browser: str
    how: How
    began_at: datetime
    used_at: datetime
    is_this: bool


class SessionList(Struct):
    items: list[SessionView]


class TokenView(Struct):
    id: str
    name: str
    scopes: list[Scope]
    services: list[str]
    made_at: datetime
    used_at: datetime | None
    ends_at: datetime


class TokenList(Struct):
    items: list[TokenView]


class TokenSecret(Struct):
    """A new token. It is shown here, and never again."""

    token: str


def list_sessions(call: Call) -> Response:
    call.asked(NoQuery)
    this = call.caller.session.id if call.caller.session else None
    found = call.register.signing_in.sessions_of(call.by)
    return json_response(
        SessionList(
            [
                SessionView(
                    each.id, each.browser, each.how, each.began_at, each.used_at, each.id == this
                )
                for each in found
            ]
        )
    )


def end_session(call: Call) -> Response:
    call.register.signing_in.end_one(call.by, call.path["session"])
    return Response(status_code=204)


def list_tokens(call: Call) -> Response:
    call.asked(NoQuery)
    return json_response(TokenList([_view(each) for each in call.register.tokens.of(call.by)]))


def _view(token: Token) -> TokenView:
    return TokenView(
        token.id,
        token.name,
        sorted(token.scopes),
        sorted(token.services),
        token.made_at,
        token.used_at if token.is_used else None,
        token.ends_at,
    )


def make_token(call: Call) -> Response:
    wanted = asked_for(call.by, call.body)
    (token,) = call.register.tokens.make(call.by, [wanted])
    return json_response(TokenSecret(token), 201)


def end_token(call: Call) -> Response:
    call.register.tokens.end(call.by, call.by, call.path["token"])
    return Response(status_code=204)


OPERATIONS = [
    Operation(
        "GET",
        "/api/sessions",
        list_sessions,
        "Where you are signed in",
        {200: SessionList},
        query=NoQuery,
        refusals=("invalid",),
    ),
    Operation(
        "POST",
        "/api/sessions/{session}/end",
        end_session,
        "Sign out there",
        {204: None},
    ),
    Operation(
        "GET",
        "/api/tokens",
        list_tokens,
        "Your tokens",
        {200: TokenList},
        query=NoQuery,
        refusals=("invalid",),
    ),
    Operation(
        "POST",
        "/api/tokens",
        make_token,
        "Make a token",
        {201: TokenSecret},
        (TokenAsked,),
        refusals=("invalid",),
        fresh=True,
    ),
    Operation(
        "POST",
        "/api/tokens/{token}/end",
        end_token,
        "End a token",
        {204: None},
    ),
]
