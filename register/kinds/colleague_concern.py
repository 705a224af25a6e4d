"""The worker is worried about a colleague (003 9.0 C; 004 Requirements). Few may know of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.names import Status
from register.answers import EACH_ONCE, Answers, SubjectId, Text, WholeNumber, labelled, within
from register.kinds.kind import (
    USUAL_PATIENCE,
    Asked,
    Group,
    Kind,
    Lead,
    Mark,
    told_and_acknowledged,
)
from register.policy import PolicyInForce

Nature = Annotated[
    Literal[
        "relationship",
        "gifts_or_money",
        "contact_details",
        "online_contact",
        "outside_contact",
        "language",
        "physical_contact",
        "concealment",
        "other",
    ],
    labelled(
        relationship="A friendship or relationship with a service user",
        gifts_or_money="Gifts or money",
        contact_details="Their own number or address given out",
        online_contact="Contact online",
        outside_contact="Contact outside work",
        language="How they speak",
        physical_contact="Touching",
        concealment="Something kept secret",
        other="Something else",
    ),
]
HowKnown = Annotated[
    Literal["saw", "was_told", "worked_it_out"],
    labelled(
        saw="I saw or heard it myself",
        was_told="Somebody told me",
        worked_it_out="I worked it out",
    ),
]
Spoken = Annotated[
    Literal["yes", "no", "not_safe"],
    labelled(yes="Yes", no="No", not_safe="No, it would not be safe"),
]
ManagerTold = Annotated[
    Literal["no", "acting", "silent"],
    labelled(
        no="No",
        acting="Yes, and something is being done",
        silent="Yes, and nothing was done",
    ),
]


class ColleagueConcern(Answers):
    at_risk_now: bool = Field(
        title="Is anybody at risk now?", description="If so, call first. Then fill this in."
    )
    subject: SubjectId | None = Field(
        default=None,
        title="Which colleague is it?",
        description="Whoever you choose here is not told, and never reads this.",
    )
    subject_note: Text | None = Field(
        default=None,
        title="If they are not in the list, who are they?",
        description="Only whoever is chosen in the list is kept from reading this.",
    )
    nature: Annotated[list[Nature], *EACH_ONCE, Field(min_length=1)] = Field(
        title="What is it about?", description="Choose all that fit."
    )
    what_seen: Text = Field(
        title="What happened?",
        description="Say what you saw or heard, and when. Case references, never service users' "
        "names.",
    )
    how_known: HowKnown = Field(title="How do you know?")
    spoken_to_them: Spoken = Field(
        title="Have you talked with them about it?", description="You need not."
    )
    manager_told: ManagerTold = Field(title="Have you told a manager before now?")


class ConcernSettings(Answers):
    patience: Annotated[WholeNumber, *within(1, 60)] = Field(
        default=USUAL_PATIENCE,
        description="Working days in which nothing is done until the worker is shown what ways "
        "remain.",
    )


def route(_concern: ColleagueConcern, policy: PolicyInForce) -> str:
    return policy.first_named("concern")


def flags(concern: ColleagueConcern, _policy: PolicyInForce) -> tuple[str, ...]:
    flagged = {
        "at-risk": concern.at_risk_now,
        "manager-silent": concern.manager_told == "silent",
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


def sentence(concern: ColleagueConcern) -> str:
    return f"a concern about a colleague: {concern.what_seen}"


def to_do_now(concern: ColleagueConcern, _status: Status) -> list[str]:
    call = ["Call for help now, if you have not."] if concern.at_risk_now else []
    return [*call, "Do not look into it yourself, and do not talk about it with others."]


KIND = Kind(
    title="A concern about a colleague",
    details=ColleagueConcern,
    group=Group.COLLEAGUES,
    happened_on="the day you noticed it",
    that_day="it was noticed",
    asks_day="Which day did you notice it?",
    to_do_now=to_do_now,
    route=route,
    flags=flags,
    flag_names=("at-risk", "manager-silent"),
    leads=(Lead("A colleague may be crossing a line"),),
    cases={"concern": "A colleague may be going against the policy"},
    marks={
        "at-risk": Mark(
            "Somebody is at risk now",
            "You said that somebody is at risk now.",
            is_pressing=True,
            is_urgent=True,
        ),
        "manager-silent": Mark(
            "A manager was told, and did nothing",
            "You said that a manager was told, and did nothing.",
            is_pressing=True,
        ),
    },
    sentence=sentence,
    settings=ConcernSettings,
    default=told_and_acknowledged(),
    service_user=Asked.OPTIONAL,
    is_restricted=True,
    asks_once_sent="Does {whoever} have everything that you know?",
    goes_further=True,
    several="concerns about colleagues",
)
