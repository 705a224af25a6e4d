"""A line manager answers, such as whether a friendship would be appropriate (003 5.0 I)."""

from __future__ import annotations

from events.declarations import DeclarationDecided
from events.names import Status, Why
from register.acts.act import Act, whoever_must_act
from register.acts.settling import (
    SETTLEMENTS,
    asks_to_settle,
    follows,
    is_settled_so,
    says,
    wrong,
)

answer = ACT = Act(
    name="answer",
    operation="give_answer",
    summary="Answer",
    label=lambda situation: asks_to_settle(situation.declaration.kind, "Answer"),
    title="Answer",
    button="Answer",
    done="Your answer is in the register.",
    participle="answered",
    answers=Why.ANSWER,
    awaited="Answer",
    place=10,
    call="an answer",
    takes=lambda declaration: is_settled_so(declaration, Status.AWAITING_ANSWER),
    whose=whoever_must_act("answer it"),
    bodies=tuple(SETTLEMENTS.values()),
    body=lambda _, situation: SETTLEMENTS[situation.declaration.kind],
    event=DeclarationDecided,
    says=says(Why.ANSWER),
    leads={Status.AWAITING_ANSWER: (Status.CLOSED, Status.AWAITING_ACTION)},
    said_before=lambda declaration: declaration.since(declaration.route_version),
    over="This was answered already.",
    wrong=wrong,
    follows=follows,
)
