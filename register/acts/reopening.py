"""What was settled, closed at once or withdrawn is opened again, and asked anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from pydantic import Field

from events.declarations import (
    DeclarationAcknowledged,
    DeclarationDecided,
    DeclarationReopened,
    DeclarationReviewed,
    ReviewWords,
    Ruling,
)
from events.event import Event
from events.names import Reviewed, Role, Status
from register.acts.act import Act, Seen
from register.acts.situation import Situation
from register.answers import Text
from register.declarations.declaration import LET_BE, WAITING_FOR_SOMEBODY, Declaration
from register.errors import ConflictError
from register.ruling.places import facts_in, place_for, rule_again
from register.ruling.ruling import flags_with_words, in_plain
from register.ruling.stricter import stricter
from register.standing.acting import check_holds_one_of

UNREADABLE = "What was declared can no longer be read; so nothing can be asked about it."


class Reopening(Seen):
    reason: Text = Field(title="Why?")


def whose(situation: Situation) -> Sequence[Role]:
    """The role that settled it, or agreed to its withdrawal; of what was closed at once, the line
    manager and the director of the service."""
    declaration = situation.declaration
    if declaration.is_closed_at_once:
        return (Role.LINE_MANAGER, Role.SERVICE_DIRECTOR)
    return (declaration.settling_role,)


def _check_is_theirs(situation: Situation) -> None:
    check_holds_one_of(situation, whose(situation), "open it again")


def _asked_after_all(situation: Situation) -> Ruling:
    """What is asked of what was closed at once. Nothing that was asked before falls."""
    declaration, policies = situation.declaration, situation.policies
    facts = facts_in(declaration, declaration.account, situation.besides)
    if facts is None:
        raise ConflictError(UNREADABLE)
    directory, reference = situation.directory, declaration.account.service_user
    place = place_for(declaration, reference, policies, directory)
    asked = rule_again(
        declaration, facts, place, policies, directory, situation.now, is_reopened=True
    )
    return replace(stricter(declaration.ruling, asked), flags=declaration.ruling.flags)


def _due_at(situation: Situation, ruling: Ruling) -> datetime | None:
    """The rule's own time, from now on."""
    return None if ruling.acts is None else situation.due_anew()


def _reopened(situation: Situation, said: Reopening) -> list[Event]:
    declaration = situation.declaration
    asked = _asked_after_all(situation) if declaration.is_asked_of_nobody else None
    reopened = DeclarationReopened(
        originator_id=declaration.id,
        reopened_by=situation.by.id,
        reopened_at=situation.now,
        ruling=in_plain(asked) if asked else None,
        due_at=asked.due_at if asked else _due_at(situation, declaration.ruling),
        source=asked.source if asked else situation.source,
        words=ReviewWords(said.reason, flags_with_words(asked) if asked else None),
    )
    return [reopened]


def _is_over(situation: Situation) -> bool:
    declaration = situation.declaration
    is_erased = facts_in(declaration, declaration.account, situation.besides) is None
    return declaration.is_asked_of_nobody and is_erased


def _said_before(declaration: Declaration) -> Sequence[Event]:
    """What was said since it was last settled: by then it was opened, and stays so."""
    settled = (each.originator_version for each in declaration.past if _settles(each))
    return declaration.since(max(settled, default=0) + 1)


def _settles(event: Event) -> bool:
    """Whether somebody settled it by this, or agreed that it is withdrawn."""
    if isinstance(event, DeclarationReviewed):
        return event.settled or (event.of == Reviewed.WITHDRAWAL and not event.stands)
    decided = isinstance(event, DeclarationDecided) and event.decided_by is not None
    return decided or isinstance(event, DeclarationAcknowledged)


reopen = ACT = Act(
    name="reopening",
    operation="reopen",
    summary="Open again",
    label="Open it again",
    title="Open it again",
    button="Open it again",
    done="Open again. {move}.",
    words="It is asked again from its beginning. Actions that are still open end; what was said "
    "stays in the history.",
    place=40,
    is_move=lambda _: False,
    call="a reopening",
    whose=_check_is_theirs,
    bodies=(Reopening,),
    event=DeclarationReopened,
    says=_reopened,
    leads={
        **dict.fromkeys(LET_BE, WAITING_FOR_SOMEBODY),
        Status.WITHDRAWN: (*WAITING_FOR_SOMEBODY, Status.CLOSED),
    },
    over="This is open already, or can no longer be read.",
    is_over=_is_over,
    said_before=_said_before,
    is_again_once_over=False,
)
