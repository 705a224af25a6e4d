"""Two dates compared: declarations, reporting lines and policies that changed between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from register.declarations.as_at import AsAt
from register.declarations.names import Status
from register.directory.comparing import (
    Called,
    Changed,
    Difference,
    changed,
    people_in_words,
    services_in_words,
)
from register.errors import FieldError
from register.projections import register_list
from web.forms.moments import Moment, moment_asked
from web.requests.visit import ON_A_PAGE, Visit, position

FIRST = 5
"""How many declarations of each group stand on the first page."""
OVER = (Status.CLOSED, Status.WITHDRAWN)
GROUPS = {"new": "New", "settled": "Settled", "changed": "Changed otherwise"}
THINGS = {"people": "Reporting lines and people", "services": "Services and policies"}
NO_SUCH_PAGE = "There is no such page of these."
Rows = Sequence[register_list.Changed]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Part:
    """What a page shows of one group; `group` is None for the beginning of all groups."""

    group: str | None
    page: int

    def shows(self, group: str) -> bool:
        return self.group in (None, group)

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        begins = (self.page - 1) * ON_A_PAGE
        return rows[:FIRST] if self.group is None else rows[begins : begins + ON_A_PAGE]


def show(visit: Visit) -> Response:
    first, second = (moment_asked(visit, *each) for each in (("from", "From"), ("to", "To")))
    part = _part(visit)
    errors = [*first.summary, *second.summary]
    errors += [{"text": part.message}] if isinstance(part, FieldError) else []
    shown = {} if errors or not first.is_given else _compared(visit, first, second, part)
    return visit.page(
        "compare.html",
        "Compare two dates",
        status=422 if errors else 200,
        errors=errors,
        first=first,
        second=second,
        **shown,
    )


def _part(visit: Visit) -> Part | FieldError:
    group, page = visit.query.get("group") or None, position(visit.query.get("page") or "1")
    if group is not None and group not in {**GROUPS, **THINGS}:
        return FieldError("group", NO_SUCH_PAGE)
    return FieldError("page", NO_SUCH_PAGE) if not page else Part(group, page)


def _compared(
    visit: Visit, first: Moment, second: Moment, part: Part | FieldError
) -> dict[str, object]:
    assert isinstance(part, Part)
    earlier, later = sorted((first.as_at, second.as_at), key=lambda each: (each.position, each.at))
    groups = _groups(visit.register.audit.changed(visit.by, earlier.position, later.position))
    asked = {"from": earlier.asked, **({"to": later.asked} if later.asked else {})}
    return {
        "earlier": earlier,
        "later": later,
        "part": part,
        "totals": _totals(groups),
        "groups": [
            (name, GROUPS[name], len(rows), part.of(rows))
            for name, rows in groups.items()
            if part.shows(name)
        ],
        "address": lambda **more: f"/register/compare?{urlencode({**asked, **more})}",
        "on_a_page": ON_A_PAGE,
        "organisation": [
            (name, THINGS[name], len(rows), part.of(rows))
            for name, rows in _organisation(visit, earlier, later)
            if part.shows(name)
        ],
        "name": cache(visit.register.read.name),
        "services": visit.directory.services,
    }


def _groups(rows: Rows) -> dict[str, Rows]:
    """The declarations that are new, those that were settled, and those that changed otherwise."""
    groups: dict[str, list[register_list.Changed]] = {name: [] for name in GROUPS}
    for row in rows:
        groups[_group(row)].append(row)
    return dict(groups)


def _group(row: register_list.Changed) -> str:
    if row.before is None:
        return "new"
    is_settled = row.before.status not in OVER and row.after.status in OVER
    return "settled" if is_settled else "changed"


def _totals(groups: Mapping[str, Rows]) -> list[tuple[str | None, list[int]]]:
    """How many of each kind are in each group, and in all of them; at the end of all kinds."""
    kinds = sorted({row.kind for rows in groups.values() for row in rows})
    of_kinds: list[tuple[str | None, list[int]]] = [
        (kind, [sum(row.kind == kind for row in rows) for rows in groups.values()])
        for kind in kinds
    ]
    return [*of_kinds, (None, [len(rows) for rows in groups.values()])]


def _organisation(
    visit: Visit, earlier: AsAt, later: AsAt
) -> list[tuple[str, Sequence[tuple[Changed, Difference]]]]:
    read, policies = visit.register.read, visit.register.policies
    before, after = read.directory_at(earlier), read.directory_at(later)
    names = visit.register.unguarded.names
    words, words_then = names(later.position), names(earlier.position)
    called = Called(words, after.services)
    people = changed(
        people_in_words(before, words_then, called), people_in_words(after, words, called)
    )
    services = changed(
        services_in_words(before, called, policies), services_in_words(after, called, policies)
    )
    return [
        (name, [(thing, each) for thing in things for each in thing.differences])
        for name, things in zip(THINGS, (people, services), strict=True)
    ]
