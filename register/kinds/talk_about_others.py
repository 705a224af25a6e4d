"""Somebody was talked about who should not have been (003 7.0 A to C and 9.0 D; 004 Discussing
others)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.names import Status
from register.answers import ONE_OR_MORE, Answers, Text, labelled
from register.kinds.kind import Asked, Group, Kind, Lead, Mark
from register.policy import PolicyInForce

What = Annotated[
    Literal[
        "gossip",
        "colleagues_details",
        "colleague_discussed",
        "with_other_service_user",
        "with_third_party",
    ],
    labelled(
        gossip="Gossip, or what somebody had only heard",
        colleagues_details="A service user was told something private about a colleague",
        colleague_discussed="A colleague was talked about with a service user, not about work",
        with_other_service_user="A service user was talked about with another service user",
        with_third_party="A service user was talked about with somebody outside, such as a friend",
    ),
]
By = Annotated[
    Literal["me", "other_workers", "service_users"],
    labelled(me="I was", other_workers="Other workers were", service_users="Service users were"),
]


class TalkAboutOthers(Answers):
    what: Annotated[list[What], *ONE_OR_MORE] = Field(
        title="What was it?", description="Choose all that fit."
    )
    by: By = Field(title="Who was talking?")
    somebody_identified: bool = Field(title="Could a listener guess whom it was about?")
    what_was_said: Text = Field(
        title="What was said, and who heard it?",
        description="Your own words are enough. No names of service users.",
    )
    put_right: Text | None = Field(
        default=None,
        title="What was done to put it right?",
        description="Leave it blank if nothing was done yet.",
    )


def route(talk: TalkAboutOthers, policy: PolicyInForce) -> str:
    others = ("others",) if talk.by == "other_workers" else ()
    return policy.first_named(*others, "talk")


def flags(talk: TalkAboutOthers, _policy: PolicyInForce) -> tuple[str, ...]:
    flagged = {
        "identified": bool(talk.somebody_identified),
        "third-party": "with_third_party" in (talk.what or ()),
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


def sentence(talk: TalkAboutOthers) -> str:
    return f"that {BY[talk.by]}: {', '.join(WHAT[each] for each in talk.what)}"


def sentence_to_worker(talk: TalkAboutOthers, about: str) -> str:
    by = "you talked about somebody" if talk.by == "me" else BY[talk.by]
    whom = f"; it is about {about}" if about else ""
    return f"that {by}: {', '.join(WHAT[each] for each in talk.what)}{whom}"


BY = {
    "me": "the worker talked about somebody",
    "other_workers": "other workers talked about somebody",
    "service_users": "service users talked about somebody",
}
WHAT = {
    "gossip": "gossip",
    "colleagues_details": "something private about a colleague, to a service user",
    "colleague_discussed": "a colleague, with a service user",
    "with_other_service_user": "a service user, with another",
    "with_third_party": "a service user, with somebody outside",
}


def to_do_now(talk: TalkAboutOthers, _status: Status) -> list[str]:
    return [PUT_IT_RIGHT] if talk.by == "me" and talk.put_right is None else []


PUT_IT_RIGHT = "Ask your line manager how to put it right. Do not try it alone."


KIND = Kind(
    title="Careless talk, or something private passed on",
    details=TalkAboutOthers,
    group=Group.COLLEAGUES,
    happened_on="the day of the talk",
    asks_day="Which day was the talk?",
    service_user=Asked.OPTIONAL,
    route=route,
    flags=flags,
    flag_names=("identified", "third-party"),
    leads=(
        Lead(
            "There was gossip, or something private about somebody was passed on",
            asks=("by",),
        ),
    ),
    cases={
        "others": "Other workers were talking",
        "talk": "Any other talk",
    },
    marks={
        "identified": Mark("Clear whom it was about", "Others could tell whom it was about."),
        "third-party": Mark(
            "Reached somebody outside", "It reached somebody outside.", is_pressing=True
        ),
    },
    sentence=sentence,
    sentence_to_worker=sentence_to_worker,
    to_do_now=to_do_now,
)
