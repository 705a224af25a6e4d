"""A worker withdraws a declaration that nobody has settled. It can still be seen."""

from __future__ import annotations

from pydantic import Field

from events.declarations import DeclarationWithdrawn, Reason
from events.event import Event
from events.names import Status
from register.acts.act import Act, the_worker
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import WAITING_FOR_SOMEBODY


class Withdrawal(Answers):
    reason: Text = Field(title="Why do you take it back?")


def _withdrawn(situation: Situation, withdrawal: Withdrawal) -> list[Event]:
    withdrawn = DeclarationWithdrawn(
        originator_id=situation.declaration.id,
        withdrawn_by=situation.by.id,
        withdrawn_at=situation.now,
        source=situation.source,
        words=Reason(withdrawal.reason),
    )
    return [withdrawn]


withdraw = ACT = Act(
    name="withdrawal",
    operation="withdraw",
    summary="Take back",
    label="Withdraw it",
    title="Withdraw this declaration",
    button="Withdraw",
    done="You have withdrawn this.",
    words="It stays in the register, with its photographs, marked as withdrawn, and your line "
    "manager sees that.",
    place=90,
    is_move=lambda _: False,
    call="a withdrawal",
    whose=the_worker("withdraw it"),
    bodies=(Withdrawal,),
    event=DeclarationWithdrawn,
    says=_withdrawn,
    leads=dict.fromkeys(WAITING_FOR_SOMEBODY, (Status.WITHDRAWN,)),
    over="This has been settled, and can no longer be withdrawn.",
    is_over=lambda situation: situation.declaration.was_ever_settled,
)
