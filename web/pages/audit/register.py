"""The register for auditors as at any moment: a page to find and count in, on paper and as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from register.alerts.whose_move import whose_move
from register.declarations.as_at import AsAt
from register.directory.directory import Directory
from register.errors import FieldError
from register.projections.register_list import ANY_FLAG, Filter
from web.forms.finding import (
    AS_AT,
    Finding,
    choice,
    declaration_filters,
    filter_meant,
    finding,
    look,
)
from web.forms.moments import DAY, moment_in, moment_questions, tidied
from web.forms.people import everybody
from web.forms.questions import Question
from web.pages.audit import as_csv
from web.requests.queries import FLAGS
from web.requests.visit import Visit

PATH = "/register"
MOST_IN_PRINT = 2000
LATE = {"true": "Told late", "false": "Told in time"}
ROWS = 16
"""On a page, where nobody asks for more: each of them is a long one."""
NO_SUCH_PAGE = "There is no such page of this list."


@dataclass(frozen=True)
class Sought:
    found: Finding
    as_at: AsAt
    filter: Filter

    def address(self, path: str) -> str:
        """Where all that was found is, in another form."""
        given = {name: value for name, value in self.found.given.items() if name != "limit"}
        return f"{path}?{urlencode(given)}" if given else path


def show(visit: Visit) -> Response:
    sought = _sought(visit)
    found = sought.found
    shown = {} if found.errors else _found(visit, sought, sought.filter)
    return visit.page(
        "register.html",
        "The register",
        status=found.status,
        errors=found.summary,
        found=found,
        first=[AS_AT + DAY, AS_AT],
        sought=sought,
        **shown,
    )


def find(visit: Visit) -> Response:
    return look(visit, PATH, _filters(visit, everybody(visit)))


def to_print(visit: Visit) -> Response:
    """Show all that was found on one page, up to `MOST_IN_PRINT`."""
    sought = _sought(visit)
    if sought.found.errors:
        return show(visit)
    wanted = replace(sought.filter, after=None, limit=MOST_IN_PRINT)
    return visit.page(
        "register_print.html",
        "The register",
        back=sought.address(PATH),
        found=sought.found,
        sought=sought,
        **_found(visit, sought, wanted),
    )


def download(visit: Visit) -> Response:
    """Download all that was found, as at one position however long the download takes."""
    sought = _sought(visit)
    if sought.found.errors:
        return show(visit)
    position = sought.as_at.position
    wanted = replace(sought.filter, as_at=position, after=None)
    lines = as_csv.lines(visit, wanted, sought.as_at)
    begin = next(lines)  # before the answer begins: what cannot be noted is refused
    return StreamingResponse(
        chain([begin], lines),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="register-as-at-{position}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _filters(visit: Visit, people: Mapping[str, str]) -> list[Question]:
    services = {each.id: each.name for each in visit.directory.services.values()}
    flags = {ANY_FLAG: "Any flag", **FLAGS}
    rows = f"{ROWS}, if you leave it blank"
    return [
        *moment_questions(AS_AT, "As at"),
        *declaration_filters(people, services),
        choice("flag", "Flag", "With or without", flags),
        choice("late", "In time or late", "Both", LATE),
        Question("received_from", "Received from", "For example 31/3/2026", "date"),
        Question("received_to", "Received up to", "For example 30/4/2026", "date"),
        Question("limit", "Rows on a page", rows, "number"),
    ]


def _sought(visit: Visit) -> Sought:
    people, tidy = everybody(visit), replace(visit, query=tidied(visit.query, AS_AT))
    found = finding(tidy, PATH, _filters(visit, people), people)
    if visit.query.get("after") and visit.after is None:
        found = replace(found, errors=[*found.errors, FieldError("after", NO_SUCH_PAGE)])
    if found.errors:
        return Sought(found, visit.register.read.as_at(""), Filter())
    as_at = visit.register.read.as_at(moment_in(found.chosen, AS_AT))
    return Sought(found, as_at, _filter(visit, found, as_at))


def _filter(visit: Visit, found: Finding, as_at: AsAt) -> Filter:
    wanted, chosen = filter_meant(visit, found), found.chosen
    from_day, to_day = (_day(chosen.get(each)) for each in ("received_from", "received_to"))
    return replace(
        wanted,
        as_at=None if as_at.is_now else as_at.position,
        at=as_at.at,
        flag=chosen.get("flag"),
        late={"true": True, "false": False}.get(chosen.get("late", "")),
        received_from=max(filter(None, [wanted.received_from, from_day]), default=None),
        received_to=min(filter(None, [wanted.received_to, to_day]), default=None),
        limit=int(chosen.get("limit", ROWS)),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _found(visit: Visit, sought: Sought, wanted: Filter) -> dict[str, Any]:
    page = visit.register.read.declarations(visit.by, wanted)
    visit.note_shown(page.items)
    counts, together = visit.register.audit.counts(visit.by, replace(wanted, after=None))
    return {
        "declarations": page.items,
        "after_ending": visit.after_ending(page.items, wanted.as_at),
        "next": page.next,
        "counts": counts,
        "all": together,
        "move": partial(whose_move, directory=_directory_then(visit, sought.as_at)),
        "name": cache(visit.register.read.name),
        "services": visit.directory.services,
    }


def _directory_then(visit: Visit, as_at: AsAt) -> Directory:
    return visit.directory if as_at.is_now else visit.register.read.directory_at(as_at)
