"""Two moments side by side: declarations, reporting lines and policies that changed between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from starlette.responses import Response

from register.declarations.as_at import AsAt
from register.directory.comparing import (
    Called,
    Changed,
    changed,
    people_in_words,
    services_in_words,
)
from register.kinds import all_kinds
from web.pages.moments import moment_asked
from web.requests.visit import Visit

MOST = 500
"""The most declarations on one page."""


def show(visit: Visit) -> Response:
    first, errors = moment_asked(visit, "from")
    second, more = moment_asked(visit, "to")
    earlier, later = sorted((first, second), key=lambda each: (each.position, each.at))
    is_asked = bool(visit.query.get("from", "").strip()) and not (errors or more)
    rows = visit.register.audit.changed(visit.by, earlier.position, later.position)
    return visit.page(
        "compare.html",
        "Compare two dates",
        status=422 if errors or more else 200,
        errors=[*errors, *more],
        given=visit.query,
        earlier=earlier,
        later=later,
        rows=rows[:MOST] if is_asked else (),
        left_out=max(0, len(rows) - MOST),
        organisation=_organisation(visit, earlier, later) if is_asked else (),
        is_asked=is_asked,
        kinds=all_kinds(),
        name=cache(visit.register.read.name),
        services=visit.directory.services,
    )


def _organisation(visit: Visit, earlier: AsAt, later: AsAt) -> list[tuple[str, Sequence[Changed]]]:
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
    return [("Reporting lines and people", people), ("Services and policies", services)]
