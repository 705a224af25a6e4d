"""Who was late with a declaration, and by how many days, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from register.deadlines import london_day
from register.declarations.declaration import Declaration
from web.requests.visit import Visit
from web.templating import sentence


def lateness(visit: Visit, declaration: Declaration) -> list[str]:
    return [*told_late(visit, declaration), *_acted_late(visit, declaration)]


def told_late(visit: Visit, declaration: Declaration) -> Iterator[str]:
    if declaration.ruling.late:
        days = visit.register.days_late(declaration)
        by = f"{_days(days)} later" if days else "later"
        yield f"{sentence(visit.called(declaration.worker))} told this {by} than the policy asks."


def _acted_late(visit: Visit, declaration: Declaration) -> Iterator[str]:
    due_at = declaration.ruling.due_at
    for said in (declaration.acknowledged, declaration.decision, declaration.answer):
        if said is None or said.by is None or due_at is None or said.at <= due_at:
            continue
        days = (london_day(said.at) - london_day(due_at)).days
        by = _days(days) if days else "some hours"
        yield f"{sentence(visit.called(said.by))} acted {by} after it was due."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
