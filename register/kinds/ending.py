"""The end of work with a service user: it is closed, passed on, or the worker leaves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from register.answers import Answers, Colleague, PastDay, Text, WholeNumber, labelled, within
from register.kinds.kind import Ends, Group, Kind, Lead, Mark
from register.policy import PolicyInForce

How = Annotated[
    Literal["closed", "passed_on", "worker_leaves"],
    labelled(
        closed="Their service ends",
        passed_on="Somebody else takes over from me",
        worker_leaves="I leave",
    ),
]
Handover = Annotated[
    Literal["meeting", "call", "written", "none"],
    labelled(
        meeting="We met, with them or without",
        call="By a call",
        written="In writing",
        none="Not at all, or not yet",
    ),
]
Reaction = Annotated[
    Literal["settled", "upset", "distressed", "not_known"],
    labelled(
        settled="Calmly",
        upset="They were upset",
        distressed="They were in distress",
        not_known="I do not know, or not yet",
    ),
]


class Ending(Answers):
    how: How = Field(title="How does it end?")
    incoming: Annotated[Colleague, labelled(**{"": "Nobody, or I do not know"})] | None = Field(
        default=None,
        title="Who takes over?",
        description="Leave it if nobody does, or if you do not know.",
    )
    told_on: PastDay | None = Field(
        default=None,
        title="When did you tell them that it would end?",
        description="Leave it empty if nobody has told them.",
    )
    limit_said_at_start: bool = Field(
        title="Did they know from the beginning that it would end one day?"
    )
    reviewed_together: bool = Field(title="Have you talked over your time together?")
    handover: Handover = Field(title="How was it handed over to whoever takes over?")
    support_after: Text | None = Field(
        default=None,
        title="Who is there for them afterwards?",
        description="Such as: her new worker calls on Mondays.",
    )
    reaction: Reaction = Field(title="How did the person take it?")
    contact_promised: bool = Field(title="Did you promise that you would stay in touch?")


class EndingSettings(Answers):
    told_days: Annotated[WholeNumber, *within(0, 365)] | None = Field(
        default=None,
        description="An ending that the service user was told of fewer days before is abrupt.",
    )


def route(ending: Ending, policy: PolicyInForce) -> str:
    return policy.first_named("ended")


def flags(ending: Ending, policy: PolicyInForce) -> tuple[str, ...]:
    flagged = {
        "abrupt": _is_abrupt(ending, policy),
        "no-handover": ending.how == "passed_on" and ending.handover == "none",
        "distress": ending.reaction == "distressed",
        "contact-promised": ending.contact_promised,
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


def _is_abrupt(ending: Ending, policy: PolicyInForce) -> bool:
    if ending.told_on is None:
        return True
    days: int | None = policy.settings.get("told_days")
    ends_on = policy.happened_on
    return days is not None and ends_on is not None and (ends_on - ending.told_on).days < days


HOW = {
    "closed": "the service ends",
    "passed_on": "another worker takes over",
    "worker_leaves": "the worker leaves",
}


def sentence(ending: Ending) -> str:
    return f"the end of work with a service user: {HOW[ending.how]}"


def sentence_to_worker(ending: Ending, about: str) -> str:
    how = {**HOW, "worker_leaves": "you leave"}[ending.how]
    return f"that your work with {about} ends: {how}"


def ends(ending: Ending) -> Ends:
    return Ends.FOR_EVERYBODY if ending.how == "closed" else Ends.FOR_ITS_WORKER


KIND = Kind(
    title="I stop working with a service user",
    details=Ending,
    group=Group.BEFOREHAND,
    happened_on="the day it ended, or will end",
    asks_day="On which day does it end?",
    may_be_to_come=True,
    that_day="it ended",
    route=route,
    flags=flags,
    flag_names=("abrupt", "no-handover", "distress", "contact-promised"),
    leads=(Lead("My work with a service user ends"),),
    cases={"ended": "Any ending"},
    marks={
        "abrupt": Mark("Told late, or not at all", "They were told late of it, or not at all."),
        "no-handover": Mark(
            "Not handed over", "It was not handed over to whoever takes over.", is_pressing=True
        ),
        "distress": Mark("In distress", "They were in distress.", is_pressing=True),
        "contact-promised": Mark(
            "Promised to stay in touch", "You promised to stay in touch.", is_pressing=True
        ),
    },
    sentence=sentence,
    sentence_to_worker=sentence_to_worker,
    settings=EndingSettings,
    ends=ends,
    several="endings",
)
