"""The operation that lists what was sent, when, and what is stuck: never what it says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from starlette.responses import Response

from register.access.who_may import Comer, may_come_in, row_of
from register.notices.names import Cause, Channel, Delivery, Unsent
from register.notices.showing import Line, Told, place_in
from register.standing.held import roles_held
from web.api.calls import Call
from web.api.representation import json_response
from web.requests.queries import NoticesQuery

OUTBOX = "/people/outbox"
"""The page of what was sent to anybody: whoever it lets in sees the same here."""


class ToldView(Struct):
    """One thing that a notice tells. `alert` and `due_at` are null where it is of no alert, and in
    what was sent to somebody else."""

    cause: Cause
    alert: UUID | None
    due_at: datetime | None


class NoticeView(Struct):
    """A notice to a person by one of their ways; `reason` says why it was not sent."""

    id: UUID
    person: str
    channel: Channel
    state: Delivery
    reason: Unsent | None
    made_at: datetime
    sent_at: datetime | None
    goes_at: datetime | None
    tries: int
    tells: list[ToldView]


class NoticeList(Struct):
    items: list[NoticeView]
    next: str | None


def list_notices(call: Call) -> Response:
    wanted = call.asked(NoticesQuery)
    page = call.register.notices.outbox.page(
        call.by,
        to=None if _sees_all(call) else call.by,
        only_stuck=wanted.stuck is True,
        after=place_in(wanted.after) if wanted.after else None,
        limit=wanted.limit,
    )
    items = [_view(each, is_own=each.person == call.by) for each in page.items]
    return json_response(NoticeList(items, str(page.next) if page.next else None))


def _sees_all(call: Call) -> bool:
    roles = roles_held(call.by, call.register.read.directory())
    return not call.services and may_come_in(row_of("GET", OUTBOX), Comer(roles))


def _view(line: Line, *, is_own: bool) -> NoticeView:
    return NoticeView(
        id=line.id,
        person=line.person,
        channel=line.channel,
        state=line.state,
        reason=line.reason,
        made_at=line.made_at,
        sent_at=line.sent_at,
        goes_at=line.send_at if line.state is Delivery.WAITING else None,
        tries=line.tries,
        tells=[_told(each, is_own=is_own) for each in line.told],
    )


def _told(told: Told, *, is_own: bool) -> ToldView:
    return ToldView(told.cause, *((told.alert, told.due_at) if is_own else (None, None)))
