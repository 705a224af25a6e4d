"""Who may act on a declaration.

The checks come in this order: auditors may only read; then the declaration must take the call;
then the person must be the one who may make it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from events.names import Role
from register.declarations.declaration import Action, Declaration
from register.declarations.keys import (
    CONFIRMING,
    key_of,
    key_of_question,
    keys_to_act,
    open_keys,
)
from register.directory.directory import Directory, Person
from register.errors import ConflictError, ForbiddenError, SpoiledError
from register.standing.asked_as_well import asked_as_well
from register.standing.holding import doer, holding, informant
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


ERASED = "This declaration was erased: nobody acts on it any more."


def check_is_not_erased(declaration: Declaration) -> None:
    """Raises `ConflictError` if all that was written in it is erased."""
    if declaration.erased_at is not None:
        raise ConflictError(ERASED)


def check_holds_role(standing: Standing, doing: str) -> Role:
    """Raises `ForbiddenError` for all but the person whose role must act, and for the worker."""
    role = standing.declaration.acts
    return check_holds_one_of(standing, () if role is None else (role,), doing)


def check_holds_one_of(standing: Standing, roles: Sequence[Role], doing: str) -> Role:
    """Gives the first of these roles that the person holds. Raises `ForbiddenError` for the worker,
    and for everybody who holds none of them."""
    if standing.by.id == standing.declaration.worker:
        raise ForbiddenError("Nobody acts on their own declaration.")
    if standing.by.id == standing.declaration.matter.entered_by:
        raise ForbiddenError("You entered this for somebody else, so somebody else acts on it.")
    for role in roles:
        if holds(standing, role, standing.by.id):
            return role
    named = " or the ".join(ROLES[role].words for role in roles) or "nobody"
    raise ForbiddenError(f"Only the {named} for this worker may {doing}.")


def check_is_worker(standing: Standing, doing: str) -> None:
    if standing.by.id != standing.declaration.worker:
        raise ForbiddenError(f"Only the worker who made this declaration may {doing}.")


def check_informs(standing: Standing, doing: str) -> None:
    """Raises `ForbiddenError` for all but the worker, and whom the question went on to; once they
    have left, for all but whoever answers in their place."""
    declaration = standing.declaration
    answers, question = informant(declaration.matter, standing.directory), declaration.question
    may_answer = set() if answers is None else set(answers.people)
    if question is not None:
        may_answer |= asked_as_well(declaration, [key_of_question(question)], standing.directory)
    if question is None or standing.by.id not in may_answer:
        check_is_worker(standing, doing)


def check_confirms(standing: Standing, doing: str) -> None:
    """Raises `ForbiddenError` for all but the worker, and whom it went on to; once the worker has
    left, for all but whoever answers in their place."""
    declaration, directory = standing.declaration, standing.directory
    says = informant(declaration.matter, directory)
    may_confirm = asked_as_well(declaration, [CONFIRMING], directory)
    if standing.by.id not in may_confirm and (says is None or standing.by.id not in says.people):
        check_is_worker(standing, doing)


def holds(standing: Standing, role: Role, person: str) -> bool:
    """Whether a person may act in a role, be it in their own place or in another's, or because what
    the role is to do went on to them."""
    declaration, directory = standing.declaration, standing.directory
    if person in holding(directory, role, declaration.matter):
        return True
    keys = keys_to_act(declaration) if role == declaration.acts else ()
    return person in asked_as_well(declaration, keys, directory)


def in_whose_place(standing: Standing, may: Callable[[Standing], bool]) -> str | None:
    """For whom somebody acts who covers for others; None if they may do so themselves. `may` says
    whether the one who acts may."""
    away = standing.directory.covers_for(standing.by.id)
    if not away:
        return None
    people = standing.directory.people
    alone = replace(standing, directory=standing.directory.without_covers())
    if may(alone):
        return None
    return next((each for each in away if may(replace(alone, by=people[each]))), None)


def may_complete(standing: Standing, action: Action) -> bool:
    """Whether an agreed action is this person's to do."""
    declaration, directory = standing.declaration, standing.directory
    does = doer(action, declaration.matter, directory)
    if does is not None and standing.by.id in does.people:
        return True
    return standing.by.id in asked_as_well(declaration, [key_of(action)], directory)


def role_of(standing: Standing, person: str) -> Role | None:
    """A person's role for a declaration: its worker, the role that must act, or a role above."""
    declaration, directory = standing.declaration, standing.directory
    if person == declaration.worker:
        return Role.WORKER
    acts = declaration.acts
    if acts is not None and holds(standing, acts, person):
        return acts
    if not declaration.matter.services.isdisjoint(directory.directs(person)):
        return Role.SERVICE_DIRECTOR
    if person in directory.line_above(declaration.worker):
        return Role.LINE_MANAGER
    return _role_covered(standing, person) or _role_as_asked(standing, person)


def _role_as_asked(standing: Standing, person: str) -> Role | None:
    """The role of somebody who is nothing else to it than asked as well."""
    declaration, directory = standing.declaration, standing.directory
    asked = asked_as_well(declaration, open_keys(declaration), directory)
    return Role.STAND_IN if person in asked else None


def _role_covered(standing: Standing, person: str) -> Role | None:
    """The role of somebody for whom a person covers."""
    alone = replace(standing, directory=standing.directory.without_covers())
    away = standing.directory.covers_for(person)
    roles = (role_of(alone, each) for each in away if each != standing.declaration.worker)
    return next((role for role in roles if role is not None), None)


def may_be_asked(standing: Standing, person: str) -> bool:
    """Whether a person may be given an action: they may see the declaration, and not only as an
    auditor."""
    directory = standing.directory
    if not directory.is_here(person):
        return False
    asked = directory.people[person]
    return may_see(asked, standing.declaration, directory) and not _only_reads(standing, asked)


def _only_reads(standing: Standing, person: Person) -> bool:
    return person.audits(standing.directory.today) and role_of(standing, person.id) is None
