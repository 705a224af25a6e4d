"""It is hard to keep a boundary (003 2.0 B, 4.0 B and 9.0 B; 004 Requirements and Key
Responsibilities)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.names import Status
from register.answers import EACH_ONCE, ONE_OR_MORE, Answers, PastDay, Text, labelled
from register.kinds.kind import Group, Kind, Lead, Mark
from register.policy import PolicyInForce

Source = Annotated[
    Literal["service_user", "own", "both"],
    labelled(
        service_user="What the service user does",
        own="My own feelings, or what I did",
        both="Both",
    ),
]
What = Annotated[
    Literal[
        "messages",
        "calls",
        "personal_questions",
        "physical_contact",
        "waiting_outside",
        "wants_only_me",
        "gifts_pressed",
        "invitations",
        "online_contact",
        "other",
    ],
    labelled(
        messages="Messages",
        calls="Phone calls",
        personal_questions="Questions about private life",
        physical_contact="Hugs or other touching",
        waiting_outside="Waiting for me, or following me",
        wants_only_me="They want only me, and nobody else",
        gifts_pressed="Gifts that I am pressed to take",
        invitations="Invitations",
        online_contact="Contact online",
        other="Something else",
    ),
]
HowOften = Annotated[
    Literal["once", "sometimes", "often"],
    labelled(once="Once", sometimes="Now and then", often="Often"),
]
LineCrossed = Annotated[
    Literal["yes", "no", "unsure"], labelled(yes="Yes", no="No", unsure="I am not sure")
]
Step = Annotated[
    Literal[
        "barred",
        "number_changed",
        "phoned_back",
        "via_office",
        "structured_contact",
        "explained_role",
    ],
    labelled(
        barred="I blocked them",
        number_changed="I changed my number",
        phoned_back="I rang them back",
        via_office="I told them to go through the office",
        structured_contact="We agreed set times for contact",
        explained_role="I explained what my job is, and is not",
    ),
]


class BoundaryDifficulty(Answers):
    source: Source = Field(title="What makes it hard?")
    what: Annotated[list[What], *ONE_OR_MORE] = Field(
        title="What is it about?", description="Choose all that fit."
    )
    since: PastDay | None = Field(
        default=None,
        title="Since when?",
        description="Your best guess. Leave it blank if you do not know.",
    )
    how_often: HowOften = Field(title="How often does it happen?")
    replied: bool = Field(title="Did you answer?")
    line_crossed: LineCrossed = Field(
        title="Did it go further than it should?",
        description="Between your work and your private life, or theirs.",
    )
    steps_taken: Annotated[list[Step], *EACH_ONCE] = Field(
        title="What have you done about it?", description="Choose any that fit, or none."
    )
    what_happened: Text = Field(title="What happened?")
    training_wanted: bool = Field(title="Would you like help or training?")

    @property
    def is_own(self) -> bool:
        return self.source in ("own", "both")

    def is_about(self, *these: str) -> bool:
        return not {*these}.isdisjoint(self.what or ())


def route(difficulty: BoundaryDifficulty, policy: PolicyInForce) -> str:
    confided = ("confided",) if difficulty.is_own else ()
    because = "own" if difficulty.source == "own" else "service-user"
    return policy.first_named(*confided, because)


def flags(difficulty: BoundaryDifficulty, _policy: PolicyInForce) -> tuple[str, ...]:
    crossed = difficulty.line_crossed
    flagged = {
        "line-crossed": crossed == "yes",
        "breakdown-likely": crossed in ("yes", "unsure") or difficulty.is_own,
        "physical": difficulty.is_about("physical_contact"),
        "training": bool(difficulty.training_wanted),
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


def sentence(difficulty: BoundaryDifficulty) -> str:
    about = ", ".join(ABOUT[each] for each in difficulty.what)
    because, often = BECAUSE[difficulty.source], OFTEN[difficulty.how_often]
    return f"a boundary that is hard to keep, because of {because}: {about}, {often}"


BECAUSE = {
    "service_user": "what the service user does",
    "own": "the worker's own part",
    "both": "what the service user does and the worker's own part",
}


def sentence_to_worker(difficulty: BoundaryDifficulty, about: str) -> str:
    what = ", ".join(ABOUT[each] for each in difficulty.what)
    because = TO_WORKER[difficulty.source].format(about)
    often = OFTEN[difficulty.how_often]
    return f"that a boundary is hard to keep, because of {because}: {what}, {often}"


TO_WORKER = {
    "service_user": "what {} does",
    "own": "your own part, with {}",
    "both": "what {} does and your own part",
}
ABOUT = {
    "messages": "messages",
    "calls": "phone calls",
    "personal_questions": "questions about private life",
    "physical_contact": "physical contact",
    "waiting_outside": "waiting or following",
    "wants_only_me": "one worker alone is wanted",
    "gifts_pressed": "gifts that are pressed on the worker",
    "invitations": "invitations",
    "online_contact": "contact online",
    "other": "something else",
}
OFTEN = {"once": "once", "sometimes": "now and then", "often": "often"}


def to_do_now(difficulty: BoundaryDifficulty, _status: Status) -> list[str]:
    advice = {
        KEEP_IT: difficulty.is_about("messages", "calls", "online_contact"),
        TELL_OF_NUMBER: difficulty.is_about("messages", "calls", "online_contact"),
        TELL_OF_GIFT: difficulty.is_about("gifts_pressed"),
        STAY_IN_SIGHT: difficulty.is_about("physical_contact", "waiting_outside"),
        TALK_FIRST: difficulty.is_own,
    }
    return [words for words, holds in advice.items() if holds]


KEEP_IT = "Delete nothing that came. Show it to your line manager."
TELL_OF_NUMBER = "If they have your own number, address or account, declare that too."
TELL_OF_GIFT = "If you took something, declare that too."
STAY_IN_SIGHT = "Until you have talked, be with them only where others can see you both."
TALK_FIRST = "Talk with your line manager before you next work alone with them."


KIND = Kind(
    title="Somebody comes too close, or I do",
    title_to_others="A boundary that is hard to keep",
    details=BoundaryDifficulty,
    group=Group.SERVICE_USER,
    happened_on="the day it last happened",
    asks_day="When did it last happen?",
    that_day="it last happened",
    route=route,
    flags=flags,
    flag_names=("line-crossed", "breakdown-likely", "physical", "training"),
    leads=(
        Lead(
            "A service user keeps contacting me, or wants more than my job allows",
            fills={"source": "service_user"},
        ),
        Lead(
            "I am getting too close, or may have crossed a line, or fear that I might",
            fills={"source": "own"},
        ),
    ),
    cases={
        "confided": "Your own feelings or what you did, also if the service user has a part in it",
        "service-user": "What a service user does",
        "own": "Your own feelings, or what you did",
    },
    marks={
        "line-crossed": Mark("A line was crossed", "A line was crossed.", is_pressing=True),
        "breakdown-likely": Mark(
            "A boundary may give way", "A boundary may give way.", is_pressing=True
        ),
        "physical": Mark("Physical contact", "It is about physical contact."),
        "training": Mark("Training wanted", "You would like training."),
    },
    sentence=sentence,
    sentence_to_worker=sentence_to_worker,
    to_do_now=to_do_now,
)
