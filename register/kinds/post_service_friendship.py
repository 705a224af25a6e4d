"""A friendship asked for after the service ended (003 5.0 I; 004 Requirements)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from events.names import Status
from register.answers import Answers, PastDay, Text, labelled, turned_round
from register.kinds.kind import Group, Kind, Lead, Mark, Outcome
from register.policy import PolicyInForce

Unsure = Annotated[
    Literal["yes", "no", "unsure"], labelled(yes="Yes", no="No", unsure="I am not sure")
]
AskedBy = Annotated[
    Literal["service_user", "worker"], labelled(service_user="The service user", worker="I did")
]


class PostServiceFriendship(Answers):
    service_ended_on: PastDay | None = Field(
        default=None,
        title="When did their service end?",
        description="Leave it blank if it has not ended, or if you do not know.",
    )
    asked_by: AskedBy = Field(title="Who asked?")
    still_receiving_service: bool = Field(title="Do they still receive a service?")
    still_vulnerable: Unsure = Field(
        title="Are they still vulnerable, as far as you can tell?",
        description="Do they still need help or protection?",
    )
    imbalance_of_power: Unsure = Field(
        title="Would one of you have power over the other?",
        description="Such as: one of you has keys or money of the other, or decides for them.",
    )
    hoped_for: Text = Field(
        title="What do they want?",
        description="Such as: to meet for coffee now and then. If you asked, what you want.",
    )

    @property
    def gate_is_shut(self) -> bool:
        return self.still_receiving_service or self.still_vulnerable == "yes"


POWER = "Could one of them have power over the other?"


class Findings(Answers):
    no_longer_vulnerable: Annotated[bool, turned_round("Are they still vulnerable?")] = Field(
        title="They are no longer vulnerable"
    )
    no_imbalance_of_power: Annotated[bool, turned_round(POWER)] = Field(
        title="Neither has power over the other"
    )


def route(friendship: PostServiceFriendship, policy: PolicyInForce) -> str:
    if friendship.gate_is_shut:
        return policy.first_named("gate-shut", "asked")
    return policy.first_named("asked")


def flags(friendship: PostServiceFriendship, policy: PolicyInForce) -> tuple[str, ...]:
    flagged = {
        "still-served": friendship.still_receiving_service,
        "still-vulnerable": friendship.still_vulnerable == "yes",
        "imbalance-of-power": friendship.imbalance_of_power == "yes",
        "unsure": "unsure" in (friendship.still_vulnerable, friendship.imbalance_of_power),
        "asked-by-worker": friendship.asked_by == "worker",
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


def sentence(friendship: PostServiceFriendship) -> str:
    by = "the service user" if friendship.asked_by == "service_user" else "the worker"
    return f"a friendship asked for by {by}: {friendship.hoped_for}"


def sentence_to_worker(friendship: PostServiceFriendship, about: str) -> str:
    by = about if friendship.asked_by == "service_user" else "you"
    return f"that {by} asked for a friendship: {friendship.hoped_for}"


def to_do_now(friendship: PostServiceFriendship, status: Status) -> list[str]:
    if status != Status.AWAITING_ANSWER:
        return []
    what_not = "accept" if friendship.asked_by == "service_user" else "begin"
    return [f"Do not {what_not} it until you have the answer."]


def differs(
    friendship: PostServiceFriendship, ended_on: date | None, received_on: date
) -> tuple[str, ...]:
    is_served = ended_on is None or ended_on > received_on
    is_otherwise = {
        "service_ended_on": friendship.service_ended_on not in (None, ended_on),
        "still_receiving_service": friendship.still_receiving_service != is_served,
    }
    return tuple(name for name, is_so in is_otherwise.items() if is_so)


KIND = Kind(
    title="A friendship after the service",
    details=PostServiceFriendship,
    group=Group.BEFOREHAND,
    happened_on="the day you were asked, or asked",
    that_day="one of them asked",
    route=route,
    flags=flags,
    flag_names=(
        "still-served",
        "still-vulnerable",
        "imbalance-of-power",
        "unsure",
        "asked-by-worker",
    ),
    leads=(
        Lead(
            "Someone who has left the service and I might be friends",
            fills={"still_receiving_service": False},
            asks=("still_vulnerable", "imbalance_of_power"),
        ),
        Lead(
            "A service user and I might be friends",
            fills={"still_receiving_service": True},
        ),
    ),
    cases={
        "gate-shut": "They still receive a service, or are still vulnerable",
        "asked": "Any other",
    },
    marks={
        "still-served": Mark("Still served", "They still receive a service.", is_pressing=True),
        "still-vulnerable": Mark(
            "Still vulnerable", "They are still vulnerable.", is_pressing=True
        ),
        "imbalance-of-power": Mark(
            "Imbalance of power",
            "One of you would have power over the other.",
            is_pressing=True,
        ),
        "unsure": Mark("Not sure", "You are not sure of everything."),
        "asked-by-worker": Mark("The worker asked", "You asked for it."),
    },
    sentence=sentence,
    sentence_to_worker=sentence_to_worker,
    to_do_now=to_do_now,
    outcomes={
        "appropriate": Outcome("it is appropriate", needs=tuple(Findings.model_fields)),
        "not_appropriate": Outcome("it is not appropriate"),
    },
    asks_outcome="Would it be appropriate?",
    asks_to_settle="Say whether it is appropriate",
    findings=Findings,
    differs=differs,
    may_come_after_ending=True,
    asks_last_day="service_ended_on",
)
