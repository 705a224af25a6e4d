"""The operations of data protection officers: what is due to go, and legal holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from starlette.responses import Response

from register.declarations.names import HoldOn
from register.erasing.holds import Hold, HoldLiftedSaid, HoldWanted
from web.api.calls import Call
from web.api.operations import Operation
from web.api.representation import json_response
from web.requests.queries import NoQuery


class HoldView(Struct):
    """A legal hold. What it is on, and why, is null once that is erased."""

    id: UUID
    on: HoldOn
    declaration: UUID | None
    person: str | None
    service_user: str | None
    reason: str | None
    placed_by: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lifted_because: str | None


class HoldList(Struct):
    items: Sequence[HoldView]
    next: None = None


class ComingView(Struct):
    """A declaration that is over, and the last day on which it is kept."""

    declaration: UUID
    kind: str
    outcome: str
    due_on: date
    days: int
    clause: str
    goes_by_itself: bool
    is_held: bool


class ComingList(Struct):
    items: Sequence[ComingView]
    next: None = None


def list_coming(call: Call) -> Response:
    call.asked(NoQuery)
    found = call.register.protection.retention.coming(call.by)
    items = [
        ComingView(
            declaration=each.due.declaration,
            kind=each.declaration.kind,
            outcome=each.due.outcome,
            due_on=each.due.due_on,
            days=each.due.term.days,
            clause=each.due.term.clause,
            goes_by_itself=each.due.term.goes_by_itself,
            is_held=each.is_held,
        )
        for each in found
    ]
    return json_response(ComingList(items))


def list_holds(call: Call) -> Response:
    call.asked(NoQuery)
    known = call.register.protection.holds.known_to(call.by)
    return json_response(HoldList([_view(each) for each in known]))


def place_hold(call: Call) -> Response:
    hold, is_new = call.register.protection.holds.place(call.by, call.body)
    return json_response(_view(hold), 201 if is_new else 200)


def lift_hold(call: Call) -> Response:
    hold = call.register.protection.holds.lift(call.by, call.path["hold"], call.body)
    return json_response(_view(hold))


def _view(hold: Hold) -> HoldView:
    words = hold.words
    return HoldView(
        id=hold.id,
        on=hold.on,
        declaration=words.declaration if words else None,
        person=words.person if words else None,
        service_user=words.service_user if words else None,
        reason=words.reason if words else None,
        placed_by=hold.placed_by,
        placed_at=hold.placed_at,
        lifted_by=hold.lifted_by,
        lifted_at=hold.lifted_at,
        lifted_because=hold.lifted_because,
    )


WHEN_HOLDING = ("invalid", "forbidden", "not_found", "conflict", "unavailable")
OPERATIONS = [
    Operation(
        "GET",
        "/api/retention",
        list_coming,
        "What is due to go within 30 days, as its policy says",
        {200: ComingList},
        query=NoQuery,
        refusals=("invalid", "forbidden"),
    ),
    Operation(
        "GET",
        "/api/holds",
        list_holds,
        "The legal holds that stand",
        {200: HoldList},
        query=NoQuery,
        refusals=("invalid", "forbidden"),
    ),
    Operation(
        "POST",
        "/api/holds",
        place_hold,
        "Place a legal hold on a declaration, a person or a service user",
        {201: HoldView, 200: HoldView},
        (HoldWanted,),
        refusals=WHEN_HOLDING,
    ),
    Operation(
        "POST",
        "/api/holds/{hold}/lift",
        lift_hold,
        "Lift a legal hold",
        {200: HoldView},
        (HoldLiftedSaid,),
        refusals=WHEN_HOLDING,
        fresh=True,
    ),
]
