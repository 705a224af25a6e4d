"""The worker's own number or address was given out (003 5.0 C; 004 contact outside of work)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from events.names import Status
from register.answers import EACH_ONCE, Answers, PastDay, labelled
from register.deadlines import in_words
from register.kinds.kind import Group, Kind, Lead, Mark
from register.policy import PolicyInForce

ContactKind = Annotated[
    Literal["mobile", "landline", "email", "address", "social_media"],
    labelled(
        mobile="My mobile number",
        landline="My home telephone number",
        email="My own email address",
        address="My home address",
        social_media="My social media",
    ),
]
WhyGiven = Annotated[
    Literal["emergency", "no_work_phone", "before_policy_usual_practice", "other"],
    labelled(
        emergency="It was an emergency",
        no_work_phone="I had no work phone",
        before_policy_usual_practice="We all did this before there was a policy",
        other="Another reason",
    ),
]
ContactSince = Annotated[
    Literal["none", "some", "frequent"], labelled(none="No", some="Sometimes", frequent="Often")
]
Step = Annotated[
    Literal["number_changed", "number_barred", "alternative_given"],
    labelled(
        number_changed="I changed my number",
        number_barred="I blocked the number",
        alternative_given="I gave the work number",
    ),
]


class PersonalNumber(Answers):
    contact_kind: ContactKind = Field(title="What do they have of yours?")
    given_on: PastDay = Field(
        title="Since when?", description="The day you gave it, or your best guess."
    )
    reason: WhyGiven = Field(title="Why do they have it?")
    contact_since: ContactSince = Field(title="Have they been in touch through it?")
    steps_taken: Annotated[list[Step], *EACH_ONCE] = Field(
        title="What have you done about it?", description="Choose any that fit, or none."
    )


def route(number: PersonalNumber, policy: PolicyInForce) -> str:
    since = policy.first_adopted_on
    is_older = since is not None and number.given_on < since
    before = ("before-policy",) if is_older and number.contact_kind == "mobile" else ()
    return policy.first_named(*before, "given")


def flags(number: PersonalNumber, policy: PolicyInForce) -> tuple[str, ...]:
    since = policy.first_adopted_on
    return ("after-policy",) if since is not None and number.given_on >= since else ()


def late_from(number: PersonalNumber, _happened_on: date, policy: PolicyInForce) -> date:
    """From the day on which the worker could first have told: it was given, the service had a
    policy, and the register knew the service."""
    return max(filter(None, (number.given_on, policy.first_adopted_on, policy.known_since)))


def sentence(number: PersonalNumber) -> str:
    return f"that this service user has had the worker's own {_what_since_when(number)}"


def sentence_to_worker(number: PersonalNumber, about: str) -> str:
    return f"that {about} has had your own {_what_since_when(number)}"


def _what_since_when(number: PersonalNumber) -> str:
    what, contact = CONTACT[number.contact_kind], IN_TOUCH[number.contact_since]
    return f"{what} since {in_words(number.given_on)}, {contact}"


IN_TOUCH = {
    "none": "and has not used it",
    "some": "and sometimes uses it",
    "frequent": "and often uses it",
}


CONTACT = {
    "mobile": "mobile number",
    "landline": "telephone number",
    "email": "email address",
    "address": "home address",
    "social_media": "social media",
}


def to_do_now(number: PersonalNumber, _status: Status) -> list[str]:
    is_called = number.contact_kind in ("mobile", "landline")
    with_what = "Use only a work phone with them." if is_called else "Do not answer them there."
    to_ask = ["which work number you may give them"]
    if "alternative_given" in number.steps_taken:
        to_ask = []
    if is_called and not {"number_changed", "number_barred"} & {*number.steps_taken}:
        to_ask.append("if you should block their number or change yours")
    asked = f"Ask your line manager {' and '.join(to_ask)}."
    return [with_what, *([asked] if to_ask else [])]


KIND = Kind(
    title="My own number or address",
    details=PersonalNumber,
    group=Group.OWN_LIFE,
    title_to_others="Worker's own number or address",
    happened_on="the day you tell",
    asks_day="Which day are you telling this?",
    asks_day_last=True,
    to_do_now=to_do_now,
    that_day="",
    route=route,
    flags=flags,
    flag_names=("after-policy",),
    leads=(
        Lead(
            "A service user has my own number or address",
            asks=("contact_kind", "given_on"),
        ),
    ),
    cases={
        "before-policy": "Your mobile number, given before the service had a policy",
        "given": "Anything else that you gave",
    },
    marks={
        "after-policy": Mark(
            "Given after the policy began", "You gave it after the policy began.", is_pressing=True
        ),
    },
    sentence=sentence,
    sentence_to_worker=sentence_to_worker,
    late_from=late_from,
)
