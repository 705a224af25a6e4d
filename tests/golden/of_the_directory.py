"""One example of every event of the directory, with no field left out."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from events.directory import (
    Auditing,
    ChangeApproved,
    ChangeDeclined,
    ChangeProposed,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
    PersonWords,
    PolicyAdopted,
    PolicyPublished,
    ProposedWords,
    ServiceChanged,
    ServiceOpened,
    ServiceUserListed,
    ServiceUserWords,
)
from events.event import Event
from events.names import ChangeOf

CHANGE = UUID("a1e47000-0000-4000-8000-000000000005")
PERSON = UUID("a1e47000-0000-8000-8000-000000000002")
SERVICE = UUID("a1e47000-0000-8000-8000-000000000003")
MONDAY, FRIDAY = date(2026, 5, 4), date(2026, 5, 8)
SHORT_BREAKS = "residential-short-breaks"
ALTERATION = {
    "services": [],
    "people": [
        {
            "id": "zoe",
            "before": None,
            "after": {
                "roles": ["worker", "auditor"],
                "line_manager": "ada",
                "services": ["elm-house"],
                "left_on": "2027-01-31",
            },
        }
    ],
}
OF_THE_DIRECTORY: list[Event] = [
    PersonJoined(
        originator_id=PERSON,
        person="amina",
        roles=("worker", "auditor"),
        line_manager="ben",
        services=("elm-house", "riverside"),
        left_on=date(2027, 1, 31),
        auditing=Auditing(MONDAY, FRIDAY, ("elm-house",)),
        changed_by="ada",
        words=PersonWords("Amina Yusuf", "amina@example.org", "S-17"),
    ),
    PersonRenamed(
        originator_id=PERSON,
        person="amina",
        changed_by="ada",
        words=PersonWords("Amina Brontë", "amina.bronte@example.org", "S-18"),
    ),
    PersonMoved(
        originator_id=PERSON,
        person="amina",
        roles=(),
        line_manager=None,
        services=("riverside",),
        auditing=Auditing(MONDAY, FRIDAY, ("elm-house",)),
        changed_by="ada",
    ),
    PersonLeft(originator_id=PERSON, person="amina", left_on=FRIDAY, changed_by="ada"),
    ServiceOpened(
        originator_id=SERVICE,
        service="elm-house",
        name="Elm House",
        director="carol",
        contacts=("On-call manager 01632 960114", "Safeguarding 01632 960271"),
        policy_first_on=date(2021, 3, 15),
        reserve="dana",
        whistleblowing="On the intranet, under Speaking up",
        regulator="Ofsted",
        changed_by="ada",
    ),
    ServiceChanged(
        originator_id=SERVICE,
        service="elm-house",
        name="The Elms",
        director="dana",
        contacts=("Out of hours 0808 157 0143",),
        policy_first_on=date(2019, 9, 1),
        reserve="grace",
        whistleblowing="Freedom to speak up guardian 01632 960318",
        regulator="Care Quality Commission",
        changed_by="ada",
    ),
    PolicyAdopted(
        originator_id=SERVICE,
        service="elm-house",
        policy=SHORT_BREAKS,
        in_force_on=MONDAY,
        changed_by="ada",
    ),
    PolicyPublished(
        originator_id=SERVICE,
        policy=SHORT_BREAKS,
        version=date(2026, 4, 1),
        pack={"title": "Boundaries", "kinds": {"gift": {"token_value": "5.00"}}},
    ),
    ServiceUserListed(
        originator_id=SERVICE,
        service="elm-house",
        ended_on=FRIDAY,
        changed_by="ada",
        words=ServiceUserWords("SU-1042", "M. K."),
    ),
    ChangeProposed(
        originator_id=CHANGE,
        change=ChangeOf.DIRECTORY,
        facts=ALTERATION,
        proposed_by="ada",
        words=ProposedWords({"zoe": PersonWords("Zoë Kent", "zoe@example.org", "S-19")}),
    ),
    ChangeApproved(originator_id=CHANGE, approved_by="carol"),
    ChangeDeclined(originator_id=CHANGE, declined_by="carol"),
]
