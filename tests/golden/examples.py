"""One example of every event, with no field left out; `events.json` is how they are stored."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from events.confirming import DeclarationConfirmed
from events.declarations import (
    AcknowledgementWords,
    ActionAgreed,
    ActionCompleted,
    ActionWords,
    DeclarationAcknowledged,
    DeclarationCorrected,
    DeclarationDecided,
    DeclarationHandedOver,
    DeclarationMade,
    DeclarationPassed,
    DeclarationReopened,
    DeclarationReviewed,
    DeclarationWithdrawn,
    Evidence,
    ExclusionLifted,
    FactsWords,
    HandOverWords,
    InformationAdded,
    InformationRequested,
    NoteAdded,
    OnBehalf,
    Place,
    Reason,
    ReviewWords,
    Ruling,
    Source,
    Text,
    Told,
    ToReview,
)
from events.demo import DemoBegun
from events.directory import CoverEnded, CoverNamed
from events.erasing import (
    DeclarationErased,
    ErasureAsked,
    ErasureConfirmed,
    ErasureDone,
    ErasureReason,
    ErasureRefused,
    ErasureWords,
)
from events.event import Event
from events.further import DeclarationTakenFurther, FurtherWords, further_stream
from events.keeping import ClockStepped, LogRestored, PromiseKeyNamed, ReadModelsDiffered
from events.looks import LooksGathered
from events.names import ErasureOf, OtherClock, TakenTo, ToldBy
from events.photographs import PhotographAdded, PhotographErased
from events.proof.tombstones import ErasedEntry
from events.safekeeping import BackupMade, MasterKeyDestroyed, MasterKeysRotated
from tests.golden.examples_of_access import OF_ACCESS
from tests.golden.examples_of_alerts import of_alerts
from tests.golden.of_protection import OF_PROTECTION
from tests.golden.of_the_directory import (
    FRIDAY,
    MONDAY,
    OF_THE_DIRECTORY,
    SERVICE,
    SHORT_BREAKS,
)

DECLARATION = UUID("5f0c3a52-0f3e-4e55-9d0e-1a6c6f7a2b10")
COVER = UUID("c0fe0000-0000-4000-8000-000000000001")
ERASURE = UUID("e4a5e000-0000-4000-8000-000000000008")
PHOTOGRAPH = UUID("a1e47000-0000-4000-8000-000000000004")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
TO_THE_MICROSECOND = datetime(2026, 5, 4, 12, 0, 7, 250001, UTC)
RULE = Source(
    policy=SHORT_BREAKS,
    version=date(2026, 4, 1),
    clause="6.0 G",
    asks=True,
    house="The line manager is told too.",
)
DETAILS = {
    "item": "Box of biscuits, “for the girls” 🍪",
    "worth": "12.50",
    "token": False,
    "form": "goods",
    "giver": "relative_or_carer",
    "offer": "received",
    "without_warning": True,
    "whereabouts": "at_service",
}
TO_BE_DECIDED = Ruling(
    case="received",
    flags=("announced",),
    late=True,
    tells=(
        Told("service_director", "carol", "named"),
        Told("line_manager", "ben", "next_above"),
    ),
    status="awaiting_decision",
    acts="service_director",
    outcomes=("keep", "return"),
    due_at=datetime(2026, 5, 11, 16, tzinfo=UTC),
    needs=("confidentiality_discussed", "risk_assessment", "action"),
    excludes=True,
    answered="not_appropriate",
    seen_by=("line_manager", "service_director", "auditor"),
    restricted=True,
    names_subject=True,
    source=RULE,
    new_line_sees="all",
)
CLOSED = Ruling(
    case="declined",
    flags=(),
    late=False,
    tells=(),
    status="closed",
    acts=None,
    outcomes=(),
    due_at=None,
    needs=(),
    excludes=False,
    answered=None,
    seen_by=(),
    restricted=False,
    names_subject=False,
    source=Source(policy=None, version=None, clause="no policy in force", asks=False),
)

FRIDAY_EVENING = datetime(2026, 5, 8, 16, tzinfo=UTC)

EXAMPLES: list[Event] = [
    DeclarationMade(
        originator_id=DECLARATION,
        for_person="carol",
        kind="gift",
        worker="amina",
        on_behalf=OnBehalf("ben", ToldBy.TELEPHONE, MONDAY),
        confirm_by_at=FRIDAY_EVENING,
        service="elm-house",
        named_service="riverside",
        happened_on=MONDAY,
        captured_at=datetime.fromisoformat("2026-05-04T17:30:00+05:30"),
        received_at=TO_THE_MICROSECOND,
        clock_ahead=False,
        ruling=TO_BE_DECIDED,
        words=FactsWords(
            service_user="SU-1042",
            details=DETAILS,
            flags=("announced",),
            late_reason="I was on leave.\nSorry.",
            reason=None,
        ),
    ),
    DeclarationConfirmed(
        originator_id=DECLARATION, confirmed_by="amina", confirmed_at=NOON, source=RULE
    ),
    DeclarationCorrected(
        originator_id=DECLARATION,
        corrected_by="amina",
        corrected_at=NOON,
        happened_on=FRIDAY,
        place=Place("riverside", "supported-living", date(2026, 4, 1)),
        ruling=CLOSED,
        reopened=True,
        waits=ToReview("service_director", FRIDAY_EVENING),
        words=FactsWords(
            service_user="SU-1077", details=DETAILS, late_reason=None, reason="I had said no"
        ),
    ),
    DeclarationWithdrawn(
        originator_id=DECLARATION,
        withdrawn_by="amina",
        withdrawn_at=NOON,
        waits=ToReview("line_manager", FRIDAY_EVENING),
        source=RULE,
        words=Reason("Declared twice"),
    ),
    DeclarationReviewed(
        originator_id=DECLARATION,
        for_person="femi",
        reviewed_by="carol",
        reviewed_at=NOON,
        of="correction",
        looked_at=4,
        stands=True,
        settled=True,
        ruling=TO_BE_DECIDED,
        source=RULE,
        words=ReviewWords(reason="It is as she says", flags=("announced",)),
    ),
    DeclarationReopened(
        originator_id=DECLARATION,
        for_person="femi",
        reopened_by="carol",
        reopened_at=NOON,
        ruling=TO_BE_DECIDED,
        due_at=FRIDAY_EVENING,
        source=RULE,
        words=ReviewWords(reason="I know more now", flags=("announced",)),
    ),
    DeclarationHandedOver(
        originator_id=DECLARATION,
        for_person="femi",
        handed_over_by="carol",
        handed_over_at=NOON,
        to="safeguarding",
        source=RULE,
        words=HandOverWords(reference="SG-2026-118", note="By phone"),
    ),
    NoteAdded(
        originator_id=DECLARATION,
        for_person="femi",
        added_by="ben",
        added_at=NOON,
        source=RULE,
        words=Text("She rang about it"),
    ),
    DeclarationAcknowledged(
        originator_id=DECLARATION,
        for_person="femi",
        acknowledged_by="ben",
        acknowledged_at=NOON,
        made_on=3,
        confidentiality_discussed=True,
        new_key_worker="gus",
        actions=2,
        source=RULE,
        words=AcknowledgementWords(
            note="We talked it over",
            risk_assessment="RA-7, in the folder",
            duties_considered="She does not drive at work",
        ),
    ),
    DeclarationDecided(
        originator_id=DECLARATION,
        for_person="femi",
        kind="post-service-friendship",
        asked="answer",
        decided_by="carol",
        decided_at=NOON,
        made_on=3,
        outcome="appropriate",
        findings={"no_longer_vulnerable": True, "no_imbalance_of_power": False},
        source=RULE,
        words=Reason("A farewell from all of them"),
    ),
    ActionAgreed(
        originator_id=DECLARATION,
        for_person="femi",
        agreed_by="ben",
        agreed_at=NOON,
        by="amina",
        role="worker",
        due_on=FRIDAY,
        brought="return",
        source=RULE,
        words=ActionWords("Give it back"),
    ),
    ActionCompleted(
        originator_id=DECLARATION,
        for_person="femi",
        action="0d7c1c1e-51a4-8d4e-9f0a-6f4f6a1f2c3d",
        completed_by="amina",
        completed_at=NOON,
        source=RULE,
        words=Evidence(
            answers={"how": "By hand", "returned_on": "2026-05-14", "to": "Her daughter"}
        ),
    ),
    InformationRequested(
        originator_id=DECLARATION,
        for_person="femi",
        requested_by="carol",
        requested_at=NOON,
        role="service_director",
        due_at=datetime(2026, 5, 6, 16, tzinfo=UTC),
        source=RULE,
        words=Text("Who was there?"),
    ),
    InformationAdded(
        originator_id=DECLARATION,
        for_person="femi",
        added_by="amina",
        added_at=NOON,
        source=RULE,
        words=Text("Her daughter was"),
    ),
    PhotographAdded(
        originator_id=DECLARATION,
        photograph=PHOTOGRAPH,
        added_by="amina",
        added_at=NOON,
        bytes=204_800,
        width=2048,
        height=1536,
        digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        thumbnail_digest="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    ),
    PhotographErased(originator_id=DECLARATION, photograph=PHOTOGRAPH, erased_at=NOON),
    DeclarationErased(originator_id=DECLARATION, erasure=ERASURE, erased_at=NOON),
    ErasureAsked(
        originator_id=ERASURE,
        of=ErasureOf.ENTRY,
        asked_by="otto",
        declaration=DECLARATION,
        version=2,
        photograph=PHOTOGRAPH,
        person="gus",
        words=ErasureWords("It names somebody else", "SU-1042"),
    ),
    ErasureConfirmed(
        originator_id=ERASURE,
        confirmed_by="olga",
        declarations=(DECLARATION,),
        entries=(ErasedEntry(DECLARATION, 2, PHOTOGRAPH),),
        person="gus",
    ),
    ErasureRefused(
        originator_id=ERASURE, refused_by="olga", words=ErasureReason("It is part of a case")
    ),
    ErasureDone(originator_id=ERASURE, tombstone=3, keys=2, damaged=0, master=1),
    ExclusionLifted(
        originator_id=DECLARATION,
        for_person="femi",
        lifted_by="ben",
        lifted_at=NOON,
        since=(1,),
        source=RULE,
        words=Reason("Another key worker has been found"),
    ),
    DeclarationPassed(
        originator_id=DECLARATION,
        role="line_manager",
        person="gus",
        because="next_above",
        for_person="ben",
        passed_at=NOON,
    ),
    *of_alerts(DECLARATION, RULE),
    DemoBegun(originator_id=SERVICE, made_up_on=MONDAY),
    *OF_THE_DIRECTORY,
    ReadModelsDiffered(
        originator_id=SERVICE, models=("inbox", "told"), streams=2, positions=(0, 31)
    ),
    DeclarationTakenFurther(
        originator_id=further_stream(DECLARATION),
        declaration=DECLARATION,
        taken_by="amina",
        taken_at=NOON,
        words=FurtherWords(TakenTo.REGULATOR, "CQC-1234"),
    ),
    LooksGathered(
        originator_id=SERVICE, first=8, last=11, rows=4, looks=6, key="00ff", root="a1b2"
    ),
    CoverNamed(
        originator_id=COVER,
        person="ben",
        covered_by="carol",
        first_on=MONDAY,
        last_on=FRIDAY,
        named_by="ada",
    ),
    CoverEnded(originator_id=COVER, ended_by="ben", ended_at=NOON),
    ClockStepped(
        originator_id=SERVICE,
        clock=OtherClock.STEADY,
        shown_at=datetime(2027, 6, 8, 12, tzinfo=UTC),
        expected_at=datetime(2026, 5, 4, 12, tzinfo=UTC),
    ),
    LogRestored(
        originator_id=SERVICE,
        origin="register.example.org/log",
        kept_size=90,
        last_size=100,
        last_root="AAAA",
        new_origin="register.example.org/log-2",
    ),
    PromiseKeyNamed(originator_id=SERVICE, key="register.example.org/log/promises+0123abcd+AQ"),
    MasterKeysRotated(
        originator_id=SERVICE,
        version=2,
        before=(1,),
        keys={"entry_keys": 31, "looks": 7},
        damaged=0,
    ),
    MasterKeyDestroyed(originator_id=SERVICE, version=1, damaged=0),
    BackupMade(originator_id=SERVICE, last=31, size=4096, digest="00ff"),
    *OF_ACCESS,
    *OF_PROTECTION,
]
