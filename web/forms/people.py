"""Questions that are answered by choosing a person of the directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from register.declarations.names import Role
from register.ruling.subjects import NOTE, PLACE
from web.forms.questions import Question
from web.requests.visit import Visit

PERSON = "person"
NOT_LISTED = "Somebody who is not in this list"
SOMEBODY_ELSE = "Somebody else: I say who below"
BY_ROLE = {
    Role.LINE_MANAGER.value: "My line manager",
    Role.SERVICE_DIRECTOR.value: "The director of the service",
}
"""As what a worker names whom it is about, where they cannot or need not say the name."""
WHO_ELSE = "If it is somebody else, who are they?"
ONLY_WHO_IS_CHOSEN = "Only whoever you choose above is kept from reading this."


def with_people(asked: Iterable[Question], names: Mapping[str, str]) -> list[Question]:
    """The questions, with these people to choose from: names by id. Whom it is about may be named
    by a role too, as a phone does that knew nobody."""
    return [
        among(each, {**BY_ROLE, **names} if each.name == PLACE else names, NOT_LISTED)
        if each.widget == PERSON
        else each
        for each in asked
    ]


def with_roles(asked: Iterable[Question]) -> list[Question]:
    """The questions for a page that knows nobody: whom it is about is named by a role, or in the
    note; those for anybody else are left out."""
    return [_by_role(each) for each in asked if each.widget != PERSON or each.name == PLACE]


def left_out(asked: Iterable[Question]) -> list[str]:
    """The questions that such a page does not ask, in words."""
    return [each.label for each in asked if each.widget == PERSON and each.name != PLACE]


def _by_role(question: Question) -> Question:
    if question.name == NOTE:
        return replace(question, label=WHO_ELSE, hint=ONLY_WHO_IS_CHOSEN)
    return among(question, BY_ROLE, SOMEBODY_ELSE) if question.name == PLACE else question


def among(question: Question, names: Mapping[str, str], nobody: str) -> Question:
    """The question with a list to choose from; `nobody` is what its empty choice says."""
    named = {"": nobody, **question.names, **names}
    return replace(question, widget="select", choices=tuple(names), names=named)


def asks_for_people(asked: Iterable[Question]) -> bool:
    return any(each.widget == PERSON for each in asked)


def without_people(asked: Iterable[Question]) -> list[Question]:
    """The questions without those for a person, for a page that knows nobody."""
    return [each for each in asked if each.widget != PERSON]


def named(asked: Iterable[Question], name: Callable[[str], str]) -> list[Question]:
    """Answered questions, with the names of the people that were chosen."""
    return [
        replace(each, value=name(each.value)) if each.widget == PERSON and each.value else each
        for each in asked
    ]


def everybody(visit: Visit) -> dict[str, str]:
    """Everybody of the directory, also who has left: names by id, in the order of the names."""
    words = visit.register.unguarded.names()
    names = {
        each: known.name if (known := words.get(each)) else each for each in visit.directory.people
    }
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def people_below(visit: Visit) -> dict[str, str]:
    """The people below this person, or at a service that they direct: names by id."""
    directory = visit.directory
    services = directory.directs(visit.by)
    theirs = {each.id for each in directory.people.values() if services.intersection(each.services)}
    people = (theirs | directory.reports(visit.by)) - {visit.by}
    names = {person: visit.register.read.name(person) for person in people}
    return dict(sorted(names.items(), key=lambda item: item[1]))
