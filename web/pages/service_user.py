"""The page of a service user: what was declared about them, by whom, and what it comes to.

A reference never stands in an address: the page is asked for by a form, and its address has an id
in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from register.answers import Answers, Reference, read
from register.errors import FieldError, InvalidError
from register.ruling.adding_up import Received, sum_between
from web.forms import written
from web.forms.finding import FORGOTTEN, SOUGHT
from web.forms.others_about import Other, everything_about, weighed
from web.forms.questions import Question, filled, summary
from web.forms.references import numbered
from web.requests.visit import Visit, above, to

PATH, FIELD = "/service-user", "service_user"
MOST_SHOWN = 100
ASKED = Question(FIELD, "Which service user?", "Case reference, for example SU-1042", "line")


class About(Answers):
    service_user: Reference


@dataclass(frozen=True)
class Sum:
    """What one worker declared about the service user; None stands for all of them."""

    worker: str | None
    declared: int
    received: Decimal
    lately: Decimal
    """Of this, what was received in the last twelve months."""


def find(visit: Visit) -> Response:
    """Take a reference, or a declaration that is about the service user."""
    named = str(visit.form.get("declaration", ""))
    if named:
        reference = visit.register.read.declaration(visit.by, named).service_user or ""
    else:
        reference = str(visit.form.get(FIELD, "")).strip()
    return to(f"{PATH}?{SOUGHT}={visit.register.sought.keep(visit.by, {FIELD: reference[:100]})}")


def show(visit: Visit) -> Response:
    """Show what is declared about whom the address stands for, or ask about whom."""
    if SOUGHT not in visit.query:
        return _ask(visit)
    kept = visit.register.sought.kept(visit.by, visit.query[SOUGHT]) or {}
    if FIELD not in kept:
        return _ask(visit, {}, [FieldError(FIELD, FORGOTTEN)])
    spellings = [*numbered(visit, kept[FIELD]), *written.spellings(kept[FIELD])]
    try:
        reference = read(About, {FIELD: spellings[0]}).service_user
    except InvalidError as error:
        return _ask(visit, kept, error.errors)
    return _found(visit, reference, spellings)


def _ask(
    visit: Visit, values: dict[str, str] | None = None, errors: Sequence[FieldError] = ()
) -> Response:
    (asked,) = filled([ASKED], values or {}, errors)
    return visit.page(
        "service_user.html",
        "About a service user",
        back=_list_of(visit),
        status=422 if errors else 200,
        asked=asked,
        errors=summary([asked], errors),
    )


def _found(visit: Visit, reference: str, spellings: Sequence[str]) -> Response:
    about = everything_about(visit, spellings)
    all_of_it = sorted(map(weighed, about), key=_order, reverse=True)
    visit.note_shown(each.declaration for each in all_of_it[:MOST_SHOWN])
    names = {each.declaration.service_user for each in all_of_it}
    visit.note_shown(each.declaration for each in all_of_it[:MOST_SHOWN])
    excluded = visit.register.key_working.listed(visit.by)
    shown: dict[str, Any] = {
        "reference": names.pop() if len(names) == 1 else reference,
        "all": all_of_it[:MOST_SHOWN],
        "after_ending": visit.after_ending(each.declaration for each in all_of_it[:MOST_SHOWN]),
        "more": len(all_of_it) - MOST_SHOWN,
        "sums": _sums(all_of_it, visit.today),
        "excluded": [
            each
            for each in excluded
            if each.service_user and written.is_same(each.service_user, reference)
        ],
        "name": visit.register.read.name,
        "back": _list_of(visit),
        "here": f"{PATH}?{SOUGHT}={visit.query[SOUGHT]}",
    }
    return visit.page("service_user.html", "About a service user", **shown)


def _list_of(visit: Visit) -> str:
    return "/team" if above(visit) else "/register"


def _order(each: Other) -> tuple[date, int]:
    return each.declaration.happened_on, each.declaration.position_of(1)


def _sums(everything: Sequence[Other], today: date) -> list[Sum]:
    """A sum for each worker, the largest first; before them one for all, if there are several."""
    workers = sorted({each.declaration.worker for each in everything})
    sums = [
        _sum(worker, [each for each in everything if each.declaration.worker == worker], today)
        for worker in workers
    ]
    sums.sort(key=lambda each: (each.received, each.declared), reverse=True)
    return [_sum(None, everything, today), *sums] if len(sums) > 1 else sums


def _sum(worker: str | None, declared: Sequence[Other], today: date) -> Sum:
    received = list(_received(declared))
    return Sum(
        worker,
        len(declared),
        sum((each.worth for each in received), Decimal(0)),
        sum_between(received, _a_year_before(today), date.max),
    )


def _received(declared: Iterable[Other]) -> Iterable[Received]:
    for each in declared:
        if each.counts and each.worth is not None:
            yield Received(each.declaration.happened_on, each.worth)


def _a_year_before(today: date) -> date:
    """The first day of the twelve months that end today."""
    try:
        day = today.replace(year=today.year - 1)
    except ValueError:
        day = date(today.year - 1, 2, 28)
    return day + timedelta(days=1)
