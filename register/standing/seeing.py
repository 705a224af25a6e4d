"""Who may see a declaration. For anybody else it does not exist."""

from __future__ import annotations

from events.names import Role
from register.declarations.declaration import Declaration
from register.declarations.ids import NO_SUCH_DECLARATION
from register.directory.directory import Directory, Person
from register.errors import NotFoundError


def may_see(person: Person, declaration: Declaration, directory: Directory) -> bool:
    """Whether a person may see a declaration: the worker, the people told, and the people whose
    role the policy allows."""
    if person.id == declaration.worker or person.id in declaration.told:
        return True
    is_reader = {
        Role.LINE_MANAGER: person.id in directory.line_above(declaration.worker),
        Role.SERVICE_DIRECTOR: declaration.service in directory.directs(person.id),
        Role.AUDITOR: Role.AUDITOR in person.roles,
    }
    return any(is_reader[role] for role in declaration.ruling.seen_by)


def may_see_exclusions(person: Person, service: str, directory: Directory) -> bool:
    """Whether a person may see the exclusions at a service: its line managers, its director, and
    auditors."""
    return service in exclusions_seen_by(person, directory)


def exclusions_seen_by(person: Person, directory: Directory) -> set[str]:
    """The services whose exclusions from key working a person may see."""
    if Role.AUDITOR in person.roles:
        return set(directory.services)
    managed = {directory.people[below].service for below in directory.reports(person.id)}
    return {service for service in managed if service} | directory.directs(person.id)


def check_may_see(person: Person, declaration: Declaration, directory: Directory) -> None:
    if not may_see(person, declaration, directory):
        raise NotFoundError(NO_SUCH_DECLARATION)
