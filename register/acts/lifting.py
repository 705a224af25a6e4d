"""A line manager lifts an exclusion from key working (003 5.0 J)."""

from __future__ import annotations

from pydantic import Field

from events.declarations import ExclusionLifted, Reason
from events.event import Event
from events.names import Role
from register.acts.situation import Situation
from register.answers import Answers, Text, read
from register.errors import ConflictError, ForbiddenError, NotFoundError
from register.standing.acting import check_takes, holder
from register.standing.seeing import may_see_exclusions

NO_SUCH_EXCLUSION = "There is no exclusion for that declaration that you may see."


class Lifting(Answers):
    reason: Text = Field(title="Why may they be the key worker again?")


def lift(situation: Situation, body: object) -> list[Event]:
    declaration, by = situation.declaration, situation.by
    lifts = by.id == holder(situation, Role.LINE_MANAGER)
    visible = lifts or may_see_exclusions(by, declaration.service, situation.directory)
    if not visible or not declaration.ruling.excludes:
        raise NotFoundError(NO_SUCH_EXCLUSION)
    check_takes(situation, "this", takes=True)
    if not lifts:
        raise ForbiddenError("Only the line manager of this worker may lift it.")
    lifted = ExclusionLifted(
        originator_id=declaration.id,
        lifted_by=by.id,
        lifted_at=situation.now,
        source=situation.source,
        words=Reason(read(Lifting, body).reason),
    )
    if declaration.holds(lifted):
        return []
    if not declaration.excludes:
        raise ConflictError("This was lifted already.")
    return [lifted]
