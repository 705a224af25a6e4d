"""Whom to call where what was declared says that somebody is at risk now: shown before anything
else, as long as it is not over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from register.declarations.declaration import Declaration
from register.kinds import mark_of
from web.requests.visit import Visit


@dataclass(frozen=True)
class AtRisk:
    contacts: Sequence[str]
    """Those of the service; there may be none."""


def at_risk(visit: Visit, declaration: Declaration) -> AtRisk | None:
    if declaration.is_over:
        return None
    review = declaration.review
    waiting = review.account.ruling.flags if review and review.account else ()
    flags = (*declaration.ruling.flags, *waiting)
    return at_risk_with(visit, declaration.kind, flags, declaration.service)


def at_risk_with(visit: Visit, kind: str, flags: Iterable[str], service: str) -> AtRisk | None:
    """None where nobody is at risk with these flags."""
    if not any(mark_of(kind, each).is_urgent for each in flags):
        return None
    return AtRisk(visit.directory.services[service].contacts or ())
