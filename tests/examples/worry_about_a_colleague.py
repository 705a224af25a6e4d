"""A worry about a colleague: a kind of which few may know. Tests drop it into `register/kinds/`."""

from __future__ import annotations

from pydantic import Field

from events.names import Role
from register.answers import Answers, SubjectId, Text
from register.kinds.kind import NOT_IN_THIS_POLICY, Asked, Kind, Mark
from register.policy import PolicyInForce, Rule, Then


class Worry(Answers):
    subject: SubjectId | None = Field(default=None, title="Who is it about?")
    subject_note: Text | None = Field(default=None, title="If they are not in the list, who is it?")
    seen: Text = Field(title="What did you see?")
    at_risk: bool = Field(title="Is somebody at risk now?")


def route(worry: Worry, policy: PolicyInForce) -> str:
    return policy.first_named("seen")


def flags(worry: Worry, policy: PolicyInForce) -> tuple[str, ...]:
    return ("at-risk",) if worry.at_risk else ()


def sentence(worry: Worry) -> str:
    return f"a worry about a colleague: {worry.seen}"


KIND = Kind(
    title="A worry about a colleague",
    details=Worry,
    happened_on="the day you saw it",
    route=route,
    flags=flags,
    flag_names=("at-risk",),
    marks={"at-risk": Mark("At risk", "At risk, as you say.")},
    sentence=sentence,
    default=Rule(
        tells=(Role.SERVICE_DIRECTOR,),
        then=Then.ACKNOWLEDGEMENT,
        acts=Role.SERVICE_DIRECTOR,
        clause=NOT_IN_THIS_POLICY,
        duty=False,
    ),
    service_user=Asked.OPTIONAL,
    is_restricted=True,
)
