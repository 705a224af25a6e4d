"""Every look, for auditors: a list to find in, and all that was found as audit events of FHIR."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from urllib.parse import urlencode
from uuid import UUID

import orjson
from starlette.responses import Response, StreamingResponse

from register.declarations.ids import short_reference
from register.declarations.names import Shown
from register.reading.looks.audit_events import audit_events
from register.reading.looks.finding import Wanted, of_days
from register.reading.looks.look import Kept
from register.reading.looks.telling import told
from web.forms.finding import Finding, choice, finding, look
from web.forms.people import everybody
from web.forms.questions import Question
from web.requests.visit import ON_A_PAGE, Visit

PATH, EVENTS = "/looks", "/looks.ndjson"
READ_AT_ONCE = 200
MOST_NAMED = 5
"""How many declarations of a list are linked; of the others, how many they are."""
FIELD = Question("text", "Name of whoever looked", "For example Carol", "line")


@dataclass(frozen=True)
class LookShown:
    kept: Kept
    sentence: str
    declarations: list[tuple[UUID, str]]
    more: int


def show(visit: Visit) -> Response:
    found, names = _found(visit)
    page = None if found.errors else visit.register.looks.every(visit.by, _wanted(visit, found))
    return visit.page(
        "looks.html",
        "Who looked",
        status=found.status,
        found=found,
        errors=found.summary,
        looks=[_shown(each, names) for each in page.items] if page else (),
        next=page.next if page else None,
        events=f"{EVENTS}?{urlencode(found.given)}" if found.given else EVENTS,
    )


def find(visit: Visit) -> Response:
    return look(visit, PATH, _filters(everybody(visit)))


def download(visit: Visit) -> Response:
    """All that was found, as a line of JSON for each audit event."""
    found, _ = _found(visit)
    if found.errors:
        return show(visit)
    lines = _lines(visit, replace(_wanted(visit, found), before=None, limit=READ_AT_ONCE))
    begin = next(lines, b"")
    return StreamingResponse(
        chain([begin], lines),
        media_type="application/fhir+ndjson",
        headers={
            "Content-Disposition": 'attachment; filename="looks.ndjson"',
            "Cache-Control": "no-store",
        },
    )


def _lines(visit: Visit, wanted: Wanted) -> Iterator[bytes]:
    while True:
        page = visit.register.looks.every(visit.by, wanted)
        events = (event for kept in page.items for event in audit_events(kept))
        yield b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in events)
        if page.next is None:
            return
        wanted = replace(wanted, before=page.next)


def _found(visit: Visit) -> tuple[Finding, dict[str, str]]:
    names = everybody(visit)
    return finding(visit, PATH, _filters(names), names, FIELD), names


def _filters(names: dict[str, str]) -> list[Question]:
    return [
        choice("worker", "At what was declared by", "Everybody", names),
        Question("since", "From day", "For example 31/3/2026", "date"),
        Question("until", "Up to day", "For example 30/4/2026", "date"),
    ]


def _wanted(visit: Visit, found: Finding) -> Wanted:
    chosen = found.chosen
    since, until = of_days(_day(chosen.get("since")), _day(chosen.get("until")))
    return Wanted(
        lookers=sorted(found.meaning.people) if found.meaning else None,
        worker=chosen.get("worker"),
        since=since,
        until=until,
        before=visit.after,
        limit=ON_A_PAGE,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _shown(kept: Kept, names: dict[str, str]) -> LookShown:
    at = kept.look.at if kept.look else ()
    sentence = told(kept.look, at[0] if at else None, lambda each: names.get(each, each))
    linked = [(each.declaration, short_reference(each.declaration)) for each in at[:MOST_NAMED]]
    is_refusal = kept.look is not None and kept.look.shown == Shown.REFUSAL
    return LookShown(kept, sentence, [] if is_refusal else linked, max(len(at) - MOST_NAMED, 0))
