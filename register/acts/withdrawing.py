"""A worker takes back a declaration that nobody has settled. Somebody has to agree."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from events.declarations import DeclarationWithdrawn, Reason
from events.event import Event
from events.names import Reviewed, Status
from register.acts.act import Act, the_worker
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import WAITING_FOR_SOMEBODY, Declaration
from register.standing.held import WORKER, Of


class Withdrawal(Answers):
    reason: Text = Field(title="Why do you take it back?")


def _withdrawn(situation: Situation, withdrawal: Withdrawal) -> list[Event]:
    withdrawn = DeclarationWithdrawn(
        originator_id=situation.declaration.id,
        withdrawn_by=situation.by.id,
        withdrawn_at=situation.now,
        waits=situation.to_review(),
        source=situation.source,
        words=Reason(withdrawal.reason),
    )
    return [withdrawn]


def _said_before(declaration: Declaration) -> Sequence[Event]:
    """A withdrawal that was refused, or in place of which another word came, may be said again."""
    if declaration.status == Status.WITHDRAWN:
        return declaration.past
    review = declaration.review
    is_waiting = review is not None and review.of == Reviewed.WITHDRAWAL
    return declaration.since(review.version) if review and is_waiting else ()


TAKEN_BACK = (*WAITING_FOR_SOMEBODY, Status.AWAITING_REVIEW, Status.CLOSED)
"""What was closed at once may be taken back as well; what somebody settled, may not."""
withdraw = ACT = Act(
    name="withdrawal",
    operation="withdraw",
    summary="Take back",
    label="Take it back",
    title="Withdraw this declaration",
    button="Take it back",
    done="You have taken this back. Somebody will look at that, and agree or let it go on.",
    words="Somebody looks at this before it is withdrawn. It stays in the register, with its "
    "photographs, either way.",
    place=90,
    is_move=lambda _: False,
    call="a withdrawal",
    whose=the_worker("withdraw it"),
    roles=WORKER,
    of=Of.OWN,
    bodies=(Withdrawal,),
    event=DeclarationWithdrawn,
    says=_withdrawn,
    leads=dict.fromkeys(TAKEN_BACK, (Status.AWAITING_REVIEW,)),
    over="This has been settled, and can no longer be withdrawn.",
    is_over=lambda situation: situation.declaration.was_ever_settled,
    said_before=_said_before,
    is_again_once_over=False,
)
