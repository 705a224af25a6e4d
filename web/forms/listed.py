"""What the directory knows of a declaration's service user, beside what the worker answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.kinds import all_kinds
from register.kinds import answers_in as read_answers
from register.standing.acting import Standing, role_of
from web.forms.questions import questions
from web.requests.visit import Visit


@dataclass(frozen=True)
class Listed:
    reference: str
    label: str
    service: str
    is_elsewhere: bool
    """Whether the declaration belongs to another service."""
    ended_on: date | None
    differs: tuple[str, ...]
    """The questions that the worker answered otherwise than the directory knows."""
    asks_last_day: str | None
    """The question to which the last day in the directory is an answer as well."""


def listed(visit: Visit, declaration: Declaration) -> Listed | None:
    """What whoever acts, or stands above, sees; None for others, and where the directory knows
    nothing."""
    by, reference = visit.directory.people[visit.by], declaration.service_user
    role = role_of(Standing(declaration, by, visit.directory), by.id)
    if reference is None or by.id == declaration.worker or role is None:
        return None
    known = visit.register.unguarded.listed(reference)
    if known is None or known.words is None:
        return None
    return Listed(
        reference=reference,
        label=known.words.label,
        service=visit.directory.services[known.service].name,
        is_elsewhere=known.service != declaration.service,
        ended_on=known.ended_on,
        differs=_differs(declaration, known.ended_on),
        asks_last_day=_asks_last_day(declaration),
    )


def _asks_last_day(declaration: Declaration) -> str | None:
    kind = all_kinds().get(declaration.kind)
    asked = questions(kind.details) if kind and kind.asks_last_day else ()
    return next((each.label for each in asked if kind and each.name == kind.asks_last_day), None)


def _differs(declaration: Declaration, ended_on: date | None) -> tuple[str, ...]:
    kind, answers = all_kinds().get(declaration.kind), None
    if kind is not None:
        answers = read_answers(declaration.kind, declaration.details)
    if kind is None or answers is None:
        return ()
    named = kind.differs(answers, ended_on, london_day(declaration.received_at))
    return tuple(each.label for each in questions(kind.details) if each.name in named)
