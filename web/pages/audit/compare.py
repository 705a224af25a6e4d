"""Two dates compared: declarations, reporting lines and policies that changed between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from starlette.responses import Response

from register.declarations.as_at import AsAt
from register.declarations.names import Status
from register.directory.comparing import (
    Called,
    Changed,
    changed,
    people_in_words,
    services_in_words,
)
from register.kinds import all_kinds
from register.projections import register_list
from web.pages.moments import moment_asked
from web.requests.visit import Visit

MOST = 100
"""The most declarations of each group on one page."""
OVER = (Status.CLOSED, Status.WITHDRAWN)


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
        groups=_groups(rows) if is_asked else (),
        most=MOST,
        organisation=_organisation(visit, earlier, later) if is_asked else (),
        is_asked=is_asked,
        kinds=all_kinds(),
        name=cache(visit.register.read.name),
        services=visit.directory.services,
    )


Rows = Sequence[register_list.Changed]


def _groups(rows: Rows) -> list[tuple[str, Rows]]:
    """The declarations that are new, those that were settled, and those that changed otherwise."""
    new = [each for each in rows if each.before is None]
    settled = [each for each in rows if _is_settled(each)]
    changed_since = [each for each in rows if each not in new and each not in settled]
    return [("New", new), ("Settled", settled), ("Changed", changed_since)]


def _is_settled(row: register_list.Changed) -> bool:
    return row.before is not None and row.before.status not in OVER and row.after.status in OVER


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
