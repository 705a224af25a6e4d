"""Who may act on a declaration.

The checks come in this order: auditors may only read; then the declaration must take the call;
then the person must be the one who may make it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.names import Role
from register.declarations.declaration import Action, Declaration
from register.directory.directory import Directory, Person
from register.errors import ConflictError, ForbiddenError, SpoiledError
from register.standing.holding import doer, informant, who_holds
from register.standing.roles import ROLES
from register.standing.seeing import may_see


@dataclass(frozen=True)
class Standing:
    """A person, a declaration and the directory of a day: these decide whether they may act."""

    declaration: Declaration
    by: Person
    directory: Directory


def check_takes(standing: Standing, call: str, *, takes: bool) -> None:
    """Raises `ForbiddenError` for an auditor, and `ConflictError` if the declaration does not take
    this call."""
    if _only_reads(standing, standing.by):
        raise ForbiddenError("Auditors read the register; they do not act in it.")
    if not takes:
        raise ConflictError(f"This declaration does not take {call}.")


def check_can_be_read(declaration: Declaration) -> None:
    """Raises `ConflictError` if an entry of it cannot be read: nobody knows what it said."""
    if declaration.spoiled:
        raise SpoiledError


def check_holds_role(standing: Standing, doing: str) -> Role:
    """Raises `ForbiddenError` for all but the person whose role must act, and for the worker."""
    role = standing.declaration.acts
    return check_holds_one_of(standing, () if role is None else (role,), doing)


def check_holds_one_of(standing: Standing, roles: Sequence[Role], doing: str) -> Role:
    """Gives the first of these roles that the person holds. Raises `ForbiddenError` for the worker,
    and for everybody who holds none of them."""
    if standing.by.id == standing.declaration.worker:
        raise ForbiddenError("Nobody acts on their own declaration.")
    for role in roles:
        if standing.by.id == holder(standing, role):
            return role
    named = " or the ".join(ROLES[role].words for role in roles) or "nobody"
    raise ForbiddenError(f"Only the {named} for this worker may {doing}.")


def check_is_worker(standing: Standing, doing: str) -> None:
    if standing.by.id != standing.declaration.worker:
        raise ForbiddenError(f"Only the worker who made this declaration may {doing}.")


def check_informs(standing: Standing, doing: str) -> None:
    """Raises `ForbiddenError` for all but the worker; once they have left, for all but whoever
    answers in their place."""
    declaration = standing.declaration
    answers, _ = informant(declaration.matter, standing.directory)
    if declaration.question is None or standing.by.id != answers:
        check_is_worker(standing, doing)


def holder(standing: Standing, role: Role) -> str | None:
    return who_holds(standing.directory, role, standing.declaration.matter)


def may_complete(standing: Standing, action: Action) -> bool:
    """Whether an agreed action is this person's to do."""
    person, _ = doer(action, standing.declaration.matter, standing.directory)
    return standing.by.id == person


def role_of(standing: Standing, person: str) -> Role | None:
    """A person's role for a declaration: its worker, the role that must act, or a role above."""
    declaration, directory = standing.declaration, standing.directory
    if person == declaration.worker:
        return Role.WORKER
    acts = declaration.acts
    if acts is not None and person == holder(standing, acts):
        return acts
    if not declaration.matter.services.isdisjoint(directory.directs(person)):
        return Role.SERVICE_DIRECTOR
    return Role.LINE_MANAGER if person in directory.line_above(declaration.worker) else None


def may_be_asked(standing: Standing, person: str) -> bool:
    """Whether a person may be given an action: they may see the declaration, and not only as an
    auditor."""
    directory = standing.directory
    if not directory.is_here(person):
        return False
    asked = directory.people[person]
    return may_see(asked, standing.declaration, directory) and not _only_reads(standing, asked)


def _only_reads(standing: Standing, person: Person) -> bool:
    return person.audits and role_of(standing, person.id) is None
