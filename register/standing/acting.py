"""Who may act on a declaration.

The order of refusal: an auditor only reads; then a call that this declaration does
not take; then a call that is somebody else's to make.
"""

from __future__ import annotations

from register.acts.situation import Situation
from register.declarations.declaration import Action, Declaration
from register.directory.directory import Directory, Person
from register.errors import ConflictError, ForbiddenError
from register.standing.seeing import may_see

ROLES = {"line_manager": "line manager", "service_director": "service director"}


def check_takes(situation: Situation, call: str, *, takes: bool) -> None:
    """Refuse what is never done with such a declaration, to all who may see it."""
    if _only_reads(situation, situation.by):
        raise ForbiddenError("Auditors read the register; they do not act in it.")
    if not takes:
        raise ConflictError(f"This declaration does not take {call}.")


def check_holds_role(situation: Situation, doing: str) -> None:
    """Only the person in the role that must act; never on what they are party to."""
    declaration, role = situation.declaration, situation.declaration.outcome.acts
    if situation.by.id == declaration.worker:
        raise ForbiddenError("Nobody acts on their own declaration.")
    if role is None or situation.by.id != holder(situation, role):
        named = ROLES[role] if role else "nobody"
        raise ForbiddenError(f"Only the {named} for this worker may {doing}.")


def check_is_worker(situation: Situation, doing: str) -> None:
    if situation.by.id != situation.declaration.worker:
        raise ForbiddenError(f"Only the worker who made this declaration may {doing}.")


def holder(situation: Situation, role: str) -> str | None:
    declaration = situation.declaration
    return situation.directory.holder(role, declaration.worker, declaration.service)


def doer(action: Action, declaration: Declaration, directory: Directory) -> str:
    """Who is to do what was agreed; where a manager or director has left, who holds their role."""
    if directory.is_here(action.by) or action.by == declaration.worker:
        return action.by
    role = action.role or "line_manager"
    return directory.holder(role, declaration.worker, declaration.service) or action.by


def role_of(situation: Situation, person: str) -> str | None:
    """What somebody is to this declaration: its worker, who must act, or a role above them."""
    declaration, directory = situation.declaration, situation.directory
    if person == declaration.worker:
        return "worker"
    acts = declaration.outcome.acts
    if acts is not None and person == holder(situation, acts):
        return acts
    if declaration.service in directory.directs(person):
        return "service_director"
    return "line_manager" if person in directory.line_above(declaration.worker) else None


def may_be_asked(situation: Situation, person: str) -> bool:
    """Whether an action may be somebody's: they may see the declaration, and not only read."""
    directory = situation.directory
    if not directory.is_here(person):
        return False
    asked = directory.people[person]
    return may_see(asked, situation.declaration, directory) and not _only_reads(situation, asked)


def _only_reads(situation: Situation, person: Person) -> bool:
    return "auditor" in person.roles and role_of(situation, person.id) is None
