"""Finding people of the directory: by name, role and service, still here or left, in an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from register.declarations.names import Role
from register.directory.comparing import Words
from register.directory.directory import Directory, Person
from web.forms.finding import TEXT, Cut, Finding, choice, cut, finding
from web.forms.questions import Question
from web.requests.visit import Visit
from web.templating import said

FIELD = Question(TEXT, "Name or id", "For example Amina or a part of the name", "line")
ORDERS: dict[str, Callable[[Person], str]] = {
    "id": lambda person: person.id,
    "service": lambda person: " ".join(person.services),
    "manager": lambda person: person.line_manager or "",
}


@dataclass(frozen=True)
class PeopleFound:
    found: Finding
    names: Mapping[str, str]

    def among(self, directory: Directory, words: Words) -> Cut:
        """Those of a directory who are meant; `words` gives their names at that time."""
        people = [] if self.found.errors else list(directory.people.values())
        people = [each for each in people if self._is_meant(each, directory)]
        people.sort(key=lambda each: (_name(words, each.id).casefold(), each.id))
        if order := ORDERS.get(self.found.chosen.get("by", "")):
            people.sort(key=order)
        return cut(self.found, people)

    def _is_meant(self, person: Person, directory: Directory) -> bool:
        chosen, meaning = self.found.chosen, self.found.meaning
        is_here = "yes" if directory.is_here(person.id) else "no"
        return (
            (meaning is None or person.id in meaning.people)
            and chosen.get("here", is_here) == is_here
            and ("role" not in chosen or chosen["role"] in roles_of(person, directory))
            and ("service" not in chosen or chosen["service"] in person.services)
        )


def roles_of(person: Person, directory: Directory) -> list[Role]:
    """What somebody is, also by whom they manage and what they direct."""
    also = {
        Role.LINE_MANAGER: directory.manages(person.id),
        Role.SERVICE_DIRECTOR: bool(directory.directs(person.id)),
    }
    return [*person.roles, *(role for role, is_so in also.items() if is_so)]


def people_found(visit: Visit, path: str, before: Sequence[Question] = ()) -> PeopleFound:
    names = {each: _name(visit.register.unguarded.names(), each) for each in visit.directory.people}
    found = finding(visit, path, [*before, *people_filters(visit)], names, FIELD)
    return PeopleFound(found, names)


def people_filters(visit: Visit) -> list[Question]:
    directory = visit.directory
    roles = {role for each in directory.people.values() for role in roles_of(each, directory)}
    services = {each.id: each.name for each in directory.services.values()}
    orders = {"id": "Id", "service": "Service", "manager": "Line manager"}
    return [
        choice("role", "Role", "Every role", {each: said(each) for each in sorted(roles)}),
        choice("service", "Service", "Every service", services),
        choice("here", "Here or left", "Both", {"yes": "Still here", "no": "Left"}),
        choice("by", "Sort by", "Name", orders),
    ]


def _name(words: Words, person: str) -> str:
    known = words.get(person)
    return known.name if known else person
