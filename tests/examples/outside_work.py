"""Paid work for somebody else: a kind that a service director decides on. Tests drop it into a copy
of the project, into `register/kinds/`."""

from __future__ import annotations

from pydantic import Field

from events.names import Role
from register.answers import Answers, Line
from register.kinds.kind import NOT_IN_THIS_POLICY, Brought, Kind, Outcome
from register.policy import PolicyInForce, Rule, Then


class OutsideWork(Answers):
    what: Line = Field(title="What is the work?")


class Findings(Answers):
    hours_fit: bool = Field(title="Do the hours fit?")


def route(work: OutsideWork, policy: PolicyInForce) -> str:
    return policy.first_named("asked")


def flags(work: OutsideWork, policy: PolicyInForce) -> tuple[str, ...]:
    return ()


def sentence(work: OutsideWork) -> str:
    return f"work for somebody else: {work.what}"


KIND = Kind(
    title="Work for somebody else",
    details=OutsideWork,
    happened_on="the day it was offered",
    route=route,
    flags=flags,
    sentence=sentence,
    default=Rule(
        tells=(Role.SERVICE_DIRECTOR,),
        then=Then.DECISION,
        acts=Role.SERVICE_DIRECTOR,
        outcomes=("allow", "refuse"),
        clause=NOT_IN_THIS_POLICY,
        duty=False,
    ),
    outcomes={
        "allow": Outcome("it is allowed", "you may do it", needs=("hours_fit",)),
        "refuse": Outcome(
            "it is not allowed", brings=(Brought("end-it", "tell them that you stop"),)
        ),
    },
    asks_outcome="May they do it?",
    findings=Findings,
)
