"""Who may act on a declaration.

The order of refusal: an auditor only reads; then a call that this declaration does
not take; then a call that is somebody else's to make.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.names import Role
from register.declarations.declaration import Action, Declaration
from register.directory.directory import Directory, Person
from register.errors import ConflictError, ForbiddenError
from register.policy import ROLES
from register.standing.holding import who_holds
from register.standing.seeing import may_see


@dataclass(frozen=True)
class Standing:
    """Somebody before a declaration, on a day: what decides whether they may act on it."""

    declaration: Declaration
    by: Person
    directory: Directory


def check_takes(standing: Standing, call: str, *, takes: bool) -> None:
    """Refuse what is never done with such a declaration, to all who may see it."""
    if _only_reads(standing, standing.by):
        raise ForbiddenError("Auditors read the register; they do not act in it.")
    if not takes:
        raise ConflictError(f"This declaration does not take {call}.")


def check_holds_role(standing: Standing, doing: str) -> Role:
    """Only the person in the role that must act, which is given back; never on what they are
    party to."""
    declaration, role = standing.declaration, standing.declaration.ruling.acts
    if standing.by.id == declaration.worker:
        raise ForbiddenError("Nobody acts on their own declaration.")
    if role is None or standing.by.id != holder(standing, role):
        named = ROLES[role] if role else "nobody"
        raise ForbiddenError(f"Only the {named} for this worker may {doing}.")
    return role


def check_is_worker(standing: Standing, doing: str) -> None:
    if standing.by.id != standing.declaration.worker:
        raise ForbiddenError(f"Only the worker who made this declaration may {doing}.")


def holder(standing: Standing, role: Role) -> str | None:
    declaration = standing.declaration
    return who_holds(standing.directory, role, declaration.worker, declaration.service)


def doer(action: Action, declaration: Declaration, directory: Directory) -> str:
    """Who is to do what was agreed; where a manager or director has left, who holds their role."""
    if directory.is_here(action.by) or action.by == declaration.worker:
        return action.by
    role = action.role or Role.LINE_MANAGER
    return who_holds(directory, role, declaration.worker, declaration.service) or action.by


def role_of(standing: Standing, person: str) -> Role | None:
    """What somebody is to this declaration: its worker, who must act, or a role above them."""
    declaration, directory = standing.declaration, standing.directory
    if person == declaration.worker:
        return Role.WORKER
    acts = declaration.ruling.acts
    if acts is not None and person == holder(standing, acts):
        return acts
    if declaration.service in directory.directs(person):
        return Role.SERVICE_DIRECTOR
    return Role.LINE_MANAGER if person in directory.line_above(declaration.worker) else None


def may_be_asked(standing: Standing, person: str) -> bool:
    """Whether an action may be somebody's: they may see the declaration, and not only read."""
    directory = standing.directory
    if not directory.is_here(person):
        return False
    asked = directory.people[person]
    return may_see(asked, standing.declaration, directory) and not _only_reads(standing, asked)


def _only_reads(standing: Standing, person: Person) -> bool:
    return Role.AUDITOR in person.roles and role_of(standing, person.id) is None
