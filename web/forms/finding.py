"""Finding: one field and a few filters, the same on every list.

The field takes a name, a case reference or a short reference. As it may hold what is personal, the
form is posted; what was written is kept in the register, and the address of the list has an id in
its place. So the address can be kept, shared and gone back to.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from register.answers import EARLIEST, LATEST
from register.declarations.names import Status
from register.errors import FieldError
from register.kinds import all_kinds
from register.projections.register_list import Filter
from web.forms import written
from web.forms.meaning import LONGEST, Meaning, meaning_of
from web.forms.moments import DAY, both, wrong_in
from web.forms.questions import Question, filled, summary
from web.forms.references import numbered
from web.requests.queries import MOST_IN_A_LIST
from web.requests.visit import ON_A_PAGE, Visit, to
from web.templating import day, month, said

SOUGHT, TEXT = "sought", "text"
READ = {"month": written.month, "date": written.day, "moment": written.moment}
"""How what was written in some widgets is read."""
AS_AT = "as_at"
NOT_A_FILTER = ("by", "limit", AS_AT, AS_AT + DAY)
"""What says how a list is shown, and leaves nothing out."""
ROWS = re.compile(r"[0-9]{1,3}")
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
A_MONTH = "Write the month and the year, like 3/2026."
FORGOTTEN = "What you looked for is kept for 12 hours only. Please write it again."
STILL_OPEN, OVERDUE = "open", "overdue"
HAPPENED = "happened"
FIELD = Question(
    TEXT,
    "Name, service user's case reference, or a declaration's reference",
    "For example Amina, SU-1042 or 3F9A0C",
    "line",
)


@dataclass(frozen=True)
class Finding:
    """What somebody looks for on a list."""

    path: str
    field: Question
    filters: Sequence[Question]
    given: Mapping[str, str]
    """What stands in the list's address: the filters, and the id of what was written."""
    chosen: Mapping[str, str]
    """The filters that hold, by name."""
    text: str
    meaning: Meaning | None
    """What the field means; None if nothing is in it."""
    after: int | None
    errors: Sequence[FieldError] = ()

    @property
    def address(self) -> str:
        """The address of this page of the list, which leads back to it."""
        if self.after is not None:
            return self.later(self.after)
        return f"{self.path}?{urlencode(self.given)}" if self.given else self.path

    def later(self, after: object) -> str:
        """The address of the page that begins after a position."""
        return f"{self.path}?{urlencode({**self.given, 'after': after})}"

    @property
    def summary(self) -> list[dict[str, str]]:
        return summary([self.field, *self.filters], self.errors)

    @property
    def status(self) -> int:
        return 422 if self.errors else 200

    @property
    def by_day(self) -> bool:
        return self.chosen.get("by") == HAPPENED

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """Each filter that holds with its label, in words."""
        holding = (each for each in self.filters if each.name in self.chosen and not each.error)
        return [
            (each.label, _value_in_words(each, self.chosen[each.name]))
            for each in holding
            if each.name not in NOT_A_FILTER
        ]


def finding(
    visit: Visit,
    path: str,
    filters: Sequence[Question],
    names: Mapping[str, str],
    field: Question = FIELD,
) -> Finding:
    """Read what the address of a list asks for; `names` are the people among whom to look."""
    id_of_words = visit.query.get(SOUGHT, "")
    words = visit.register.sought.kept(visit.by, id_of_words) if id_of_words else {}
    asked = {each.name: visit.query.get(each.name, "") for each in filters}
    values: dict[str, str] = {**asked, **(words or {})}
    chosen, errors = _read(filters, values)
    text = values.get(TEXT, "")
    if words is None:
        errors.insert(0, FieldError(TEXT, FORGOTTEN))
    elif len(text) > LONGEST:
        errors.insert(0, FieldError(TEXT, f"Write no more than {LONGEST} characters."))
    given = {name: value for name, value in chosen.items() if name not in (words or {})}
    return Finding(
        path=path,
        field=filled([field], values, errors)[0],
        filters=filled(filters, {**values, **chosen}, errors),
        given={**given, **({SOUGHT: id_of_words} if words else {})},
        chosen=chosen,
        text=text,
        meaning=meaning_of(text, names, numbered(visit, text)) if text and not errors else None,
        after=visit.after,
        errors=errors,
    )


def look(visit: Visit, path: str, filters: Sequence[Question]) -> Response:
    """Send the filled-in form to the address of its list. Only what is known to be a filter stands
    there; everything else that was written is kept."""
    values = {each.name: str(visit.form.get(each.name, "")) for each in filters}
    chosen, errors = _read(filters, values)
    kept = {each.field: values[each.field][: LONGEST + 1] for each in errors}
    if text := str(visit.form.get(TEXT, "")).strip():
        kept[TEXT] = text[: LONGEST + 1]
    wrong = {error.field for error in errors}
    given = {name: value for name, value in chosen.items() if name not in wrong}
    if kept:
        given[SOUGHT] = visit.register.sought.keep(visit.by, kept)
    return to(f"{path}?{urlencode(given)}" if given else path)


def _read(
    filters: Sequence[Question], values: Mapping[str, str]
) -> tuple[dict[str, str], list[FieldError]]:
    """The filters that are filled in, as they stand in an address; and what is wrong with them."""
    chosen: dict[str, str] = {}
    errors: list[FieldError] = []
    for question in filters:
        text = values.get(question.name, "").strip()
        if not text:
            continue
        chosen[question.name] = READ.get(question.widget, str)(text)
        wrong = _wrong(question, chosen[question.name])
        if wrong:
            errors.append(FieldError(question.name, wrong))
    if not errors and chosen.get("from", "") > chosen.get("to", "9999"):
        errors.append(FieldError("to", "This month is before the first one."))
    return chosen, [*errors, *([] if errors else both(chosen))]


def month_named(text: str) -> date | None:
    """The first day of a month such as 2026-03; None if it is no month that could be meant."""
    found = MONTH.fullmatch(text)
    if found is None or not EARLIEST.year < int(found[1]) <= LATEST.year:
        return None
    return date(int(found[1]), int(found[2]), 1)


def _wrong(question: Question, value: str) -> str | None:
    match question.widget:
        case "month":
            return A_MONTH if month_named(value) is None else None
        case "date" | "moment":
            return wrong_in(question, value)
        case "number":
            is_taken = ROWS.fullmatch(value) and 1 <= int(value) <= MOST_IN_A_LIST
            return None if is_taken else f"Give a whole number from 1 to {MOST_IN_A_LIST}."
    return None if value in question.choices else "Choose one from the list."


def declaration_filters(people: Mapping[str, str], services: Mapping[str, str]) -> list[Question]:
    """The filters of a list of declarations: those of the people, and of the services if there are
    several, by id."""
    kinds = {name: kind.title_for_others for name, kind in all_kinds().items()}
    statuses: dict[str, str] = {each: said(each) for each in Status}
    states = {STILL_OPEN: "Open", OVERDUE: "Overdue", **statuses}
    order = {HAPPENED: "Day it happened"}
    return [
        choice("status", "State", "Open and closed", states),
        choice("worker", "Worker", "Everybody", people),
        choice("kind", "Kind", "Every kind", kinds),
        *([choice("service", "Service", "Every service", services)] if len(services) > 1 else []),
        Question("from", "From month", "For example 3/2026", "month"),
        Question("to", "To month", "For example 5/2026", "month"),
        choice("by", "Sort and months by", "Day it was declared", order),
    ]


@dataclass(frozen=True)
class Cut:
    """One page of a list that is made in memory; pages are counted by how many come before."""

    rows: Sequence[Any]
    total: int
    next: int | None


def cut(found: Finding, rows: Sequence[Any]) -> Cut:
    begins = found.after or 0
    ends = begins + ON_A_PAGE
    return Cut(rows[begins:ends], len(rows), ends if len(rows) > ends else None)


def choice(name: str, label: str, everything: str, names: Mapping[str, str]) -> Question:
    """A filter that is chosen from a list; `everything` says what no choice means."""
    return Question(
        name, label, None, "select", choices=tuple(names), names={"": everything, **names}
    )


def filter_meant(visit: Visit, found: Finding) -> Filter:
    """The declarations that are looked for, one page of them."""
    chosen = found.chosen
    status = chosen.get("status")
    is_state = status is not None and status not in (STILL_OPEN, OVERDUE)
    return replace(
        _months(chosen.get("from"), chosen.get("to"), by_day=found.by_day),
        worker=chosen.get("worker"),
        kind=chosen.get("kind"),
        service=chosen.get("service"),
        status=status if is_state else None,
        is_open=True if status == STILL_OPEN else None,
        overdue=True if status == OVERDUE else None,
        at=visit.now,
        any_of=found.meaning.any_of(visit.register) if found.meaning else None,
        by_day=found.by_day,
        after=visit.after,
        limit=ON_A_PAGE,
    )


def _months(first: str | None, last: str | None, *, by_day: bool) -> Filter:
    begins = date.fromisoformat(f"{first}-01") if first else None
    ends = _last_day(last) if last else None
    if by_day:
        return Filter(happened_from=begins, happened_to=ends)
    return Filter(received_from=begins, received_to=ends)


def _last_day(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def _value_in_words(question: Question, value: str) -> str:
    if question.widget == "month":
        return month(date.fromisoformat(f"{value}-01"))
    if question.widget == "date":
        return day(value)
    return str(question.names.get(value, value))
