"""A worker adds a photograph to a declaration, if its kind takes photographs."""

from __future__ import annotations

from uuid import UUID

from events.event import Event
from events.names import Status
from events.photographs import PhotographAdded, PhotographErased
from register.acts.situation import Situation
from register.declarations.declaration import Declaration, Photograph
from register.errors import ConflictError, NotFoundError
from register.kinds import all_kinds
from register.standing.acting import (
    check_can_be_read,
    check_is_not_erased,
    check_is_worker,
    check_takes,
)
from register.standing.seeing import check_may_see


def most(declaration: Declaration) -> int:
    """How many photographs the kind of a declaration takes."""
    kind = all_kinds().get(declaration.kind)
    return kind.photographs if kind else 0


def room(declaration: Declaration) -> int:
    """How many photographs may still be added. An erased one does not count."""
    if declaration.status == Status.WITHDRAWN or declaration.spoiled or declaration.erased_at:
        return 0
    kept = [each for each in declaration.photographs if each.erased_at is None]
    return most(declaration) - len(kept)


def check_may_add(situation: Situation) -> None:
    declaration = situation.declaration
    check_may_see(situation.by, declaration, situation.directory)
    check_takes(situation, "photographs", takes=most(declaration) > 0)
    check_can_be_read(declaration)
    check_is_worker(situation, "add a photograph to it")


def add(situation: Situation, added: PhotographAdded, *, was_sent: bool) -> list[Event]:
    """The events of adding a photograph; none if it is there already.

    `was_sent`: whether the same bytes were sent under this id before. Raises `ConflictError` if
    another photograph has this id.
    """
    check_may_add(situation)
    declaration = situation.declaration
    if declaration.photograph(added.photograph) is not None:
        if was_sent:
            return []
        raise ConflictError("Another photograph has this id, or had it before it was erased.")
    check_has_room(declaration)
    return [added]


def check_has_room(declaration: Declaration) -> None:
    check_is_not_erased(declaration)
    if declaration.status == Status.WITHDRAWN:
        raise ConflictError("This was withdrawn; no photograph can be added to it.")
    if room(declaration) < 1:
        raise ConflictError(
            f"This declaration has {most(declaration)} photographs already, and takes no more."
        )


def found(declaration: Declaration, photograph: UUID) -> Photograph:
    there = declaration.photograph(photograph)
    if there is None:
        raise NotFoundError("This declaration has no such photograph.")
    return there


def erase(declaration: Declaration, erased: PhotographErased) -> list[Event]:
    """The events of erasing a photograph; none if it is erased already. Two people agreed to it
    before, so nothing asks whose it is."""
    is_erased = found(declaration, erased.photograph).erased_at is not None
    return [] if is_erased else [erased]
