"""Who may act on a declaration.

The order of refusal (DESIGN 4): an auditor only reads; then a call that this declaration does
not take; then a call that is somebody else's to make.
"""

from __future__ import annotations

from register.errors import ConflictError, ForbiddenError
from register.situation import Situation

ROLES = {"line_manager": "line manager", "service_director": "service director"}


def check_takes(situation: Situation, call: str, *, takes: bool) -> None:
    """Refuse what is never done with such a declaration, to all who may see it."""
    if "auditor" in situation.by.roles and role_of(situation, situation.by.id) is None:
        raise ForbiddenError("Auditors read the register; they do not act in it.")
    if not takes:
        raise ConflictError(f"This declaration does not take {call}.")


def check_holds_role(situation: Situation, doing: str) -> None:
    """Only the person in the role that must act; never on what they are party to."""
    declaration, role = situation.declaration, situation.declaration.outcome.acts
    if role is None or situation.by.id != holder(situation, role):
        named = ROLES[role] if role else "nobody"
        raise ForbiddenError(f"Only the {named} for this worker may {doing}.")
    if situation.by.id == declaration.worker:
        raise ForbiddenError("Nobody acts on their own declaration.")


def check_is_worker(situation: Situation, doing: str) -> None:
    if situation.by.id != situation.declaration.worker:
        raise ForbiddenError(f"Only the worker who made this declaration may {doing}.")


def holder(situation: Situation, role: str) -> str | None:
    declaration = situation.declaration
    return situation.directory.holder(role, declaration.worker, declaration.service)


def role_of(situation: Situation, person: str) -> str | None:
    """What somebody is to this declaration: its worker, or a role above them."""
    declaration, directory = situation.declaration, situation.directory
    if person == declaration.worker:
        return "worker"
    if declaration.service in directory.directs(person):
        return "service_director"
    return "line_manager" if person in directory.line_above(declaration.worker) else None
