"""The operations on covers: who acts for whom, and on which days."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct
from starlette.responses import Response

from register.answers import Answers, read
from register.directory.covering import CoverWanted
from register.directory.covers import Cover
from web.api.calls import Call
from web.api.operations import Operation
from web.api.representation import json_response
from web.requests.queries import NoQuery


class Nothing(Answers):
    """The call itself says all there is to say."""


class CoverView(Struct):
    """Who covers for a person, from the first day to the last. `ended_on` is null unless somebody
    ended it before."""

    id: UUID
    person: str
    covered_by: str
    first_on: date
    last_on: date
    named_by: str
    ended_on: date | None
    ended_by: str | None


class CoverList(Struct):
    items: list[CoverView]
    next: None = None


def _shown(cover: Cover) -> CoverView:
    return CoverView(
        cover.id,
        cover.person,
        cover.covered_by,
        cover.first_on,
        cover.last_on,
        cover.named_by,
        cover.ended_on,
        cover.ended_by,
    )


def list_covers(call: Call) -> Response:
    call.asked(NoQuery)
    return json_response(
        CoverList([_shown(each) for each in call.register.covering.known_to(call.by)])
    )


def name_cover(call: Call) -> Response:
    cover, is_new = call.register.covering.name(call.by, call.body)
    return json_response(_shown(cover), 201 if is_new else 200)


def end_cover(call: Call) -> Response:
    read(Nothing, call.body)
    return json_response(_shown(call.register.covering.end(call.by, call.path["cover"])))


OPERATIONS = [
    Operation(
        "GET",
        "/api/covers",
        list_covers,
        "Who covers for you, and for whom you cover; for an administrator, all covers",
        {200: CoverList},
        query=NoQuery,
        refusals=("invalid",),
    ),
    Operation(
        "POST",
        "/api/covers",
        name_cover,
        "Name who covers for you; for an administrator, for anybody",
        {201: CoverView, 200: CoverView},
        (CoverWanted,),
        refusals=("invalid", "forbidden", "unavailable"),
        fresh=True,
    ),
    Operation(
        "POST",
        "/api/covers/{cover}/end",
        end_cover,
        "End a cover before its last day",
        {200: CoverView},
        (Nothing,),
        refusals=("invalid", "forbidden", "not_found", "conflict", "unavailable"),
    ),
]
