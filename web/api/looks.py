"""The operation that lists who looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from starlette.responses import Response

from register.declarations.names import Role, Shown
from register.errors import ForbiddenError
from register.reading.looks.finding import Wanted, of_days
from register.reading.looks.look import Kept
from register.reading.looks.looks import LooksPage
from web.api.calls import Call
from web.api.representation import json_response
from web.requests.queries import LooksQuery

NOT_YOURS = "You see who looked at what you declared, and what you looked at yourself."


class SeenView(msgspec.Struct, frozen=True):
    declaration: UUID
    worker: str
    role: Role | None
    because: str | None


class LookView(msgspec.Struct, frozen=True):
    number: int
    by: str | None
    shown: Shown | None
    part: str | None
    by_program: bool
    count: int
    first_at: datetime
    last_at: datetime
    at: list[SeenView]


class LookList(msgspec.Struct, frozen=True):
    items: list[LookView]
    next: int | None


def list_looks(call: Call) -> Response:
    page = _page(call, call.asked(LooksQuery))
    items = _within(call, page.items) if call.services else page.items
    return json_response(LookList([_view(each) for each in items], page.next))


def _within(call: Call, items: Sequence[Kept]) -> list[Kept]:
    """What a token for some services sees of these."""
    about = {seen.declaration for each in items if each.look for seen in each.look.at}
    visible = call.register.read.visible(call.by, list(about))
    known = (each.only(lambda seen: seen.declaration in visible) for each in items)
    return [each for each in known if each is not None and each.look is not None and each.look.at]


def _page(call: Call, asked: LooksQuery) -> LooksPage:
    looks, person = call.register.looks, call.register.read.person(call.by)
    since, until = of_days(asked.since, asked.until)
    wanted = Wanted(
        lookers=None if asked.by is None else [asked.by],
        worker=asked.worker,
        declaration=None if asked.declaration is None else UUID(asked.declaration),
        since=since,
        until=until,
        before=asked.after,
        limit=asked.limit,
    )
    if person.audits(call.register.read.directory().today):
        return looks.every(call.by, wanted)
    if asked.by == call.by:
        return looks.of_own(call.by, wanted)
    if asked.worker in (None, call.by):
        return looks.at_own(call.by, wanted)
    raise ForbiddenError(NOT_YOURS)


def _view(kept: Kept) -> LookView:
    look = kept.look
    return LookView(
        number=kept.number,
        by=look.by if look else None,
        shown=look.shown if look else None,
        part=look.part if look else None,
        by_program=look.by_program if look else False,
        count=kept.count,
        first_at=kept.first_at,
        last_at=kept.last_at,
        at=[
            SeenView(each.declaration, each.worker, each.role, each.why)
            for each in (look.at if look else ())
        ],
    )
