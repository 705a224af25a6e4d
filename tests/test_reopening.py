"""What was settled, closed at once or withdrawn is opened again by whoever may, and asked anew."""

from __future__ import annotations

import pytest

from events.declarations import DeclarationReopened, ReviewWords
from register.acts.acknowledging import acknowledge
from register.acts.answering import answer
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.reopening import reopen
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.alerts.duties import duties
from register.declarations.history import sentence
from register.declarations.news import news_of
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from register.policy import Policies
from tests.cast import (
    A_DAY,
    A_TOKEN,
    CAST,
    GIVEN_BACK,
    NOW,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    cast,
    directed,
    gift,
    london,
    shipped_text,
    write_pack,
)
from tests.dropped_in import dropped_in
from tests.examples import worry_about_a_colleague
from tests.spec import Story, declared, did, erased, given, said

FRAME = declared("gift", by="amina")
TOKEN = declared("gift", by="amina", **A_TOKEN)
KEPT = did(decide, "carol", {"outcome": "keep", "reason": "A farewell"})
RETURNED = did(decide, "carol", {"outcome": "return", "reason": "Too much"})
KNOW_MORE = {"reason": "I know more now"}
OPENED = did(reopen, "carol", KNOW_MORE)
MET = declared("out-of-hours-encounter", by="amina")
NOTED = did(acknowledge, "ben", {"note": "Fine", "actions": []})
LATER = NOW + 30 * A_DAY
WITHDRAWN = (
    did(withdraw, "amina", {"reason": "By mistake"}),
    did(review, "carol", {"stands": False, "reason": "So it was"}),
)


def refused(story: Story, by: str, error: type[Exception] = ForbiddenError) -> None:
    story.when(reopen, by=by, body=KNOW_MORE).then_refused(error)


# By whoever holds the role that settled it


def test_whoever_decided_opens_it_again_and_it_waits_for_a_decision():
    given(FRAME, KEPT).when(reopen, by="carol", body=KNOW_MORE).then(
        said(DeclarationReopened, reopened_by="carol", ruling=None)
    ).then_state(status="awaiting_decision", decides="service_director")


@pytest.mark.parametrize("person", ["ben", "amina", "dev"])
def test_nobody_else_opens_a_decision_again(person):
    refused(given(FRAME, KEPT), person)


@pytest.mark.parametrize("person", ["gus", "femi", "ada"])
def test_who_may_not_see_it_is_told_that_there_is_none(person):
    refused(given(FRAME, KEPT), person, NotFoundError)


def test_the_role_counts_not_the_person():
    story = given(FRAME, KEPT)
    after = cast(directed("elm-house", "ben"))
    story.when(reopen, by="carol", body=KNOW_MORE, directory=after).then_refused(ForbiddenError)
    story.when(reopen, by="ben", body=KNOW_MORE, directory=after).then_state(
        status="awaiting_decision"
    )


def test_an_acknowledgement_is_opened_again_by_the_line_manager():
    story = given(MET, NOTED)
    refused(story, "carol")
    story.when(reopen, by="ben", body=KNOW_MORE).then_state(status="awaiting_acknowledgement")


def test_an_answer_is_opened_again_by_whoever_answers():
    asked = declared("post-service-friendship", by="amina")
    findings = {"no_longer_vulnerable": False, "no_imbalance_of_power": True}
    no = did(answer, "ben", {"outcome": "not_appropriate", **findings, "reason": "Not yet"})
    given(asked, no).when(reopen, by="ben", body=KNOW_MORE).then_state(
        status="awaiting_answer", answer=None
    )


@pytest.mark.parametrize("settled", [(FRAME,), (FRAME, KEPT, OPENED)])
def test_what_is_open_is_not_opened_again(settled):
    story = given(*settled)
    story.when(reopen, by="carol", body={"reason": "Another"}).then_refused(ConflictError)


def test_what_waits_to_be_looked_at_is_looked_at_first():
    corrected = did(correct, "amina", {"details": gift(item="A vase"), "reason": "A typo"})
    given(FRAME, KEPT, corrected).when(reopen, by="carol", body=KNOW_MORE).then_refused(
        ConflictError, words="looked at first"
    )


def test_a_reason_is_asked_for():
    story = given(FRAME, KEPT)
    story.when(reopen, by="carol", body={}).then_refused(InvalidError, field="reason")


# From its beginning


def test_the_old_decision_stands_in_the_history_alone():
    state = given(FRAME, KEPT, OPENED).state
    assert (state.decision, state.acknowledged, state.was_ever_settled) == (None, None, True)
    assert [type(each).__name__ for each in state.past] == [
        "DeclarationMade",
        "DeclarationDecided",
        "DeclarationReopened",
    ]


def test_actions_that_are_open_end_and_those_that_are_done_stay():
    assert given(FRAME, RETURNED, OPENED).state.actions == ()
    done = did(complete, "amina", GIVEN_BACK)
    (action,) = given(FRAME, RETURNED, done, OPENED).state.actions
    assert not action.is_open


def test_it_has_its_time_anew():
    later = did(reopen, "carol", KNOW_MORE, at=LATER)
    given(FRAME, KEPT, later).then_state(due_at=london("2026-12-23 17:00"))
    met = did(reopen, "ben", KNOW_MORE, at=LATER)
    given(MET, NOTED, met).then_state(due_at=london("2026-12-18 17:00"))


def test_whoever_must_act_has_a_new_alert():
    before, after = given(FRAME).state, given(FRAME, KEPT, OPENED).state
    (was,), (now,) = (duties(each, CAST).values() for each in (before, after))
    assert (now.person, now.why) == (was.person, was.why)
    assert now.key != was.key


def test_the_same_decision_may_be_said_again_and_counts():
    again = given(FRAME, KEPT, OPENED, KEPT).state
    assert (again.status, len(again.past)) == ("closed", 4)


def test_it_may_be_opened_again_as_often_as_it_is_settled():
    given(FRAME, KEPT, OPENED, KEPT, OPENED).then_state(status="awaiting_decision", version=5)


def test_the_same_said_again_says_nothing():
    given(FRAME, KEPT, OPENED).when(reopen, by="carol", body=KNOW_MORE).then_nothing_is_said()


def test_what_was_once_settled_is_not_taken_back_when_it_is_open_again():
    story = given(FRAME, KEPT, OPENED)
    story.when(withdraw, by="amina", body={"reason": "Never mind"}).then_refused(ConflictError)


def test_a_correction_of_what_is_open_again_counts_at_once():
    dearer = did(correct, "amina", {"details": gift(worth="600.00"), "reason": "It is gold"})
    given(FRAME, KEPT, OPENED, dearer).then_state(status="awaiting_decision", review=None)


def test_the_rule_s_own_answer_stays():
    shut = declared("post-service-friendship", by="amina", still_vulnerable="yes")
    state = given(shut, NOTED, did(reopen, "ben", KNOW_MORE)).state
    assert (state.status, state.acknowledged) == ("awaiting_acknowledgement", None)
    assert state.answer is not None


# What was closed at once


@pytest.mark.parametrize("person", ["ben", "carol"])
def test_a_token_is_opened_by_the_line_manager_or_the_director_and_then_decided(person):
    given(TOKEN).when(reopen, by=person, body=KNOW_MORE).then_state(
        status="awaiting_decision",
        acts="service_director",
        outcomes=("keep", "return"),
        case="received",
        tells=["line_manager:ben", "service_director:carol"],
        due_at=london("2026-11-23 17:00"),
    )


@pytest.mark.parametrize("person", ["amina", "dev"])
def test_nobody_else_opens_what_was_closed_at_once(person):
    refused(given(TOKEN), person)


def test_it_is_asked_as_the_pack_s_last_case():
    declined = declared("gift", by="eve", offer="declined")
    given(declined, did(reopen, "femi", KNOW_MORE)).then_state(
        status="awaiting_acknowledgement", case="received"
    )


def test_where_every_case_of_a_pack_closes_it_is_asked_as_where_no_policy_speaks(tmp_path):
    text = shipped_text(SUPPORTED_LIVING)
    first = text.index("# What is left in a will")
    rest = text.index("# Requirements says who is told")
    write_pack(tmp_path, SUPPORTED_LIVING, text[:first] + text[rest:])
    write_pack(tmp_path, SHORT_BREAKS, shipped_text(SHORT_BREAKS))
    closed = declared("gift", by="eve", offer="declined")
    story = given(closed, policies=Policies(tmp_path))
    story.when(reopen, by="femi", body=KNOW_MORE).then_state(
        status="awaiting_acknowledgement", acts="line_manager"
    )


def test_once_open_it_is_settled_like_any_other():
    state = given(TOKEN, did(reopen, "ben", KNOW_MORE), KEPT).state
    assert state.status == "closed"
    refused(given(TOKEN, did(reopen, "ben", KNOW_MORE), KEPT), "ben")


def test_a_correction_that_is_refused_leaves_it_open():
    """What it was asked for stands, and not that it was once closed."""
    corrected = did(correct, "amina", {"details": gift(worth="2.00"), "reason": "It was more"})
    stands = did(review, "carol", {"stands": True, "reason": "It was not"})
    given(TOKEN, did(reopen, "ben", KNOW_MORE), corrected, stands).then_state(
        status="awaiting_decision"
    )


def test_what_nobody_can_read_any_more_is_not_opened():
    story = given(erased(TOKEN))
    story.when(reopen, by="ben", body=KNOW_MORE).then_refused(ConflictError)
    assert given(erased(FRAME), KEPT, OPENED).state.status == "awaiting_decision"


WORRY = """
[kinds.worry-about-a-colleague.cases.seen]
tells = ["line_manager", "service_director"]
then = "closed"
clause = "6.0 G"
seen_by = ["line_manager", "service_director"]

[kinds.worry-about-a-colleague.cases.looked-into]
tells = ["service_director"]
then = "acknowledgement"
acts = "service_director"
clause = "6.0 G"
seen_by = ["line_manager", "service_director"]
"""


def test_of_what_few_may_know_the_flags_are_with_the_words(tmp_path):
    with dropped_in(worry_about_a_colleague):
        write_pack(tmp_path, SHORT_BREAKS, shipped_text(SHORT_BREAKS) + WORRY)
        write_pack(tmp_path, SUPPORTED_LIVING, shipped_text(SUPPORTED_LIVING))
        worry = declared("worry-about-a-colleague", by="amina", at_risk=True)
        story = given(worry, policies=Policies(tmp_path))
        opened = story.when(reopen, by="carol", body=KNOW_MORE)
        opened.then(
            said(DeclarationReopened, words=ReviewWords("I know more now", ("at-risk",)))
        ).then_state(status="awaiting_acknowledgement", case="looked-into", flags=("at-risk",))
        (event,) = opened.events
        assert event.ruling.flags == ()


# What was withdrawn


def test_whoever_agreed_to_a_withdrawal_takes_it_back_to_where_it_was():
    story = given(FRAME, *WITHDRAWN)
    refused(story, "ben")
    refused(story, "amina")
    story.when(reopen, by="carol", body=KNOW_MORE).then(
        said(DeclarationReopened, ruling=None)
    ).then_state(status="awaiting_decision", review=None)


def test_a_token_that_was_withdrawn_is_closed_again():
    agreed = did(review, "ben", {"stands": False, "reason": "So it was"})
    story = given(TOKEN, WITHDRAWN[0], agreed)
    refused(story, "carol")
    story.when(reopen, by="ben", body=KNOW_MORE).then_state(status="closed", due_at=None)


def test_its_exclusion_holds_again():
    known = declared("prior-acquaintance", by="amina")
    agreed = did(review, "ben", {"stands": False, "reason": "So it was"})
    assert not given(known, WITHDRAWN[0], agreed).state.excludes
    assert given(known, WITHDRAWN[0], agreed, did(reopen, "ben", KNOW_MORE)).state.excludes


# In words


def test_the_worker_hears_of_it():
    state = given(FRAME, KEPT, OPENED).state
    news = news_of(state, state.past[1].position, str.title)
    assert news is not None
    assert news.sentences == ("Carol opened it again: I know more now.",)


def _name(person: str) -> str:
    return person.title()


def test_the_history_says_who_opened_it_and_why():
    reopened = given(FRAME, KEPT, OPENED).state.past[-1]
    assert sentence(reopened, _name) == (
        "Carol opened this again on 16 November 2026: I know more now"
    )
    reopened = given(TOKEN, did(reopen, "ben", KNOW_MORE)).state.past[-1]
    assert sentence(reopened, _name) == (
        "Ben opened this again on 16 November 2026: I know more now. "
        "Ben and Carol were told, as 6.0 G and a house rule ask."
    )
