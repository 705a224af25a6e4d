"""Asks for a moment, in two fields: a day, with a picker where the browser has one; or in writing
what a picker does not have, a time of day or the position of an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from register.declarations.as_at import AsAt, check_as_at
from register.errors import FieldError, InvalidError
from web.forms import written
from web.forms.questions import A_DAY, Question, filled, summary
from web.requests.visit import Visit

DAY = "_day"
"""What the name of the field for a day ends in."""
ONE_OF_BOTH = "Choose a day, or write a time or an entry: not both."
READ = {"date": written.day, "moment": written.moment}


@dataclass(frozen=True)
class Moment:
    """The moment that was asked for; now if nothing was, or what cannot be read."""

    as_at: AsAt
    questions: Sequence[Question]
    errors: Sequence[FieldError]
    is_given: bool

    @property
    def summary(self) -> list[dict[str, str]]:
        return summary(self.questions, self.errors)


def moment_questions(field: str, label: str) -> list[Question]:
    hint = "The end of this day, for example 31/3/2026. Blank means now."
    at_or_after = "For example 31/3/2026 16:05, or 120 for entry 120"
    return [
        Question(field + DAY, label, hint, "date"),
        Question(field, f"{label} a time or an entry", at_or_after, "moment"),
    ]


def moment_asked(visit: Visit, field: str, label: str) -> Moment:
    query, questions = tidied(visit.query, field), moment_questions(field, label)
    given = {each.name: query[each.name].strip() for each in questions if query.get(each.name)}
    read = {each.name: READ[each.widget](given.get(each.name, "")) for each in questions}
    found = ((each.name, wrong_in(each, read[each.name])) for each in questions)
    errors = [FieldError(name, wrong) for name, wrong in found if wrong]
    errors += [] if errors else both(read)
    return Moment(
        as_at=visit.register.read.as_at("" if errors else moment_in(read, field)),
        questions=filled(questions, {**given, **({} if errors else read)}, errors),
        errors=errors,
        is_given=any(given.values()),
    )


def tidied(query: Mapping[str, str], field: str) -> dict[str, str]:
    """The same with a day in the field for days, in which it can be chosen anew."""
    text = written.moment(query.get(field, ""))
    if query.get(field + DAY) or not _is_day(text):
        return dict(query)
    return {**query, field: "", field + DAY: text}


def moment_in(chosen: Mapping[str, str], field: str) -> str:
    """What asks for the moment; empty for now."""
    return chosen.get(field) or chosen.get(field + DAY, "")


def both(chosen: Mapping[str, str]) -> list[FieldError]:
    """An error for each moment that is asked for in both of its fields."""
    named = [name for name, text in chosen.items() if text and chosen.get(name + DAY)]
    return [FieldError(name, ONE_OF_BOTH) for name in named]


def wrong_in(question: Question, text: str) -> str | None:
    """What is wrong with a day or a moment, as it was read; None if nothing is."""
    if not text:
        return None
    if question.widget == "date" and not _is_day(text):
        return A_DAY
    try:
        check_as_at(text)
    except InvalidError as error:
        return error.errors[0].message
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
