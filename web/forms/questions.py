"""Makes the questions of a form from a model, and the body for that model from the answers.

A field's JSON schema decides how it is asked; its title is the label, its description the hint.
The fields of a form are named by paths with dots, as in errors: `details.minutes`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import FormData

from register.answers import NO_DATE, WORDS
from register.errors import FieldError
from web.forms import written

RECORDS, CHOOSE = "records", "Choose"
ROWS = 3
"""For how many records a form has room, unless there are more already."""
HIDDEN = "hidden"
"""The widget of what a page sends without asking for it."""
READ: dict[str, Callable[[str], str]] = {
    "money": written.pounds,
    "number": str.strip,
    "date": written.day,
}
"""How what was written in some widgets is read."""
TRUTHS = {"true": True, "false": False}
UNANSWERED = "Choose an answer."
A_DAY = "Write the day, the month and the year, like 31/3/2026."
LEFT_OUT = ("choice", "select", "date", "number")
"""In these widgets, no answer means that the field is left out of the body."""


@dataclass(frozen=True)
class Question:
    """One question of a form."""

    name: str
    label: str
    hint: str | None
    widget: str
    """How it is asked: text, line, money, number, date, month, yes_no, choice, choices, select,
    records, or, before anybody knows the people to choose from, person."""
    choices: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of choices, if the choices are not words themselves; "" is the empty choice. For
    yes_no, the answer that each truth stands for."""
    is_optional: bool = False
    takes_none: bool = False
    """Whether none of the choices is an answer too."""
    only_if: tuple[str, str, str] | None = None
    """The name of another question, the answer to it without which this one is pointless, and the
    answer to this one that is then clear."""
    suggested_in: str | None = None
    """The id of the list on the page that suggests answers."""
    parts: tuple[Question, ...] = ()
    """The questions of one record, for records."""
    each: str = ""
    """What one record is called."""
    rows: tuple[tuple[Question, ...], ...] = ()
    """The questions of each record that there is, and of those that a form has room for."""
    value: Any = None
    error: str | None = None
    since: str | None = None
    """What is true instead by now, if the answer no longer is."""

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def must_be_answered(self) -> bool:
        return not self.is_optional and not self.takes_none


def questions(
    model: type[BaseModel], prefix: str = "", leave_out: Iterable[str] = ()
) -> list[Question]:
    """The questions of a model, in order. Nested models are left out: they need their own call."""
    schema = _schema(model)
    asked = []
    for name, about in schema["properties"].items():
        given = _given(about)
        is_own = "$ref" in given or given.get("type") == "object"
        if name in leave_out or is_own or _widget(given, about) == HIDDEN:
            continue
        question = _question(prefix + name, about, given, name in schema.get("required", ()))
        asked.append(replace(question, parts=_parts(given, schema)))
    return asked


def _parts(given: dict[str, Any], schema: dict[str, Any]) -> tuple[Question, ...]:
    """The questions of one record of a list; a choice among them is made in a list as well."""
    if _widget(given) != RECORDS:
        return ()
    record = schema["$defs"][given["items"]["$ref"].rpartition("/")[2]]
    parts = (
        _question(name, about, _given(about), name in record.get("required", ()))
        for name, about in record["properties"].items()
    )
    return tuple(
        replace(each, widget="select", names={"": CHOOSE, **each.names})
        if each.widget == "choice"
        else each
        for each in parts
    )


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _given(about: dict[str, Any]) -> dict[str, Any]:
    """A field's schema without null."""
    choices = [each for each in about.get("anyOf", ()) if each.get("type") != "null"]
    return choices[0] if choices else about


def _question(
    name: str, about: dict[str, Any], given: dict[str, Any], is_required: bool
) -> Question:
    items = given.get("items", {})
    return Question(
        name=name,
        label=given.get("x-asked") or about.get("x-asked") or about.get("title", name),
        hint=given.get("x-hint") or about.get("x-hint") or about.get("description"),
        widget=_widget(given, about),
        choices=tuple(given.get("enum") or items.get("enum") or ()),
        names=_labels(about, given, items),
        is_optional=not is_required,
        takes_none=given.get("type") == "array" and not given.get("minItems"),
        only_if=_only_if(name, given, about),
        each=given.get("x-each") or about.get("x-each") or "",
    )


def _only_if(name: str, *schemas: dict[str, Any]) -> tuple[str, str, str] | None:
    found = next((each["x-only-if"] for each in schemas if "x-only-if" in each), None)
    if found is None:
        return None
    other, wanted, clear = found
    return name[: name.rfind(".") + 1] + other, wanted, clear


def is_pointless(question: Question, form: Mapping[str, Any]) -> bool:
    """Whether what was answered to another question leaves nothing to ask here."""
    if question.only_if is None:
        return False
    other, wanted, _ = question.only_if
    return str(form.get(other, "")) not in ("", wanted)


def _labels(*schemas: dict[str, Any]) -> dict[str, str]:
    """The choices in words, where the model gives them."""
    return next((each["x-labels"] for each in schemas if "x-labels" in each), {})


def _widget(given: dict[str, Any], about: dict[str, Any] | None = None) -> str:
    said = given.get("x-widget") or (about or {}).get("x-widget")
    if said is not None:
        return str(said)
    if "enum" in given:
        return "choice"
    if given.get("format") == "date":
        return "date"
    if "$ref" in given.get("items", {}):
        return RECORDS
    return {"boolean": "yes_no", "integer": "number", "array": "choices"}.get(
        given.get("type", ""), "text"
    )


def answered(asked: Sequence[Question], form: FormData) -> dict[str, Any]:
    """The body for the model, from what was filled in; empty fields are left out."""
    body: dict[str, Any] = {}
    for question in asked:
        answer = _answer(question, form)
        if answer is not None:
            _put(body, question.name, answer)
    return body


def _answer(question: Question, form: FormData) -> Any:
    if question.only_if and is_pointless(question, form):
        return question.only_if[2]
    if question.widget == RECORDS:
        return _records(question, form)
    if question.widget == "choices":
        return [str(each) for each in form.getlist(question.name)]
    text = str(form.get(question.name, ""))
    if question.widget == "yes_no":
        return TRUTHS.get(text)
    if not text.strip():
        is_left_out = question.is_optional or question.widget in LEFT_OUT
        return None if is_left_out else text
    if question.widget == "number" and text.strip().isdecimal():
        return int(text)
    read = READ.get(question.widget)
    return read(text) if read else text


def _records(question: Question, form: FormData) -> list[dict[str, Any]]:
    """The records that were filled in. Empty rows are left out and the others move up, so that an
    error about the first is about the first row that is shown again."""
    row = re.compile(rf"{re.escape(question.name)}\.([0-9]{{1,4}})\..+")
    places = {int(found[1]) for name in form if (found := row.fullmatch(name))}
    read = (answered(question.parts, _within(form, question, place)) for place in sorted(places))
    return [each for each in read if any(str(value).strip() for value in each.values())]


def _within(form: FormData, question: Question, place: int) -> FormData:
    """What was filled in for one record, by the names of its questions."""
    start = f"{question.name}.{place}."
    fields = form.multi_items()
    return FormData([(name[len(start) :], each) for name, each in fields if name.startswith(start)])


def _put(body: dict[str, Any], name: str, answer: Any) -> None:
    *above, last = name.split(".")
    for step in above:
        body = body.setdefault(step, {})
    body[last] = answer


def filled(
    asked: Sequence[Question], values: Mapping[str, Any], errors: Sequence[FieldError] = ()
) -> list[Question]:
    """The questions with the answers so far, and with their errors."""
    wrong = {error.field: error.message for error in errors}
    return [
        replace(
            question,
            value=_value(values, question.name),
            error=_words(question, wrong.get(question.name)),
            rows=_rows(question, values, errors),
        )
        for question in asked
    ]


def _rows(
    question: Question, values: Mapping[str, Any], errors: Sequence[FieldError]
) -> tuple[tuple[Question, ...], ...]:
    """The questions of each record, with its answers and errors."""
    if question.widget != RECORDS:
        return ()
    given = _value(values, question.name)
    rows = (
        [replace(each, name=f"{question.name}.{place}.{each.name}") for each in question.parts]
        for place in range(max(ROWS, len(given) if isinstance(given, list) else 0))
    )
    return tuple(tuple(filled(row, values, errors)) for row in rows)


def _value(values: Any, name: str) -> Any:
    for step in name.split("."):
        if isinstance(values, list):
            values = values[int(step)] if int(step) < len(values) else None
        else:
            values = values.get(step) if isinstance(values, Mapping) else None
    return values


def _words(question: Question, message: str | None) -> str | None:
    is_chosen = bool(question.choices) or question.widget == "yes_no"
    if is_chosen and message == WORDS["missing"]:
        return UNANSWERED
    return None if message is None else in_words(message)


def in_words(message: str) -> str:
    """An error as a page says it, where a page takes more than the API."""
    return A_DAY if message == NO_DATE else message


def summary(asked: Sequence[Question], errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """The summary of errors: each with a link to its question."""
    by_name = {question.name: question for question in asked}
    for records in (each for each in asked if each.rows):
        for place, row in enumerate(records.rows, start=1):
            called = f"{records.each} {place}: "
            by_name |= {each.name: replace(each, label=called + each.label) for each in row}
    return [_line(by_name.get(error.field), error) for error in errors]


def _line(question: Question | None, error: FieldError) -> dict[str, str]:
    if question is None:
        return {"text": error.message}
    return {"text": f"{question.label} {question.error}", "href": f"#{question.id}"}
