"""The worker knows the service user from outside work (003 5.0 J; 004 Requirements)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from register.answers import Answers, Text, Year, labelled
from register.kinds.kind import Group, Kind, Lead, Mark
from register.policy import PolicyInForce

Relationship = Annotated[
    Literal["related", "friend", "neighbour", "colleague", "former_service_user", "other"],
    labelled(
        related="We are family",
        friend="We are friends",
        neighbour="We are neighbours",
        colleague="We worked together",
        former_service_user="I supported them in another service",
        other="In another way",
    ),
]
FoundOut = Annotated[
    Literal["new_service_user", "new_worker", "learned_later"],
    labelled(
        new_service_user="They are new here",
        new_worker="I am new here",
        learned_later="I learned of it later",
    ),
]


class PriorAcquaintance(Answers):
    relationship: Relationship = Field(title="How do you know each other?")
    relationship_note: Text = Field(
        title="Say a little more", description="Such as: lives two doors from my mother."
    )
    known_since: Year | None = Field(
        default=None, title="Since which year?", description="Leave it blank if you cannot say."
    )
    found_out_how: FoundOut = Field(title="How did you find out?")
    key_worker_now: bool = Field(title="Are you their key worker now?")


def route(acquaintance: PriorAcquaintance, policy: PolicyInForce) -> str:
    is_from_work = acquaintance.relationship == "former_service_user"
    return policy.first_named(*(("professional",) if is_from_work else ()), "known")


def flags(acquaintance: PriorAcquaintance, policy: PolicyInForce) -> tuple[str, ...]:
    flagged = {
        "key-worker": acquaintance.key_worker_now,
        "related": acquaintance.relationship == "related",
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


def sentence(acquaintance: PriorAcquaintance) -> str:
    how = f"{KNOWN_AS[acquaintance.relationship]}. {acquaintance.relationship_note}"
    return f"knowing this service user {how}"


KNOWN_AS = {
    "related": "as family",
    "friend": "as a friend",
    "neighbour": "as a neighbour",
    "colleague": "from working together",
    "former_service_user": "from another service",
    "other": "from outside work",
}


KIND = Kind(
    title="Somebody I know from outside work",
    details=PriorAcquaintance,
    group=Group.OWN_LIFE,
    happened_on="the day you found out",
    that_day="it came to light",
    route=route,
    flags=flags,
    cases={
        "professional": "You supported them in another service",
        "known": "You know them in any other way",
    },
    marks={
        "key-worker": Mark(
            "Key worker when declared", "You are their key worker now.", is_pressing=True
        ),
        "related": Mark("Related", "You are related.", is_pressing=True),
    },
    sentence=sentence,
    flag_names=("key-worker", "related"),
    leads=(
        Lead("A relative of mine uses the service", fills={"relationship": "related"}),
        Lead("I know a service user from outside work", asks=("relationship",)),
    ),
)
