"""What has been kept as long as its policy says, or will have been within 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from register.deadlines import in_words
from register.declarations.ids import short_reference
from register.erasing.coming import Coming
from register.erasing.waiting import Count
from register.kinds import all_kinds
from web.requests.visit import Visit

PATH = "/protection"


@dataclass(frozen=True)
class Shown:
    declaration: UUID
    reference: str
    title: str
    came_out: str
    due: str
    is_due: bool
    why: str
    is_held: bool
    goes_by_itself: bool


def show(visit: Visit) -> Response:
    coming = visit.register.protection.retention.coming(visit.by)
    return visit.page(
        "protection.html",
        "Data protection",
        back="/",
        coming=[_shown(visit, each) for each in coming],
        waits=what_waits(visit),
    )


def what_waits(visit: Visit) -> dict[str, Count]:
    """What waits for this officer, by the page where it does."""
    return {f"/{each.sort}s": each for each in visit.register.protection.waits_for(visit.by)}


def _shown(visit: Visit, coming: Coming) -> Shown:
    due, declaration = coming.due, coming.declaration
    kind = all_kinds().get(declaration.kind)
    return Shown(
        declaration=declaration.id,
        reference=short_reference(declaration.id),
        title=kind.title_for_others if kind else declaration.kind,
        came_out=due.outcome.replace("_", " "),
        due=in_words(due.due_on),
        is_due=due.due_on <= visit.today,
        why=f"{due.term.days} days: {due.term.clause}",
        is_held=coming.is_held,
        goes_by_itself=due.term.goes_by_itself,
    )
