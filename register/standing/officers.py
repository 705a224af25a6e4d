"""What a data protection officer may deal with: anything but their own, and what they are barred
from."""

from __future__ import annotations

from events.names import Role
from register.declarations.matter import Matter
from register.directory.directory import Directory, Person
from register.errors import ForbiddenError
from register.standing.barring import may_not_cover

ONLY_OFFICERS = "Only a data protection officer does this."


def is_officer(person: Person, directory: Directory) -> bool:
    return Role.DATA_PROTECTION_OFFICER in person.roles_on(directory.today)


def officers(directory: Directory) -> list[str]:
    """Everybody who has the role and works here today."""
    return [
        each.id
        for each in directory.people.values()
        if is_officer(each, directory) and each.is_here(directory.today)
    ]


def check_is_officer(person: Person, directory: Directory) -> None:
    if not is_officer(person, directory):
        raise ForbiddenError(ONLY_OFFICERS)


def may_deal_with(person: Person, matter: Matter, directory: Directory) -> bool:
    """Whether an officer may know of a declaration, for what an officer does. For others it does
    not exist: it is their own, they entered it, or it is about them or somebody above them."""
    if not is_officer(person, directory) or person.id in (matter.worker, matter.entered_by):
        return False
    return not may_not_cover(person.id, matter, directory)
