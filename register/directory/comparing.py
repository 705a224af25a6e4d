"""Compares two directories, in words: which people and services are new or have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from events.directory import PersonWords
from register.deadlines import in_words
from register.directory.auditing import limits_in_words
from register.directory.directory import Directory, Person
from register.directory.files import ServiceUser
from register.directory.service import Service
from register.policy import Policies

Words = Mapping[str, PersonWords | None]
Facts = dict[str, str]
"""The facts of one person, service or service user in words, by label; empty if it has none."""


@dataclass(frozen=True)
class Difference:
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Changed:
    """A person, service or service user that is new, or some of whose facts have changed."""

    name: str
    is_new: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Called:
    """The names of people and services, used for both directories. So a new name is a change of
    the person who has it, and not of those whose line manager they are."""

    people: Words
    services: Mapping[str, Service]

    def person(self, person: str | None) -> str:
        """A person's name and id; the id alone if the name is erased."""
        if person is None:
            return "nobody"
        known = self.people.get(person)
        return person if known is None else f"{known.name} ({person})"

    def service(self, service: str) -> str:
        known = self.services.get(service)
        return service if known is None else f"{known.name} ({service})"


def changed(before: Mapping[str, Facts], after: Mapping[str, Facts]) -> list[Changed]:
    """What is new or different in `after`. Both give facts by id; `Name` is the name's label."""
    changes = []
    for key in sorted(after):
        was, facts = before.get(key, {}), after[key]
        differing = tuple(
            Difference(what, was.get(what, ""), fact)
            for what, fact in facts.items()
            if was.get(what, "") != fact
        )
        if differing:
            changes.append(Changed(_heading(key, facts), key not in before, differing))
    return changes


def _heading(key: str, facts: Facts) -> str:
    name = facts.get("Name", key)
    return name if name == key else f"{name} ({key})"


def people_in_words(
    directory: Directory, words: Words, called: Called, *, addresses: bool = False
) -> dict[str, Facts]:
    """The facts of everybody in a directory; `words` gives their names at that time."""
    people = {}
    for person in directory.people.values():
        known = words.get(person.id)
        facts = {"Name": person.id if known is None else known.name}
        if addresses:
            facts["Address"] = "" if known is None else known.email
            facts["Staff number"] = (known.staff_number or "") if known is not None else ""
        people[person.id] = {**facts, **_place(person, called)}
    return people


def _place(person: Person, called: Called) -> Facts:
    return {
        "Line manager": called.person(person.line_manager),
        "Service": ", ".join(map(called.service, person.services)) or "none",
        "Roles": ", ".join(person.roles) or "none",
        "Audit": limits_in_words(person.auditing, called.service),
        "Left on": in_words(person.left_on) if person.left_on else "",
    }


def services_in_words(directory: Directory, called: Called, policies: Policies) -> dict[str, Facts]:
    return {
        service.id: {
            "Name": service.name,
            "Service director": called.person(service.director),
            "Reserve": called.person(service.reserve) if service.reserve else "",
            "Policy in force": _policy_in_words(service, policies, directory.today),
            "Policies adopted": "; ".join(
                f"{policy} from {in_words(day)}" for day, policy in service.adopted
            ),
            "First policy on boundaries": in_words(service.policy_first_on)
            if service.policy_first_on
            else "",
            "Contacts when somebody is at risk": "; ".join(service.contacts or ()),
            "Whistleblowing policy": service.whistleblowing,
            "Regulator": service.regulator,
        }
        for service in directory.services.values()
    }


def _policy_in_words(service: Service, policies: Policies, day: date) -> str:
    policy = service.policy_on(day)
    version = None if policy is None else policies.version_on(policy, day)
    if policy is None or version is None:
        return "none"
    return f"{policy}, version of {in_words(version)}"


def service_users_in_words(
    service_users: Mapping[str, ServiceUser], called: Called
) -> dict[str, Facts]:
    return {
        reference: {
            "Label": each.words.label,
            "Service": called.service(each.service),
            "Ended on": in_words(each.ended_on) if each.ended_on else "",
        }
        for reference, each in service_users.items()
    }
