"""Questions that are answered by choosing a person of the directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from web.forms.questions import Question
from web.requests.visit import Visit

PERSON = "person"
NOT_LISTED = "Somebody who is not in this list"


def with_people(asked: Iterable[Question], names: Mapping[str, str]) -> list[Question]:
    """The questions, with these people to choose from: names by id."""
    return [
        replace(
            each,
            widget="select",
            choices=tuple(names),
            names={"": NOT_LISTED, **each.names, **names},
        )
        if each.widget == PERSON
        else each
        for each in asked
    ]


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
