"""Beside a declaration: what else its worker declared before it, and what is declared about the
same service user, by anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from register.declarations.declaration import Declaration
from register.projections.register_list import Filter
from web.forms.people import people_below
from web.requests.visit import Visit, above

MOST = 5


@dataclass(frozen=True)
class Lines:
    """A few declarations, the latest first."""

    shown: Sequence[Declaration]
    has_more: bool


@dataclass(frozen=True)
class Earlier:
    by_worker: Lines
    about: Lines | None
    """None if it is about no service user."""
    is_on_team: bool
    """Whether the visitor's team list has this worker."""


def earlier(visit: Visit, declaration: Declaration) -> Earlier | None:
    """What whoever is above the worker sees; None for the worker, and for whoever is above
    nobody."""
    if declaration.worker == visit.by or not above(visit):
        return None
    before = Filter(worker=declaration.worker, after=declaration.position_of(1), limit=MOST + 1)
    about = None
    if declaration.service_user is not None:
        index = visit.register.read.service_user_index(declaration.service_user)
        about = _lines(visit, declaration, Filter(service_user=index, limit=MOST + 2))
    return Earlier(
        by_worker=_lines(visit, declaration, before),
        about=about,
        is_on_team=declaration.worker in people_below(visit),
    )


def _lines(visit: Visit, declaration: Declaration, wanted: Filter) -> Lines:
    page = visit.register.read.declarations(visit.by, wanted)
    others = [each for each in page.items if each.id != declaration.id]
    visit.note_shown(others[:MOST])
    return Lines(others[:MOST], has_more=len(others) > MOST)
