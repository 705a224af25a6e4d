"""Asking before something is done that needs others to agree (003 2.0 B; 004 1.6, 1.12, 1.13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from events.names import Status
from register.answers import Answers, Day, PastDay, Text, a_few, labelled
from register.deadlines import in_words
from register.kinds.kind import Brought, Completion, Group, Kind, Lead, Mark, Outcome
from register.policy import PolicyInForce

MOST_CONSENTS = 20

SoughtFor = Annotated[
    Literal["person_or_pet", "one_off_task", "tracing_online", "event"],
    labelled(
        person_or_pet="Bring a person or a pet to their home",
        one_off_task="Do a task that is not in their support plan, once",
        tracing_online="Help them find a friend or relative online",
        event="Go to an event, such as a party or a funeral",
    ),
]
Agreed = Literal["service_user", "relative", "representative", "social_services", "other"]
AGREED = {
    "service_user": "The service user",
    "relative": "A relative of theirs",
    "representative": "Somebody who speaks for them",
    "social_services": "Social services",
    "other": "Somebody else",
}


class Consent(Answers):
    by: Annotated[Agreed, labelled(**AGREED)] = Field(title="Who agreed?")
    given_on: PastDay = Field(title="On which day?")


class Permission(Answers):
    sought_for: SoughtFor = Field(title="What would you like to do?")
    planned_on: Day = Field(title="On which day would it be?")
    why: Text = Field(
        title="What is it about, and why?",
        description="Such as: he would like to meet my dog.",
    )
    consents: Annotated[list[Consent], a_few("Agreement", MOST_CONSENTS)] = Field(
        title="Who has agreed to it already?",
        description="Leave empty what you do not need.",
    )


class PermissionSettings(Answers):
    consents: dict[SoughtFor, list[list[Agreed]]] = Field(
        default={},
        description="Who must have agreed before something is granted, by what it is sought for: "
        "of each list, one at least.",
    )


class HowItWent(Completion):
    """What a worker says once the day has gone by for which something was granted."""

    evidence: Text = Field(
        title="How did it go?",
        description="A few words. If it did not happen, say so.",
    )


def missing(sought_for: Collection[str], consents: Sequence[Consent], policy: PolicyInForce) -> str:
    """Who has not agreed yet of those whom the policy names, in words; nothing if nobody."""
    needed: Mapping[str, Sequence[Sequence[str]]] = policy.settings.get("consents") or {}
    given = {each.by for each in consents}
    lacking = (
        " or ".join(LATER[each] for each in one_of)
        for sought in sorted(sought_for)
        for one_of in needed.get(sought, ())
        if given.isdisjoint(one_of)
    )
    return " and ".join(dict.fromkeys(lacking))


LATER = {
    "service_user": "the service user",
    "relative": "a relative",
    "representative": "a representative",
    "social_services": "social services",
    "other": "somebody else",
}


def lacks(said: Sequence[Permission], policy: PolicyInForce) -> str:
    """The newest consents count; for what, by all that was asked for since somebody last looked."""
    lacking = missing({each.sought_for for each in said}, said[-1].consents, policy)
    return f"The policy asks for the consent of {lacking} first." if lacking else ""


def route(permission: Permission, policy: PolicyInForce) -> str:
    return policy.first_named(permission.sought_for.replace("_", "-"), "asked")


def flags(permission: Permission, policy: PolicyInForce) -> tuple[str, ...]:
    written_on = policy.written_on
    flagged = {
        "consent-missing": bool(
            missing([permission.sought_for], permission.consents or [], policy)
        ),
        "after-the-fact": written_on is not None and permission.planned_on < written_on,
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


WANTS = {
    "person_or_pet": "to bring a person or a pet",
    "one_off_task": "to do a task once that nobody commissioned",
    "tracing_online": "to help find somebody online",
    "event": "to go to an event",
}


def sentence(permission: Permission) -> str:
    on = in_words(permission.planned_on)
    return f"the wish {WANTS[permission.sought_for]}, on {on}: {permission.why}"


def sentence_to_worker(permission: Permission, about: str) -> str:
    on = in_words(permission.planned_on)
    return f"that you would like {WANTS[permission.sought_for]}, on {on}: {permission.why}"


def to_do_now(permission: Permission, status: Status) -> list[str]:
    """Only a decision answers: 003 lets nobody permit anything, and it is only read there."""
    says = {
        Status.AWAITING_DECISION: "Do not do it until you have the answer.",
        Status.AWAITING_ACKNOWLEDGEMENT: "That somebody has read this is not a yes.",
    }
    return [says[status]] if status in says else []


def planned_on(permission: Permission) -> date:
    return permission.planned_on


SAY_HOW = Brought(
    "say-how",
    "say how it went",
    "said how it went",
    done=HowItWent,
    after=planned_on,
    working_days=3,
)
GRANTED: dict[str, Any] = {"brings": (SAY_HOW,), "lacks": lacks, "last_day": planned_on}

KIND = Kind(
    title="May I? A visit, a pet, an event, an extra task",
    title_to_others="A permission asked for",
    details=Permission,
    group=Group.BEFOREHAND,
    happened_on="the day you ask, which is today for nearly everybody",
    asks_day="On which day do you ask?",
    asks_day_last=True,
    that_day="",
    route=route,
    flags=flags,
    flag_names=("consent-missing", "after-the-fact"),
    leads=(
        Lead(
            "I would like to bring somebody, or a pet, to a service user's home",
            fills={"sought_for": "person_or_pet"},
        ),
        Lead(
            "I am asked for something that is not in the support plan",
            fills={"sought_for": "one_off_task"},
        ),
        Lead(
            "A service user would like me to help find somebody online",
            fills={"sought_for": "tracing_online"},
        ),
        Lead("I am invited to an event", fills={"sought_for": "event"}),
    ),
    cases={
        "person-or-pet": "To bring a person or a pet to their home",
        "one-off-task": "A task once that is not in the support plan",
        "tracing-online": "To help find somebody online",
        "event": "To go to an event",
        "asked": "Any other",
    },
    marks={
        "consent-missing": Mark(
            "Not everybody has agreed",
            "Not everybody has agreed whom the policy names. Ask them, then add it to what you"
            " said here.",
            is_pressing=True,
        ),
        "after-the-fact": Mark(
            "Asked afterwards", "You asked after the day it was for.", is_pressing=True
        ),
    },
    sentence=sentence,
    sentence_to_worker=sentence_to_worker,
    to_do_now=to_do_now,
    outcomes={
        "granted": Outcome("it is granted", "you may do it", **GRANTED),
        "granted_with_conditions": Outcome(
            "it is granted on conditions",
            "you may do it, on conditions",
            has_conditions=True,
            **GRANTED,
        ),
        "refused": Outcome("it is not granted", "you may not do it"),
    },
    asks_outcome="May they do it?",
    asks_to_settle="Say whether they may do it",
    several="permissions",
    settings=PermissionSettings,
)
