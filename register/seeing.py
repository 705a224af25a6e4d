"""Who may see a declaration. For anyone else it does not exist."""

from __future__ import annotations

from register.declaration import Declaration
from register.directory import Directory, Person
from register.errors import NotFoundError

NO_SUCH_DECLARATION = "There is no declaration with that id that you may see."


def may_see(person: Person, declaration: Declaration, directory: Directory) -> bool:
    """The worker, whoever was told, and the readers that the policy allows by their role."""
    if person.id == declaration.worker or person.id in declaration.told:
        return True
    readers = declaration.outcome.seen_by
    return (
        ("line_manager" in readers and person.id in directory.line_above(declaration.worker))
        or ("service_director" in readers and declaration.service in directory.directs(person.id))
        or ("auditor" in readers and "auditor" in person.roles)
    )


def check_may_see(person: Person, declaration: Declaration, directory: Directory) -> None:
    if not may_see(person, declaration, directory):
        raise NotFoundError(NO_SUCH_DECLARATION)
