"""What a data protection officer may deal with: anything but their own, and what they are barred
from."""

from __future__ import annotations

from collections.abc import Collection

from events.names import Role
from register.declarations.matter import Matter
from register.directory.directory import Directory, Person
from register.errors import ForbiddenError
from register.standing.barring import may_not_cover

ONLY_OFFICERS = "Only a data protection officer does this."


def is_officer(person: Person, directory: Directory) -> bool:
    return Role.DATA_PROTECTION_OFFICER in person.roles_on(directory.today)


ENOUGH = 2


def lacks_officers(directory: Directory) -> bool:
    """Whether there are so few that nobody deals with what one of them must not know of."""
    return len(officers(directory)) < ENOUGH


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
    if not is_officer(person, directory) or is_own(person.id, matter):
        return False
    return not may_not_cover(person.id, matter, directory)


def may_deal_with_what_is_left(person: Person, matter: Matter, directory: Directory) -> bool:
    """Whether an officer may have the rest erased of what said whom it is about. Nobody can tell
    any more who must not know of it, and it would stay for ever otherwise."""
    is_erased = matter.subjects is None
    return is_erased and is_officer(person, directory) and not is_own(person.id, matter)


def is_own(person: str, matter: Matter) -> bool:
    """Whether somebody declared it, or entered it for the worker."""
    return person in (matter.worker, matter.entered_by)


def may_hear_that_nobody_acts(
    person: str, matter: Matter, there: Collection[str], directory: Directory
) -> bool:
    """Whether an administrator hears that none of the officers who are there may deal with a
    declaration, which they must not be barred from.

    It has to be each officer's own, so that they know why it is not theirs to deal with. What is
    about one of them, or about somebody above them, nobody hears of: the administrator would ask
    them, and they would learn of it by that.
    """
    is_theirs = all(is_own(each, matter) for each in there)
    return is_theirs and not may_not_cover(person, matter, directory)
