"""The questions of the form on which a kind is declared: for its worker, for whoever enters what
they told, and for a phone without a signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from register.acts.declaring import TELLINGS
from register.directory.directory import Person
from register.errors import FieldError
from register.kinds import all_kinds
from web.forms.people import asks_for_people, left_out, with_people, with_roles, without_people
from web.forms.questions import Question, filled, questions, summary
from web.forms.versions import WHEN
from web.requests.visit import Visit

AFTERWARDS = ("late_reason",)
HOW_TOLD = ("told_by", "told_on")
"""What is asked only of whoever enters what a worker told them."""
SERVICE = "service"
DAY = "happened_on"
DETAILS = "details."
ABOUT = "service_user"
REFERENCES = "references"
"""The id of the list on the page that suggests them."""


def teller(visit: Visit) -> Person:
    """The worker whose declaration it is: who visits, or who told them."""
    worker = visit.path.get("worker")
    return visit.person if worker is None else visit.directory.people[worker]


def is_for_another(visit: Visit) -> bool:
    return visit.path.get("worker") is not None


def _questions(kind: str) -> list[Question]:
    telling = {question.name: question for question in questions(TELLINGS[kind])}
    if "service_user" in telling:
        telling["service_user"] = replace(telling["service_user"], suggested_in=REFERENCES)
    telling[DAY] = replace(telling[DAY], hint=f"Use {all_kinds()[kind].happened_on}.")
    *first, day = (telling[name] for name in reversed(WHEN) if name in telling)
    details = questions(all_kinds()[kind].details, DETAILS)
    if all_kinds()[kind].asks_day_last:
        return [*first, *details, day]
    return [day, *first, *details]


def asked_of(visit: Visit) -> list[Question]:
    """The questions of a kind, with the people and services that this person may choose from."""
    asked = _questions(visit.path["kind"])
    place = next(at for at, each in enumerate(asked) if each.name not in WHEN)
    asked.insert(place, _service_question(visit))
    hints = {**_example(visit), **_hints(visit)}
    asked = [replace(each, hint=hints.get(each.name, each.hint)) for each in asked]
    if is_for_another(visit):
        asked = [*_how_told(visit), *asked]
    if visit.is_limited:
        return without_people(asked)
    if not asks_for_people(asked):
        return asked
    return with_people(asked, visit.people_beside(teller(visit).id))


def _how_told(visit: Visit) -> list[Question]:
    """How and when the worker told whoever enters it."""
    telling = {each.name: each for each in questions(TELLINGS[visit.path["kind"]])}
    return [replace(telling[each], hint=None, is_optional=False) for each in HOW_TOLD]


def _example(visit: Visit) -> dict[str, str]:
    """How a case reference looks at the worker's own service, where one is known."""
    if visit.is_limited:
        return {}
    own = teller(visit).services[:1]
    listed = (visit.register.unguarded.labels_at(each, 1) for each in own)
    example = next((reference for labels in listed for reference in labels), None)
    return {ABOUT: f"Case reference, for example {example}. Never their name."} if example else {}


def _hints(visit: Visit) -> dict[str, str]:
    """The hints that depend on the policy, where all services of the worker say the same."""
    kind, worker = visit.path["kind"], teller(visit)
    said = [visit.register.hints(worker.id, kind, each) for each in worker.services]
    alike = said[0] if said and all(each == said[0] for each in said) else {}
    return {f"{DETAILS}{name}": hint for name, hint in alike.items()}


def _service_question(visit: Visit) -> Question:
    """Which of their own services; any of all, for somebody who has none."""
    services, own = visit.directory.services, teller(visit).services
    return _service_among(
        visit.path["kind"], {each: services[each].name for each in own or sorted(services)}
    )


def _service_among(kind: str, names: dict[str, str]) -> Question:
    (asked,) = (each for each in questions(TELLINGS[kind]) if each.name == SERVICE)
    return replace(asked, widget="choice", choices=tuple(names), names=names, is_optional=False)


def late_question(kind: str) -> list[Question]:
    return [each for each in questions(TELLINGS[kind]) if each.name in AFTERWARDS]


def form_of(kind: str) -> dict[str, Any]:
    """What the empty form of a kind shows, the same for everybody."""
    asked = _questions(kind)
    return {**form_with(kind, with_roles(asked), {}), "left_out": left_out(asked)}


def form_with(
    kind: str,
    asked: Sequence[Question],
    values: dict[str, Any],
    errors: Sequence[FieldError] = (),
) -> dict[str, Any]:
    late = late_question(kind)
    places = {each.name: place for place, each in enumerate(asked)}
    errors = sorted(errors, key=lambda error: places.get(error.field, len(places)))
    shown = filled(asked, values, errors)
    return {
        "back": "/declare",
        "address": f"/declare/{kind}",
        "kind": all_kinds()[kind],
        "kind_name": kind,
        "questions": shown,
        "late_question": late[0],
        "service_question": _service_among(kind, {"": "A service"}),
        "asks": [_asked_on_phone(each) for each in [*asked, *late]],
        "errors": summary(shown, errors),
    }


def _asked_on_phone(question: Question) -> list[Any]:
    """What a phone needs to know of a question to make a body of its answer."""
    known = [question.name, question.widget, question.must_be_answered, question.only_if]
    parts = [[each.name, each.widget, each.must_be_answered] for each in question.parts]
    return [*known, parts] if parts else known
