"""The worker met a service user out of hours (003 5.0 E to G; 004 contact outside of work)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from register.answers import Answers, Line, Text, WholeNumber, labelled, within
from register.kinds.kind import Group, Kind, Lead, Mark
from register.policy import PolicyInForce

MINUTES_IN_A_DAY = 1440


ApproachedBy = Annotated[
    Literal["service_user", "worker", "neither"],
    labelled(service_user="The service user", worker="I did", neither="Both, or I am not sure"),
]


class OutOfHoursEncounter(Answers):
    place: Line = Field(title="Where was it?", description="Such as: the supermarket.")
    arranged: bool = Field(title="Had you arranged to meet?")
    approached_by: ApproachedBy = Field(title="Who spoke first?")
    minutes: Annotated[WholeNumber, *within(0, MINUTES_IN_A_DAY)] = Field(
        title="For how many minutes, about?"
    )
    wished_not_recognised: bool = Field(
        title="Did it look as if they would rather not be recognised?"
    )
    agreed_to: Text | None = Field(
        default=None,
        title="Did you agree to do something for them?",
        description="Leave it blank if you did not.",
    )


class EncounterSettings(Answers):
    prolonged_minutes: Annotated[WholeNumber, *within(0, MINUTES_IN_A_DAY)] | None = Field(
        default=None, description="A meeting that lasted longer is prolonged."
    )


def route(encounter: OutOfHoursEncounter, policy: PolicyInForce) -> str:
    crossed = ("crossed",) if flags(encounter, policy) else ()
    return policy.first_named(*crossed, "met")


def flags(encounter: OutOfHoursEncounter, policy: PolicyInForce) -> tuple[str, ...]:
    flagged = {
        "arranged": encounter.arranged,
        "approached-by-worker": encounter.approached_by == "worker",
        "agreed-to-act": encounter.agreed_to is not None,
        "prolonged": _is_prolonged(encounter, policy),
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


def _is_prolonged(encounter: OutOfHoursEncounter, policy: PolicyInForce) -> bool:
    limit: int | None = policy.settings.get("prolonged_minutes")
    return limit is not None and (encounter.minutes or 0) > limit


def sentence(encounter: OutOfHoursEncounter) -> str:
    meeting = "an arranged meeting" if encounter.arranged else "a chance meeting"
    return f"{meeting} outside work: {encounter.place}, about {encounter.minutes} minutes"


KIND = Kind(
    title="A meeting outside work",
    details=OutOfHoursEncounter,
    group=Group.SERVICE_USER,
    happened_on="the day you met",
    route=route,
    flags=flags,
    flag_names=("arranged", "approached-by-worker", "agreed-to-act", "prolonged"),
    leads=(
        Lead("I met a service user by chance, off duty", fills={"arranged": False}),
        Lead("I arranged to meet a service user off duty", fills={"arranged": True}),
    ),
    cases={
        "crossed": "It was arranged, or long, or you spoke first, or you agreed to something",
        "met": "Any other meeting",
    },
    marks={
        "arranged": Mark("Arranged", "The meeting was arranged.", is_pressing=True),
        "approached-by-worker": Mark("The worker spoke first", "You spoke first."),
        "agreed-to-act": Mark("Agreed to something", "You agreed to something.", is_pressing=True),
        "prolonged": Mark("Long", "It was long for a chance meeting."),
    },
    sentence=sentence,
    settings=EncounterSettings,
    may_come_after_ending=True,
)
