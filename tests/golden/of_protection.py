"""One example of every event of data protection, with no field left out."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from events.event import Event
from events.holds import HoldLifted, HoldPlaced, HoldReason, HoldWords
from events.names import BundleForm, HoldOn, RequestAbout, Withheld
from events.requests import (
    AnswerWords,
    BundleMade,
    BundleWords,
    ComplaintAnswered,
    ComplaintReceived,
    ComplaintWords,
    DisclosureDecided,
    DisclosureWords,
    Masked,
    RequestAnswered,
    RequestReceived,
    RequestWords,
)

HOLD = UUID("401d0000-0000-4000-8000-000000000001")
ASKED = UUID("a5ced000-0000-4000-8000-000000000001")
DECLARATION = UUID("5f0c3a52-0f3e-4e55-9d0e-1a6c6f7a2b10")
MONDAY, A_MONTH_LATER = date(2026, 5, 4), date(2026, 6, 4)

OF_PROTECTION: list[Event] = [
    HoldPlaced(
        originator_id=HOLD,
        on=HoldOn.DECLARATION,
        placed_by="otto",
        words=HoldWords("A claim is made", DECLARATION, None, None),
    ),
    HoldLifted(originator_id=HOLD, lifted_by="otto", words=HoldReason("It is settled")),
    RequestReceived(
        originator_id=ASKED,
        about=RequestAbout.WORKER,
        received_on=MONDAY,
        due_on=A_MONTH_LATER,
        recorded_by="otto",
        words=RequestWords("amina", None, "By letter"),
    ),
    DisclosureDecided(
        originator_id=ASKED,
        withheld=Withheld.RESTRICTED,
        is_given=True,
        decided_by="otto",
        words=DisclosureWords(DECLARATION, "They know of it already"),
    ),
    BundleMade(
        originator_id=ASKED,
        form=BundleForm.PDF,
        made_by="otto",
        words=BundleWords((DECLARATION,), (Masked("declarations.1", "somebody else"),), "00ff"),
    ),
    RequestAnswered(originator_id=ASKED, answered_by="otto", words=AnswerWords("Sent by post")),
    ComplaintReceived(
        originator_id=ASKED,
        received_on=MONDAY,
        due_on=A_MONTH_LATER,
        recorded_by="otto",
        words=ComplaintWords("Amina Yusuf", "It took too long"),
    ),
    ComplaintAnswered(
        originator_id=ASKED, answered_by="otto", words=AnswerWords("It will not again")
    ),
]
