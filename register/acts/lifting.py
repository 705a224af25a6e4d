"""A line manager lifts an exclusion from key working (003 5.0 J)."""

from __future__ import annotations

from pydantic import Field

from events.declarations import ExclusionLifted, Reason
from events.event import Event
from events.names import Role, Status
from register.acts.act import Act
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.ids import NO_SUCH_DECLARATION
from register.errors import ForbiddenError, NotFoundError
from register.standing.acting import holder
from register.standing.seeing import check_may_see, is_hidden_from, may_see_exclusion

NO_SUCH_EXCLUSION = "This declaration excludes nobody from key working."


class Lifting(Answers):
    reason: Text = Field(title="Why may they be the key worker again?")


def _knows_of_it(situation: Situation) -> None:
    """Raises `NotFoundError` for all but the line manager and those who may see exclusions; and, in
    words of its own, to whoever may see a declaration that never excluded anybody."""
    declaration, by, directory = situation.declaration, situation.by, situation.directory
    if not declaration.ruling.excludes:
        check_may_see(by, declaration, directory)
        raise NotFoundError(NO_SUCH_EXCLUSION)
    may_know = _is_theirs(situation) or may_see_exclusion(by, declaration, directory)
    if not may_know or is_hidden_from(by, declaration, directory):
        raise NotFoundError(NO_SUCH_DECLARATION)


def _is_theirs(situation: Situation) -> bool:
    return situation.by.id == holder(situation, Role.LINE_MANAGER)


def _check_is_theirs(situation: Situation) -> None:
    if not _is_theirs(situation):
        raise ForbiddenError("Only the line manager of this worker may lift it.")


def _lifted(situation: Situation, lifting: Lifting) -> list[Event]:
    lifted = ExclusionLifted(
        originator_id=situation.declaration.id,
        lifted_by=situation.by.id,
        lifted_at=situation.now,
        source=situation.source,
        words=Reason(lifting.reason),
    )
    return [lifted]


lift = ACT = Act(
    name="lift",
    at="/exclusions/{id}/lift",
    operation="lift_exclusion",
    summary="Lift an exclusion from key working",
    label="Lift the exclusion",
    title="Lift the exclusion",
    button="Lift it",
    done="The exclusion is lifted.",
    place=30,
    is_move=lambda _: False,
    call="this",
    knows=_knows_of_it,
    whose=_check_is_theirs,
    bodies=(Lifting,),
    event=ExclusionLifted,
    says=_lifted,
    leads={each: (each,) for each in Status},
    over="This was lifted already.",
    is_over=lambda situation: not situation.declaration.excludes,
)
