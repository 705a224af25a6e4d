"""What was declared is handed over, and notes are added: at any time, by whoever is concerned."""

from __future__ import annotations

from typing import Any

import pytest

from events.declarations import DeclarationHandedOver, HandOverWords, NoteAdded
from events.declarations import Text as Words
from register.acts.acknowledging import acknowledge
from register.acts.annotating import add_note
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.handing_over import hand_over
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.declarations.news import news_of
from register.errors import ForbiddenError, InvalidError, NotFoundError
from tests.cast import A_DAY, NOW, cast, directed, gift, moved
from tests.spec import Step, declared, did, erased, given, said
from tests.visits import House

FRAME = declared("gift", by="amina")
TOKEN = declared("gift", by="amina", token=True, worth="1.00")
PERFUME = declared("gift", by="eve")
KEPT = did(decide, "carol", {"outcome": "keep", "reason": "A farewell"})
NOTED = did(acknowledge, "femi", {"note": "Fine", "actions": []})
SAFEGUARDING = {"to": "safeguarding", "reference": "SG-12"}
NOTE = {"text": "Her sister rang about it"}
CORRECTED = did(correct, "amina", {"details": gift(item="A vase"), "reason": "A typo"})
WITHDRAWN = (
    did(withdraw, "amina", {"reason": "By mistake"}),
    did(review, "carol", {"stands": False, "reason": "So it was"}),
)
BOTH: Any = pytest.mark.parametrize(("verb", "body"), [(hand_over, SAFEGUARDING), (add_note, NOTE)])


# When


@BOTH
@pytest.mark.parametrize(
    "steps", [(FRAME,), (FRAME, KEPT), (FRAME, KEPT, CORRECTED), (FRAME, *WITHDRAWN), (TOKEN,)]
)
def test_at_any_time_and_nothing_else_changes(verb, body, steps: tuple[Step, ...]):
    before = given(*steps).state
    after = given(*steps).when(verb, by="carol", body=body).state
    assert (after.status, after.waiting_for, after.due_at) == (
        before.status,
        before.waiting_for,
        before.due_at,
    )
    assert (after.route_version, after.review) == (before.route_version, before.review)


def test_more_than_once_and_to_others():
    to_hr = {"to": "hr", "reference": "HR-1", "note": "By phone"}
    state = given(
        FRAME, did(hand_over, "carol", SAFEGUARDING), did(hand_over, "carol", to_hr)
    ).state
    assert [
        (each.to, each.reference, each.by, each.at, each.note) for each in state.handed_over
    ] == [
        ("safeguarding", "SG-12", "carol", NOW, None),
        ("hr", "HR-1", "carol", NOW, "By phone"),
    ]


def test_notes_stand_one_after_the_other():
    steps = (FRAME, did(add_note, "carol", NOTE), did(add_note, "carol", {"text": "And again"}))
    notes = given(*steps).state.notes
    assert [(each.by, each.at, each.text) for each in notes] == [
        ("carol", NOW, "Her sister rang about it"),
        ("carol", NOW, "And again"),
    ]


@BOTH
def test_the_very_same_said_again_says_nothing(verb, body):
    story = given(FRAME, did(verb, "carol", body), KEPT)
    story.when(verb, by="carol", body=body, at=NOW + A_DAY).then_nothing_is_said()


def test_what_was_said_is_kept():
    given(FRAME).when(hand_over, by="carol", body=SAFEGUARDING).then(
        said(
            DeclarationHandedOver,
            handed_over_by="carol",
            handed_over_at=NOW,
            to="safeguarding",
            words=HandOverWords("SG-12"),
        )
    )
    given(FRAME).when(add_note, by="carol", body=NOTE).then(
        said(NoteAdded, added_by="carol", added_at=NOW, words=Words("Her sister rang about it"))
    )


def test_erased_words_leave_that_it_was_handed_over():
    steps = (
        FRAME,
        erased(did(hand_over, "carol", SAFEGUARDING)),
        erased(did(add_note, "carol", NOTE)),
    )
    state = given(*steps).state
    assert [(each.to, each.reference) for each in state.handed_over] == [("safeguarding", None)]
    assert [each.text for each in state.notes] == [None]


# By whom


@BOTH
@pytest.mark.parametrize(
    ("story", "people"),
    [
        (given(FRAME), {"carol"}),
        (given(PERFUME), {"femi", "dana"}),
        (given(PERFUME, NOTED), {"femi", "dana"}),
        (given(TOKEN), {"ben", "carol"}),
    ],
)
def test_whoever_holds_the_acting_role_or_directs_the_service(verb, body, story, people):
    """Where nobody acts, as with a token, it is the line manager's."""
    every = {"amina", "ben", "carol", "eve", "femi", "dana", "dev", "ada", "gus"}
    may = set()
    for person in every:
        try:
            may |= {person} if story.when(verb, by=person, body=body).events else set()
        except (ForbiddenError, NotFoundError):
            continue
    assert may == people


@BOTH
def test_whoever_acted_may_still_say_it_when_the_role_is_another_s(verb, body):
    after = cast(directed("riverside", "eve"), moved("eve", under="dana"))
    story = given(PERFUME, NOTED)
    story.when(verb, by="femi", body=body, directory=after).then_state(status="closed")
    given(PERFUME).when(verb, by="femi", body=body, directory=after).then_refused(ForbiddenError)


@BOTH
def test_the_worker_does_not(verb, body):
    """What they did themselves is no acting."""
    given(FRAME, CORRECTED).when(verb, by="amina", body=body).then_refused(ForbiddenError)


# Of another shape


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"to": "police", "reference": "1"}, "to"),
        ({"to": "hr"}, "reference"),
        ({"to": "hr", "reference": ""}, "reference"),
        ({"to": "hr", "reference": "1", "note": ""}, "note"),
        ({"to": "hr", "reference": "1", "by": "ben"}, "by"),
        ("handed over", ""),
    ],
)
def test_a_hand_over_of_another_shape_is_refused(body, field):
    given(FRAME).when(hand_over, by="carol", body=body).then_refused(InvalidError, field=field)


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": 7}])
def test_a_note_is_some_words(body):
    given(FRAME).when(add_note, by="carol", body=body).then_refused(InvalidError, field="text")


# Shown


def test_the_worker_hears_of_both():
    state = given(FRAME, did(hand_over, "carol", SAFEGUARDING), did(add_note, "carol", NOTE)).state
    news = news_of(state, state.past[0].position, str.title)
    assert news is not None
    assert news.sentences == (
        "Carol handed it over to safeguarding.",
        "Carol noted something about it.",
    )


def test_both_stand_on_the_page_with_who_and_when(home: House) -> None:
    declaration = home.declare("A silver frame waits for the service director")
    carol, page = home.as_("carol"), f"/declarations/{declaration}"
    form = {"to": "hr", "reference": "HR-77", "note": "By phone"}
    assert carol.post(f"{page}/hand-over", form).status == 303
    assert carol.post(f"{page}/note", {"text": "Her sister rang"}).status == 303
    text = carol.get(page).text
    assert "Handed over To HR, reference HR-77. By phone Carol Price, 16 November 2026" in text
    assert "Note Her sister rang Carol Price, 16 November 2026" in text
    refused = carol.post(f"{page}/hand-over", {"note": "By phone"})
    assert (refused.status, list(refused.problems)) == (422, ["to", "reference"])
