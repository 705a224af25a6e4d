"""The worker is accused of something outside work, or the police or a court are part of it
(003 3.0 F; 004 says nothing of it). Few may know of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.names import Status
from register.answers import Answers, Day, Text, labelled
from register.kinds.kind import Asked, Group, Kind, Lead, Mark
from register.policy import PolicyInForce

Matter = Annotated[
    Literal["allegation", "police_enquiry", "caution", "pending_prosecution", "conviction"],
    labelled(
        allegation="Somebody accuses me of something",
        police_enquiry="The police have spoken to me, or are asking about me",
        caution="I was given a caution by the police",
        pending_prosecution="I am charged, or will be in court",
        conviction="A court has found me guilty",
    ),
]
IN_WORDS = {
    "allegation": "being accused of something",
    "police_enquiry": "questions from the police",
    "caution": "a caution",
    "pending_prosecution": "a prosecution still to come",
    "conviction": "a conviction",
}
PENDING = ("police_enquiry", "pending_prosecution")


class OwnConduct(Answers):
    matter: Matter = Field(title="What is it?")
    what: Text = Field(
        title="What is said to have happened?",
        description="Say what and when, as you were told it.",
    )
    next_date: Day | None = Field(
        default=None,
        title="Is there a next date, such as a court hearing?",
        description="Leave it blank if there is none, or if you do not know it.",
    )
    told_hr: bool = Field(title="Does HR know?")


def route(_conduct: OwnConduct, policy: PolicyInForce) -> str:
    return policy.first_named("own")


def flags(conduct: OwnConduct, _policy: PolicyInForce) -> tuple[str, ...]:
    flagged = {"pending": conduct.matter in PENDING, "conviction": conduct.matter == "conviction"}
    return tuple(flag for flag, holds in flagged.items() if holds)


def sentence(conduct: OwnConduct) -> str:
    return f"{IN_WORDS[conduct.matter]}: {conduct.what}"


def to_do_now(_conduct: OwnConduct, _status: Status) -> list[str]:
    return ["If you want advice of your own, such as from a union, get it."]


KIND = Kind(
    title="Something I am accused of, or a police matter",
    title_to_others="Worker's own conduct",
    details=OwnConduct,
    group=Group.OWN_LIFE,
    happened_on="the day you learned of it",
    that_day="the worker learned of it",
    asks_day="Which day did you learn of it?",
    to_do_now=to_do_now,
    route=route,
    flags=flags,
    flag_names=("pending", "conviction"),
    leads=(Lead("I am accused of something, or the police have spoken to me"),),
    cases={"own": "Accused, or questioned, cautioned, charged or convicted, outside work"},
    marks={
        "pending": Mark("Not over yet", "It is not over yet."),
        "conviction": Mark("Convicted", "A court has found you guilty.", is_pressing=True),
    },
    sentence=sentence,
    service_user=Asked.ABSENT,
    is_restricted=True,
    several="matters of this kind",
)
