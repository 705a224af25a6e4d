"""What ways remain to a worker whose concern is not answered, in the order of 000: first inside the
organisation, then outside it. Shown once nothing was done for some working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.declarations import InformationAdded, InformationRequested
from events.names import TakenTo
from register.deadlines import london_day, working_days_between
from register.declarations.declaration import Declaration
from register.declarations.history import actor_of
from register.directory.service import Service
from register.kinds import all_kinds
from register.kinds.kind import USUAL_PATIENCE
from register.policy import PolicyInForce
from register.ruling.ruling import DEFAULT_NATION, nation

PROFESSIONAL_BODIES = {
    "ENG": "Social Work England",
    "NIR": "Northern Ireland Social Care Council",
    "SCT": "Scottish Social Services Council",
    "WLS": "Social Care Wales",
}
"""Who answers for social workers, by nation."""
USUAL_REGULATORS = {
    "ENG": "the Care Quality Commission or Ofsted, whichever inspects your service",
    "NIR": "the Regulation and Quality Improvement Authority",
    "SCT": "the Care Inspectorate",
    "WLS": "Care Inspectorate Wales",
}
"""What is said where the directory does not name the regulator of a service."""


@dataclass(frozen=True)
class Way:
    to: TakenTo
    where: str
    """Where it is found, or who it is; empty where nobody said."""


def ways_that_remain(service: Service, policy: PolicyInForce) -> list[Way]:
    at = nation(policy)
    regulator = service.regulator or USUAL_REGULATORS[at]
    body = PROFESSIONAL_BODIES[at if at in PROFESSIONAL_BODIES else DEFAULT_NATION]
    return [
        Way(TakenTo.WHISTLEBLOWING, service.whistleblowing),
        Way(TakenTo.REGULATOR, regulator),
        Way(TakenTo.PROFESSIONAL_BODY, body),
    ]


def patience_of(policy: PolicyInForce) -> int:
    """For how many working days nothing is done until the ways are shown."""
    patience: int | None = policy.settings.get("patience")
    return USUAL_PATIENCE if patience is None else patience


def is_left_alone(declaration: Declaration, policy: PolicyInForce, now: datetime) -> bool:
    """Whether somebody else than the worker has to act, and for too long nobody has done anything.
    To have opened it is not to have done something."""
    kind = all_kinds().get(declaration.kind)
    if kind is None or not kind.goes_further or declaration.is_over:
        return False
    if declaration.spoiled or _waits_for_the_worker(declaration):
        return False
    first, last = london_day(_last_done_at(declaration)), london_day(now)
    return working_days_between(first, last, nation(policy)) >= patience_of(policy)


def _waits_for_the_worker(declaration: Declaration) -> bool:
    left = {each.by for each in declaration.open_actions}
    return declaration.question is not None or left == {declaration.worker}


def _last_done_at(declaration: Declaration) -> datetime:
    """When somebody else last did something about it, or the worker answered what they were asked;
    else when it was received."""
    last, is_asked = declaration.received_at, False
    for event in declaration.past:
        actor = actor_of(event)
        is_by_another = actor is not None and actor != declaration.worker
        is_answer = is_asked and isinstance(event, InformationAdded)
        if (is_by_another or is_answer) and event.recorded_at is not None:
            last = event.recorded_at
        is_asked = isinstance(event, InformationRequested) or (is_asked and not is_answer)
    return last
