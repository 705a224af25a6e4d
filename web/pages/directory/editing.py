"""A form that changes the directory: filled in, then what would change, and only then the change.

Nothing is kept in between: the page of what would change sends the form again, with the position at
which it was compared. If the directory has changed since, nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from register.answers import POSITION
from register.directory.covering import can_be_covered
from register.directory.files import Files, LoadError
from register.directory.problem import Problem
from register.errors import ConflictError, FieldError, InvalidError, MalformedError
from web.forms.questions import Question, answered, filled, summary
from web.requests.visit import Visit, to

CHANGE, KNOWN_AT = "change", "known_at"
"""The button that leads back to the form; the position at which it was compared."""


@dataclass(frozen=True)
class Editing:
    title: str
    asked: Sequence[Question]
    begins: Mapping[str, Any]
    """What is filled in when the form is first shown."""
    read: Callable[[Mapping[str, Any]], Files]
    """What was filled in, as files would say it. Raises `InvalidError`."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """The field that a problem in another file comes from, by the column there."""
    back: str = "/people"


Edited = Callable[[Visit], Editing]


def asking(edited: Edited) -> Callable[[Visit], Response]:
    """The page with the form."""

    def ask(visit: Visit) -> Response:
        editing = edited(visit)
        return _form(visit, editing, editing.begins)

    return ask


def sending(edited: Edited) -> Callable[[Visit], Response]:
    """The page to which the form is sent."""
    return lambda visit: _sent(visit, edited(visit))


def _sent(visit: Visit, editing: Editing) -> Response:
    body = answered(editing.asked, visit.form)
    if CHANGE in visit.form:
        return _form(visit, editing, body)
    try:
        files = editing.read(body)
        if KNOWN_AT not in visit.form:
            return _check(visit, editing, files)
        return _confirm(visit, editing, files)
    except InvalidError as error:
        return _form(visit, editing, body, error.errors)
    except LoadError as error:
        problems = [FieldError(_field_of(each, editing), each) for each in error.problems]
        return _form(visit, editing, body, problems)


def _confirm(visit: Visit, editing: Editing, files: Files) -> Response:
    known_at = str(visit.form[KNOWN_AT])
    if not POSITION.fullmatch(known_at):
        raise MalformedError("This form could not be read; please fill it in again.")
    try:
        load = visit.register.load(files, int(known_at), visit.by)
    except ConflictError:
        return _check(visit, editing, files, has_moved=True)
    if load.waiting:
        return to(f"/people/changes?made={len(load.events)}&waiting={len(load.waiting)}")
    return to(f"/people?changes={len(load.events)}")


def _check(visit: Visit, editing: Editing, files: Files, *, has_moved: bool = False) -> Response:
    return visit.page(
        "directory_check.html",
        "What would change",
        status=409 if has_moved else 200,
        back=visit.address,
        has_moved=has_moved,
        preview=visit.register.preview_load(files, visit.by),
        fields=[each for each in visit.form.multi_items() if each[0] != KNOWN_AT],
    )


def _form(
    visit: Visit,
    editing: Editing,
    body: Mapping[str, Any],
    errors: Sequence[FieldError] = (),
) -> Response:
    questions = filled(editing.asked, body, errors)
    return visit.page(
        "directory_form.html",
        editing.title,
        status=422 if errors else 200,
        back=editing.back,
        questions=questions,
        errors=summary(questions, errors),
        can_be_covered=can_be_covered(visit.path.get("person", ""), visit.directory),
    )


def _field_of(problem: Problem, editing: Editing) -> str:
    """The field that a problem is about; the first, where there is none for its column."""
    asked = [each.name for each in editing.asked]
    column = editing.elsewhere.get(problem.column or "", problem.column)
    return column if column in asked else asked[0]
