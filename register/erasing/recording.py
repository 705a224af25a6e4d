"""Records what is asked, confirmed and refused: each in a turn, in which it looks once more at what
is there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

import sqlalchemy as sa

from events.erasing import (
    ErasureAsked,
    ErasureConfirmed,
    ErasureReason,
    ErasureRefused,
    ErasureWords,
)
from events.names import ErasureOf, ErasureState
from register.erasing.asking import check_waits
from register.erasing.erasure import Erasure
from register.erasing.reach import Reach
from register.errors import ConflictError
from register.projections import erasures
from register.turns.turn import Turn

HELD = "There is a legal hold on some of this: nothing of it is erased until that is lifted."
Look = Callable[[UUID], Erasure]
Known = Callable[[Sequence[UUID], Sequence[ErasureState]], list[Erasure]]
"""Gives what policies asked for of some declarations, and is in some states."""


def ask(turn: Turn, asked: ErasureAsked, look: Look) -> tuple[Erasure, bool]:
    """Only what names the same declaration is looked at: very much may wait."""
    if asked.declaration is None:
        alike = erasures.naming_none(turn.connection)
    else:
        alike = erasures.naming(turn.connection, [asked.declaration], [ErasureState.ASKED])
    for known in map(look, alike):
        if _is_same(known, asked):
            turn.log.database.vouch(turn.connection)
            return known, False
    turn.append([asked])
    return look(asked.originator_id), True


def ask_by_policy(
    turn: Turn, declarations: Sequence[UUID], reason: str, known: Known
) -> list[UUID]:
    before = known(declarations, tuple(ErasureState))
    asked_before = {each.declaration for each in before}
    new = [
        ErasureAsked(
            originator_id=uuid4(),
            of=ErasureOf.DECLARATION,
            asked_by=None,
            declaration=each,
            words=ErasureWords(reason),
        )
        for each in declarations
        if each not in asked_before
    ]
    if new:
        turn.append(new)
    waiting = [each.id for each in before if each.state is ErasureState.ASKED]
    return [*waiting, *(each.originator_id for each in new)]


def _is_same(known: Erasure, asked: ErasureAsked) -> bool:
    one = (known.of, known.asked_by, known.declaration, known.version, known.photograph)
    other = (asked.of, asked.asked_by, asked.declaration, asked.version, asked.photograph)
    said = asked.words
    about = (known.person, known.service_user, known.reason)
    return one == other and about == (
        asked.person,
        said.service_user if said else None,
        said.reason if said else None,
    )


def confirm(
    turn: Turn,
    by: str | None,
    erasure: UUID,
    reach: Reach,
    is_held: Callable[[sa.Connection], bool],
    look: Look,
) -> Erasure:
    known = look(erasure)
    check_waits(known)
    if is_held(turn.connection):  # asked in the turn: one may have been placed just now
        raise ConflictError(HELD)
    if not reach.entries:
        raise ConflictError("There is nothing of this here that could be erased.")
    confirmed = ErasureConfirmed(
        originator_id=erasure,
        confirmed_by=by,
        declarations=reach.declarations,
        entries=reach.entries,
        person=known.person,
    )
    turn.append([confirmed])
    return look(erasure)


def refuse(turn: Turn, by: str, erasure: UUID, reason: str, look: Look) -> Erasure:
    check_waits(look(erasure))
    turn.append([ErasureRefused(originator_id=erasure, refused_by=by, words=ErasureReason(reason))])
    return look(erasure)
