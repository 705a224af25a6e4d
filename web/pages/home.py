"""The first page: what awaits somebody, and what became of what they declared."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from register.declaration import Declaration
from register.kinds import all_kinds
from web.pages.inbox import awaiting
from web.pages.visit import Visit, above, worker

SHOWN_AT_FIRST = 10


def home(visit: Visit) -> Response:
    own: Sequence[Declaration] = []
    if worker(visit):
        read = visit.register.read
        own = read.workers_declarations(visit.by, visit.by, None, SHOWN_AT_FIRST).items
    return visit.page(
        "home.html",
        f"Hello, {visit.name}",
        declarations=own,
        may_declare=worker(visit),
        kinds=all_kinds(),
        is_live=above(visit),
        **awaiting(visit),
    )


def own(visit: Visit) -> Response:
    """Everything that somebody declared."""
    page = visit.register.read.workers_declarations(visit.by, visit.by, visit.after, 50)
    return visit.page(
        "own.html",
        "My declarations",
        back="/",
        declarations=page.items,
        next=page.next,
        kinds=all_kinds(),
    )
