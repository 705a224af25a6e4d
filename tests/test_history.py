"""A declaration's history, one sentence an event."""

from __future__ import annotations

from uuid import UUID

import pytest

from events import confirming, declarations, further, photographs
from events.alerts import DeclarationEscalated
from events.erasing import DeclarationErased
from events.event import Deed, Event, SpoiledEntry
from register.acts.acknowledging import acknowledge
from register.acts.annotating import add_note
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.handing_over import hand_over
from register.acts.informing import inform
from register.acts.photographing import add, erase
from register.acts.reopening import reopen
from register.acts.requesting import ask
from register.acts.reviewing import review
from register.acts.situation import Situation
from register.acts.withdrawing import withdraw
from register.alerts.alerting import pass_on
from register.alerts.duties import duties
from register.alerts.sort import alert_id
from register.alerts.sorts import DECLARATIONS
from register.declarations.history import SENTENCES, line, lines, sentence
from tests.cast import (
    A_TOKEN,
    CAST,
    GIVEN_BACK,
    NOW,
    cast,
    cast_files,
    days_ago,
    gift,
    left,
    london,
)
from tests.spec import ID, Step, declared, did, erased, given

NAMES = {person.id: words.name for person, words in cast_files().people}

FRAME = declared("gift", by="amina")
TOKEN = declared("gift", by="amina", **A_TOKEN)
PERFUME = declared("gift", by="eve", item="Perfume", worth=None)
CASH = declared("gift", by="eve", form="cash")
TO_RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much"})


def kept(reason: str = "A farewell") -> Step:
    return did(decide, "carol", {"outcome": "keep", "reason": reason})


def acknowledged(*actions: str, **more: object) -> Step:
    wanted = [{"what": what, "by": "eve", "due_on": "2026-12-01"} for what in actions]
    return did(acknowledge, "femi", {"note": "Talked it over", "actions": wanted, **more})


def corrected(**answers: object) -> Step:
    return did(correct, "amina", {"details": gift(**answers), "reason": "A mistake"})


def looked(**said: bool) -> Step:
    return did(review, "carol", {**said, "reason": "I know it"})


BACK = did(withdraw, "amina", {"reason": "By mistake"})
DAY = "16 November 2026"
DECLARED = (
    f"On {DAY} Amina Yusuf declared a gift received: Silver photograph frame, worth about £60.00. "
)
ASKED = "as 6.0 G and a house rule ask"
TOLD = f"Carol Price and Ben Okoro were told, {ASKED}."
SAID = [
    (
        (FRAME,),
        DECLARED + TOLD,
    ),
    (
        (declared("gift", by="amina", happened_on=days_ago(9)),),
        DECLARED + "This was late. " + TOLD,
    ),
    (
        (declared("gift", by="eve", item="Tickets", worth=None, offer="declined"),),
        f"On {DAY} Eve Novak declared a gift turned down: Tickets. Femi Ade was told, "
        "under 1.2 and a house rule.",
    ),
    (
        (declared("gift", by="amina", worth=None, at=london("2026-03-31 10:00")),),
        "On 31 March 2026 Amina Yusuf declared a gift received: Silver photograph frame. "
        "Ben Okoro was told.",
    ),
    (
        (erased(FRAME),),
        f"On {DAY} Amina Yusuf declared “A gift”; the words are erased. {TOLD}",
    ),
    ((FRAME, corrected(worth="6.00")), f"Amina Yusuf corrected this on {DAY}."),
    (
        (FRAME, corrected(**A_TOKEN)),
        f"Amina Yusuf corrected this on {DAY}.",
    ),
    (
        (TOKEN, corrected()),
        f"Amina Yusuf corrected this on {DAY}. The policy now asks for something else. "
        f"Carol Price was told, {ASKED}.",
    ),
    (
        (FRAME, kept(), corrected(form="cash")),
        f"Amina Yusuf corrected this on {DAY}. The policy now asks for something else.",
    ),
    (
        (FRAME, kept(), corrected(worth="600.00")),
        f"Amina Yusuf corrected this on {DAY}. Used once a manager accepts it.",
    ),
    (
        (FRAME, kept(), corrected(worth="600.00"), looked(stands=True)),
        f"Carol Price looked at this again on {DAY}, and left it as it was before the correction: "
        "I know it",
    ),
    (
        (FRAME, kept(), corrected(worth="600.00"), looked(stands=False, settled=True)),
        f"Carol Price looked at this again on {DAY}, and took the correction; what was settled "
        "stays so: I know it",
    ),
    (
        (FRAME, BACK, looked(stands=True)),
        f"Carol Price looked at this again on {DAY}, and did not agree to the withdrawal: "
        "I know it",
    ),
    (
        (FRAME, BACK, looked(stands=False)),
        f"Carol Price looked at this again on {DAY}, and agreed to the withdrawal: I know it",
    ),
    (
        (FRAME, did(withdraw, "amina", {"reason": "By mistake"})),
        f"Amina Yusuf asked to withdraw this on {DAY}: By mistake",
    ),
    (
        (FRAME, kept()),
        f"Carol Price decided on {DAY} that it may be kept, {ASKED}.",
    ),
    (
        (FRAME, erased(kept())),
        f"Carol Price decided on {DAY} that it may be kept, {ASKED}.",
    ),
    (
        (FRAME, TO_RETURN),
        f"Carol Price decided on {DAY} that it goes back, {ASKED}. "
        "Amina Yusuf is to do this by 18 November 2026: give it back.",
    ),
    (
        (FRAME, erased(TO_RETURN)),
        f"Carol Price decided on {DAY} that it goes back, {ASKED}. "
        "Amina Yusuf is to do this by 18 November 2026: give it back.",
    ),
    (
        (FRAME, TO_RETURN, did(complete, "amina", GIVEN_BACK)),
        f"Amina Yusuf did what was agreed on {DAY}.",
    ),
    (
        (PERFUME, acknowledged()),
        f"Femi Ade acknowledged this on {DAY}, as 1.2 and a house rule ask.",
    ),
    (
        (CASH, acknowledged("Give it back")),
        f"Femi Ade acknowledged this on {DAY}, as 1.2 and a house rule ask, and agreed 1 action. "
        "Eve Novak is to do this by 1 December 2026: Give it back.",
    ),
    (
        (
            PERFUME,
            acknowledged(
                confidentiality_discussed=True,
                risk_assessment="In her file",
            ),
        ),
        f"Femi Ade acknowledged this on {DAY}, as 1.2 and a house rule ask, "
        "and talked about confidentiality and noted a risk assessment.",
    ),
    *(
        (
            (PERFUME, did(hand_over, "femi", {"to": to, "reference": "7", **more})),
            f"Femi Ade handed this over to {body} on {DAY}, reference 7{end}",
        )
        for to, body, more, end in [
            ("safeguarding", "safeguarding", {}, "."),
            ("hr", "HR", {}, "."),
            ("regulator", "the regulator", {"note": "By phone"}, ": By phone"),
        ]
    ),
    (
        (PERFUME, did(add_note, "femi", {"text": "Her sister rang"})),
        f"Femi Ade noted something on {DAY}: Her sister rang",
    ),
    (
        (PERFUME, acknowledged(confidentiality_discussed=False)),
        f"Femi Ade acknowledged this on {DAY}, as 1.2 and a house rule ask.",
    ),
    (
        (FRAME, did(ask, "carol", {"text": "Who?"})),
        f"Carol Price asked a question on {DAY}: Who?",
    ),
    (
        (FRAME, did(inform, "amina", {"text": "Her sister"})),
        f"Amina Yusuf added information on {DAY}: Her sister",
    ),
]


@pytest.mark.parametrize(("steps", "sentences"), SAID)
def test_every_event_is_a_sentence(steps, sentences):
    before = given(*steps[:-1]).declaration
    past = before.past if before else ()
    said = lines(given(*steps).state.past, NAMES.__getitem__)[len(past) :]
    assert " ".join(each.sentence for each in said) == sentences


def test_nobody_is_said_to_be_told_by_what_they_did_themselves():
    reopened = did(reopen, "ben", {"reason": "It is silver"})
    said = lines(given(TOKEN, reopened).state.past, NAMES.__getitem__)[-1].sentence
    assert said.startswith(f"Ben Okoro opened this again on {DAY}: It is silver.")
    assert "Ben Okoro was told" not in said
    assert "Carol Price was told" in said


def test_what_a_leaver_would_have_done_is_given_to_whoever_acts_in_their_place():
    gone = cast(left("amina"))
    to_return = {"outcome": "return", "reason": "Too much"}
    decided = given(FRAME).when(decide, by="carol", body=to_return, directory=gone)
    said = lines(decided.state.past, NAMES.__getitem__)[-1].sentence
    assert said == "Carol Price is to do this by 18 November 2026: give it back."
    assert decided.state.waiting_for == "service_director"


@pytest.mark.parametrize(
    ("by", "directory", "says"),
    [
        ("femi", CAST, "Dana Moss was told, as 1.2 and a house rule ask."),
        ("eve", cast(left("femi")), "Dana Moss (as the next above in the reporting line) was told"),
        (
            "eve",
            cast(left("femi"), left("dana")),
            "Carol Price (as a director, because nobody above could be told) was told",
        ),
    ],
)
def test_it_is_said_why_somebody_is_told_whom_the_directory_does_not_name(by, directory, says):
    (made,) = given(declared("gift", by=by), directory=directory).state.past
    assert says in sentence(made, NAMES.__getitem__)


def test_a_declaration_that_tells_nobody_says_so():
    alone = cast(left("dana"))
    (made,) = given(declared("gift", by="carol"), directory=alone).state.past
    assert sentence(made, NAMES.__getitem__).endswith("There was nobody to be told.")


@pytest.mark.parametrize(
    ("declared_first", "who_left", "why"),
    [
        (FRAME, "carol", "as a director, because nobody above could be told"),
        (PERFUME, "femi", "as the next above in the reporting line"),
    ],
)
def test_it_is_said_to_whom_it_passed_and_why(declared_first, who_left, why):
    before = given(declared_first).state
    held = {
        alert_id(DECLARATIONS.name, ID, key): duty.person
        for key, duty in duties(before, CAST).items()
    }
    told, _ = pass_on(DECLARATIONS, before, held, cast(left(who_left)), NOW)
    says = f"This passed to Dana Moss ({why}), who is asked to act from here on."
    assert sentence(told, NAMES.__getitem__) == says
    assert line(told, NAMES.__getitem__).actor is None
    assert line(told, NAMES.__getitem__).clause is None


PHOTOGRAPH = UUID("a1e47000-0000-4000-8000-000000000004")


def photographed(situation: Situation, _body: object) -> list[Event]:
    photograph = photographs.PhotographAdded(
        originator_id=ID,
        photograph=PHOTOGRAPH,
        added_by=situation.by.id,
        added_at=situation.now,
        bytes=1,
        width=1,
        height=1,
        digest="",
        thumbnail_digest="",
    )
    return add(situation, photograph, was_sent=False)


def photograph_erased(situation: Situation, _body: object) -> list[Event]:
    erasure = photographs.PhotographErased(
        originator_id=ID, photograph=PHOTOGRAPH, erased_at=situation.now
    )
    return erase(situation.declaration, erasure)


def test_photographs_come_and_go_in_sentences_of_no_clause():
    steps = (FRAME, did(photographed, "amina", {}), did(photograph_erased, "ada", {}))
    _, added, gone = lines(given(*steps).state.past, NAMES.__getitem__)
    assert (added.sentence, added.actor, added.clause) == (
        f"Amina Yusuf added a photograph on {DAY}.",
        "amina",
        None,
    )
    assert (gone.sentence, gone.actor) == (f"A photograph was erased on {DAY}.", None)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ((corrected(worth="6.00"),), f"on {DAY}. Its photograph stays."),
        ((did(withdraw, "amina", {"reason": "By mistake"}),), "By mistake. Its photograph stays."),
        ((did(withdraw, "amina", {"reason": "A loan!"}),), "A loan! Its photograph stays."),
        (
            (did(photograph_erased, "ada", {}), did(withdraw, "amina", {"reason": "By mistake"})),
            "By mistake",
        ),
    ],
)
def test_what_is_corrected_or_withdrawn_keeps_its_photographs_and_says_so(steps, says):
    past = given(FRAME, did(photographed, "amina", {}), *steps).state.past
    assert lines(past, NAMES.__getitem__)[-1].sentence.endswith(says)


def test_every_event_of_a_declaration_has_a_sentence():
    found = {
        each
        for module in (declarations, confirming, further, photographs)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Event) and each not in (Event, Deed)
    }
    assert found | {SpoiledEntry, DeclarationEscalated, DeclarationErased} == SENTENCES.keys()


@pytest.mark.parametrize(("steps", "_"), SAID)
def test_a_line_names_who_did_it_and_the_clause(steps, _):
    state = given(*steps).state
    last = line(state.past[-1], NAMES.__getitem__)
    assert last.actor == steps[-1].by
    assert last.clause == state.ruling.source.clause


def test_a_kind_that_has_no_code_any_more_is_called_by_its_name():
    (made,) = given(FRAME).state.past
    assert isinstance(made, declarations.DeclarationMade)
    old = declarations.DeclarationMade(
        originator_id=made.originator_id,
        kind="loan",
        worker="amina",
        service="elm-house",
        happened_on=made.happened_on,
        captured_at=made.captured_at,
        received_at=made.received_at,
        clock_ahead=False,
        ruling=made.ruling,
        words=made.words,
    )
    assert sentence(old, NAMES.__getitem__) == (
        f"On {DAY} Amina Yusuf declared something that is no longer declared (loan). {TOLD}"
    )
