"""A worker withdraws a declaration that nobody has settled. It can still be seen."""

from __future__ import annotations

from pydantic import Field

from events.declarations import DeclarationWithdrawn, Reason
from events.event import Event
from register.acts.situation import Situation
from register.answers import Answers, Text, read
from register.errors import ConflictError
from register.standing.acting import check_is_worker, check_takes
from register.standing.seeing import check_may_see


class Withdrawal(Answers):
    reason: Text = Field(title="Why do you take it back?")


def withdraw(situation: Situation, body: object) -> list[Event]:
    declaration = situation.declaration
    check_may_see(situation.by, declaration, situation.directory)
    check_takes(situation, "a withdrawal", takes=True)
    check_is_worker(situation, "withdraw it")
    withdrawn = DeclarationWithdrawn(
        originator_id=declaration.id,
        withdrawn_by=situation.by.id,
        withdrawn_at=situation.now,
        source=situation.source,
        words=Reason(read(Withdrawal, body).reason),
    )
    if declaration.holds(withdrawn):
        return []
    if declaration.is_settled or declaration.was_ever_settled:
        raise ConflictError("This has been settled, and can no longer be withdrawn.")
    return [withdrawn]
