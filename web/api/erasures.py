"""The operations on erasures: somebody asks, and a data protection officer decides."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from starlette.responses import Response

from register.answers import Answers, read
from register.erasing.asking import ErasureRefusal, ErasureWanted
from register.erasing.erasures import Standing
from web.api.calls import Call
from web.api.operations import Operation
from web.api.representation import json_response
from web.requests.queries import NoQuery

ONE = "/api/erasures/{erasure}"


class Confirmation(Answers):
    """The call itself says all there is to say."""


class ErasureView(Struct):
    """What was asked to be erased. `published`: whether a place outside the register has taken it,
    before which nothing is destroyed. `complete_on` is the day on which copies from before cannot
    be opened any more. `reason` and `service_user` are null once they are erased."""

    id: UUID
    of: str
    declaration: UUID | None
    entry: int | None
    photograph: UUID | None
    person: str | None
    service_user: str | None
    reason: str | None
    asked_by: str | None
    asked_at: datetime
    state: str
    confirmed_by: str | None
    confirmed_at: datetime | None
    refused_by: str | None
    refused_at: datetime | None
    refused_because: str | None
    published: bool
    done_at: datetime | None
    complete_on: date | None
    complete: bool


class ErasureList(Struct):
    items: list[ErasureView]
    next: None = None


def _shown(standing: Standing) -> ErasureView:
    erasure = standing.erasure
    return ErasureView(
        id=erasure.id,
        of=erasure.of,
        declaration=erasure.declaration,
        entry=erasure.version,
        photograph=erasure.photograph,
        person=erasure.person,
        service_user=erasure.service_user,
        reason=erasure.reason,
        asked_by=erasure.asked_by,
        asked_at=erasure.asked_at,
        state=erasure.state,
        confirmed_by=erasure.confirmed_by,
        confirmed_at=erasure.confirmed_at,
        refused_by=erasure.refused_by,
        refused_at=erasure.refused_at,
        refused_because=erasure.refused_because,
        published=standing.is_published,
        done_at=erasure.done_at,
        complete_on=standing.complete_on,
        complete=standing.is_complete,
    )


def _answer(call: Call, erasure: UUID, status: int = 200) -> Response:
    return json_response(_shown(call.register.erasures.one(call.by, str(erasure))), status)


def list_erasures(call: Call) -> Response:
    call.asked(NoQuery)
    return json_response(ErasureList(list(map(_shown, call.register.erasures.all(call.by)))))


def get_erasure(call: Call) -> Response:
    call.asked(NoQuery)
    return json_response(_shown(call.register.erasures.one(call.by, call.path["erasure"])))


def ask_erasure(call: Call) -> Response:
    erasure, is_new = call.register.erasures.ask(call.by, call.body)
    return _answer(call, erasure.id, 201 if is_new else 200)


def confirm_erasure(call: Call) -> Response:
    read(Confirmation, call.body)
    return _answer(call, call.register.erasures.confirm(call.by, call.path["erasure"]).id)


def refuse_erasure(call: Call) -> Response:
    refused = call.register.erasures.refuse(call.by, call.path["erasure"], call.body)
    return _answer(call, refused.id)


DECIDING = ("invalid", "forbidden", "not_found", "conflict", "unavailable")
OPERATIONS = [
    Operation(
        "GET",
        "/api/erasures",
        list_erasures,
        "What was asked to be erased, newest first, as far as you may know of it",
        {200: ErasureList},
        query=NoQuery,
        refusals=("invalid", "forbidden"),
    ),
    Operation(
        "POST",
        "/api/erasures",
        ask_erasure,
        "Ask that something be erased; an officer has to confirm it",
        {201: ErasureView, 200: ErasureView},
        (ErasureWanted,),
        refusals=DECIDING,
        fresh=True,
    ),
    Operation(
        "GET",
        ONE,
        get_erasure,
        "What was asked to be erased, and how far that has come",
        {200: ErasureView},
        query=NoQuery,
        refusals=("invalid", "forbidden", "not_found"),
    ),
    Operation(
        "POST",
        ONE + "/confirmation",
        confirm_erasure,
        "Confirm that it be erased, as a second person",
        {200: ErasureView},
        (Confirmation,),
        refusals=DECIDING,
        fresh=True,
    ),
    Operation(
        "POST",
        ONE + "/refusal",
        refuse_erasure,
        "Refuse it; whoever asked takes it back",
        {200: ErasureView},
        (ErasureRefusal,),
        refusals=DECIDING,
        fresh=True,
    ),
]
