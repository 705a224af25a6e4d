"""The page of people, reporting lines, and each service's policy: now, or as at a moment."""

from __future__ import annotations

import re

from starlette.responses import Response

from web.forms.moments import moment_asked
from web.pages.organisation import organisation
from web.requests.visit import Visit


def show(visit: Visit) -> Response:
    words = visit.register.unguarded.names()
    return visit.page(
        "people.html",
        "People and services",
        organisation=organisation(visit.directory, words, visit.register.policies),
        people=sorted(visit.directory.people.values(), key=lambda person: person.id),
        words=words,
        changes=_changes(visit.query.get("changes", "")),
    )


def _changes(text: str) -> int | None:
    """How many changes a load has just made, as the page's address says; None if not said."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def as_at(visit: Visit) -> Response:
    asked = moment_asked(visit, "as_at", "As at")
    directory = visit.register.read.directory_at(asked.as_at)
    words = visit.register.unguarded.names(asked.as_at.position)
    return visit.page(
        "people_as_at.html",
        "People and policies",
        status=422 if asked.errors else 200,
        asked=asked,
        errors=asked.summary,
        organisation=organisation(directory, words, visit.register.policies),
    )
