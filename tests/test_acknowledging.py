"""A line manager has read a gift under 004 1.2, and says what was agreed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.declarations import (
    AcknowledgementWords,
    ActionAgreed,
    ActionWords,
    DeclarationAcknowledged,
)
from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.withdrawing import withdraw
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from register.standing.seeing import may_see
from tests.cast import (
    A_DAY,
    A_TOKEN,
    NOW,
    SUPPORTED_LIVING,
    TODAY,
    amended,
    cast,
    directed,
    gift,
    joined,
    left,
    london,
    moved,
)
from tests.spec import declared, did, erased, given, said

NOTE = "Talked it over"
PERFUME = declared("gift", by="eve")
CASH = declared("gift", by="eve", form="cash")


def agreed(what: str, by: str, due_on: date | str = "2026-11-20") -> dict[str, str]:
    return {"what": what, "by": by, "due_on": str(due_on)}


def noted(*actions: dict[str, str], **more: Any) -> dict[str, Any]:
    """The body of an acknowledgement."""
    return {"note": NOTE, "actions": list(actions), **more}


GIVE_BACK = agreed("Give it back", "eve")


def test_an_acknowledgement_closes_what_needs_no_action():
    given(PERFUME).when(acknowledge, by="femi", body=noted()).then(
        said(
            DeclarationAcknowledged,
            acknowledged_by="femi",
            acknowledged_at=NOW,
            made_on=1,
            confidentiality_discussed=None,
            actions=0,
            source=given(PERFUME).state.ruling.source,
            words=AcknowledgementWords(NOTE),
        )
    ).then_state(status="closed", waiting_for=None, due_at=None)


def test_with_actions_it_waits_until_they_are_done():
    body = noted(GIVE_BACK, agreed("Ring the family", "femi", "2026-11-18"))
    given(PERFUME).when(acknowledge, by="femi", body=body).then(
        said(DeclarationAcknowledged, actions=2),
        said(
            ActionAgreed,
            agreed_by="femi",
            by="eve",
            role="worker",
            due_on=date(2026, 11, 20),
            words=ActionWords("Give it back"),
        ),
        said(ActionAgreed, by="femi", role="line_manager"),
    ).then_state(
        status="awaiting_action", waiting_for="line_manager", due_at=london("2026-11-18 17:00")
    )


@pytest.mark.parametrize("form", ["cash", "voucher", "bequest"])
def test_cash_or_a_bequest_is_acknowledged_only_with_an_action(form):
    money = declared("gift", by="eve", form=form)
    given(money).when(acknowledge, by="femi", body=noted()).then_refused(
        InvalidError, field="actions", words="at least one action"
    )
    given(money).when(acknowledge, by="femi", body=noted(GIVE_BACK)).then_state(
        status="awaiting_action"
    )


def test_what_the_giver_has_again_is_acknowledged_without_an_action():
    money = declared("gift", by="eve", form="cash", whereabouts="given_back")
    given(money).when(acknowledge, by="femi", body=noted()).then_state(status="closed")


def test_the_words_of_an_action_are_the_managers_own():
    body = noted(agreed("Nothing of the sort", "eve"))
    given(CASH).when(acknowledge, by="femi", body=body).then_state(status="awaiting_action")


def test_everything_that_may_be_said_is_kept():
    body = noted(
        confidentiality_discussed=True,
        risk_assessment="In her file",
    )
    state = given(PERFUME, did(acknowledge, "femi", body)).state
    assert state.acknowledged is not None
    assert (state.acknowledged.by, state.acknowledged.note) == ("femi", NOTE)
    assert state.acknowledged.confidentiality_discussed is True
    assert state.acknowledged.risk_assessment == "In her file"


def test_what_the_policy_wants_recorded_must_be_answered(tmp_path):
    policies = amended(
        tmp_path,
        SUPPORTED_LIVING,
        "[kinds.gift.cases.received]\n",
        '[kinds.gift.cases.received]\nneeds = ["confidentiality_discussed", "risk_assessment"]\n',
    )
    story = given(PERFUME, policies=policies)
    refusal = story.when(acknowledge, by="femi", body=noted()).then_refused(InvalidError)
    assert [error.field for error in refusal.errors] == [
        "confidentiality_discussed",
        "risk_assessment",
    ]
    body = noted(confidentiality_discussed=True, risk_assessment="No new risk")
    story.when(acknowledge, by="femi", body=body).then_state(status="closed")
    later = {**body, "confidentiality_discussed": False}
    story.when(acknowledge, by="femi", body=later).then_refused(
        InvalidError, field="actions", words="not talked yet"
    )
    story.when(acknowledge, by="femi", body={**later, "actions": [GIVE_BACK]}).then_state(
        status="awaiting_action"
    )


def test_an_acknowledgement_is_of_the_facts_whatever_was_said_since():
    added = did(inform, "eve", {"text": "Her sister was there"})
    given(PERFUME, added).when(acknowledge, by="femi", body=noted()).then(
        said(DeclarationAcknowledged, made_on=1)
    )


# Who may be asked to do something


@pytest.mark.parametrize(("person", "role"), [("eve", "worker"), ("dana", "service_director")])
def test_an_action_is_for_somebody_who_may_see_it(person, role):
    body = noted(agreed("Give it back", person))
    given(CASH).when(acknowledge, by="femi", body=body).then_state(waiting_for=role)


def test_whoever_is_to_do_something_is_told_and_keeps_sight_of_it():
    after = cast(directed("riverside", by="carol"), moved("eve", under="ben"))
    state = given(CASH, did(acknowledge, "femi", noted(agreed("Help", "dana")))).state
    assert "dana" in state.told
    assert may_see(after.people["dana"], state, after)


@pytest.mark.parametrize("stranger", ["ben", "carol", "ada", "nobody-known", "EVE"])
def test_an_action_is_not_for_somebody_who_may_not_see_it(stranger):
    body = noted(agreed("Give it back", "eve"), agreed("Help", stranger))
    given(CASH).when(acknowledge, by="femi", body=body).then_refused(
        InvalidError, field="actions.1.by", words=stranger
    )


def test_an_action_is_not_for_an_auditor_who_only_reads():
    body = noted(agreed("Look into it", "dev"))
    given(CASH).when(acknowledge, by="femi", body=body).then_refused(
        InvalidError, field="actions.0.by"
    )


def test_an_action_is_not_for_somebody_who_has_left():
    body = noted(agreed("Look into it", "dana"))
    given(CASH, directory=cast(left("dana"))).when(acknowledge, by="femi", body=body).then_refused(
        InvalidError, field="actions.0.by"
    )


def test_whoever_acts_may_take_an_action_themselves_from_another_service_too():
    own = declared("gift", by="dana", form="cash")
    body = noted(agreed("Take it back for her", "carol"))
    given(own).when(acknowledge, by="carol", body=body).then_state(
        status="awaiting_action", waiting_for="line_manager"
    )


def test_an_action_may_be_for_somebody_who_was_told_before():
    after = cast(joined("mo", under="dana", service="riverside"), moved("eve", under="mo"))
    body = noted(agreed("Say where it was left", "femi"))
    given(CASH).when(acknowledge, by="mo", body=body, directory=after).then(
        said(DeclarationAcknowledged), said(ActionAgreed, by="femi", role=None)
    ).then_state(status="awaiting_action", waiting_for=None)


def test_an_action_is_not_for_a_role_that_the_policy_hides_it_from(tmp_path):
    narrow = amended(
        tmp_path,
        SUPPORTED_LIVING,
        "[kinds.gift.cases.cash]\n",
        '[kinds.gift.cases.cash]\nseen_by = ["line_manager"]\n',
    )
    body = noted(agreed("Look into it", "dana"))
    only_director = cast(moved("femi", under=None))
    story = given(CASH, policies=narrow, directory=only_director)
    story.when(acknowledge, by="femi", body=body).then_refused(InvalidError, field="actions.0.by")


# Who acknowledges, and the order of refusal


@pytest.mark.parametrize("person", ["amina", "ben", "carol", "ada"])
def test_for_whoever_may_not_know_of_it_it_does_not_exist(person):
    given(PERFUME).when(acknowledge, by=person, body=noted()).then_refused(NotFoundError)


def test_an_auditor_reads_and_does_not_acknowledge():
    given(PERFUME).when(acknowledge, by="dev", body=noted()).then_refused(ForbiddenError)


@pytest.mark.parametrize("person", ["eve", "dana"])
def test_only_the_line_manager_acknowledges(person):
    given(PERFUME).when(acknowledge, by=person, body=noted()).then_refused(ForbiddenError)


def test_nobody_acknowledges_their_own():
    own = declared("gift", by="femi")
    given(own).when(acknowledge, by="femi", body=noted()).then_refused(
        ForbiddenError, words="their own"
    )
    given(own).when(acknowledge, by="dana", body=noted()).then_state(status="closed")


def test_another_director_acknowledges_a_directors_own():
    own = declared("gift", by="dana")
    given(own).when(acknowledge, by="carol", body=noted()).then_state(status="closed")


def test_a_new_line_manager_acts_and_the_one_before_only_sees():
    after = cast(joined("mo", under="dana", service="riverside"), moved("eve", under="mo"))
    given(PERFUME).when(acknowledge, by="mo", body=noted(), directory=after).then_state(
        status="closed"
    )
    given(PERFUME).when(acknowledge, by="femi", body=noted(), directory=after).then_refused(
        ForbiddenError
    )


@pytest.mark.parametrize("person", ["amina", "ben", "carol"])
def test_what_waits_for_a_decision_is_not_acknowledged(person):
    frame = declared("gift", by="amina")
    given(frame).when(acknowledge, by=person, body={}).then_refused(ConflictError)


def test_what_was_closed_at_once_is_not_acknowledged():
    token = declared("gift", by="amina", **A_TOKEN)
    given(token).when(acknowledge, by="ben", body=noted()).then_refused(ConflictError)


def test_not_theirs_comes_before_a_bad_body():
    given(PERFUME).when(acknowledge, by="eve", body={}).then_refused(ForbiddenError)


def test_a_bad_body_comes_before_acknowledged_already():
    given(PERFUME, did(acknowledge, "femi", noted())).when(
        acknowledge, by="femi", body={}
    ).then_refused(InvalidError)


def test_acknowledged_already_comes_before_what_the_rule_asks():
    given(CASH, did(acknowledge, "femi", noted(GIVE_BACK))).when(
        acknowledge, by="femi", body=noted()
    ).then_refused(ConflictError)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"note": NOTE}, "actions"),
        ({"actions": []}, "note"),
        (noted(note=""), "note"),
        (noted(actions=None), "actions"),
        (noted(actions={}), "actions"),
        (noted(GIVE_BACK, "more"), "actions.1"),
        (noted({**GIVE_BACK, "what": ""}), "actions.0.what"),
        (noted({**GIVE_BACK, "by": ""}), "actions.0.by"),
        (noted({**GIVE_BACK, "by": None}), "actions.0.by"),
        (noted({**GIVE_BACK, "done": True}), "actions.0.done"),
        (noted(agreed("Help", "eve", "2026-11-15")), "actions.0.due_on"),
        (noted(agreed("Help", "eve", "soon")), "actions.0.due_on"),
        (noted(*[GIVE_BACK] * 21), "actions"),
        (noted(confidentiality_discussed="yes"), "confidentiality_discussed"),
        (noted(confidentiality_discussed=1), "confidentiality_discussed"),
        (noted(risk_assessment=""), "risk_assessment"),
        (noted(handed_over={"to": "hr", "reference": "1"}), "handed_over"),
        (noted(answer=True), "answer"),
        ("acknowledged", ""),
    ],
)
def test_an_acknowledgement_of_another_shape_is_refused(body, field):
    given(PERFUME).when(acknowledge, by="femi", body=body).then_refused(InvalidError, field=field)


def test_an_action_may_be_due_today():
    body = noted(agreed("Ring the family", "eve", TODAY))
    given(PERFUME).when(acknowledge, by="femi", body=body).then_state(
        due_at=london("2026-11-16 17:00")
    )


# Once


def test_the_same_acknowledgement_again_says_nothing():
    for body in (noted(), noted(GIVE_BACK), noted(GIVE_BACK, GIVE_BACK)):
        given(PERFUME, did(acknowledge, "femi", body)).when(
            acknowledge, by="femi", body=body, at=NOW + A_DAY
        ).then_nothing_is_said()


@pytest.mark.parametrize("other", [noted(note="More"), noted(GIVE_BACK)])
def test_it_is_acknowledged_once(other):
    given(PERFUME, did(acknowledge, "femi", noted())).when(
        acknowledge, by="femi", body=other
    ).then_refused(ConflictError, words="acknowledged already")


def test_fewer_actions_than_before_are_not_the_same():
    both = did(acknowledge, "femi", noted(GIVE_BACK, agreed("Help", "femi")))
    given(PERFUME, both).when(acknowledge, by="femi", body=noted(GIVE_BACK)).then_refused(
        ConflictError
    )


def test_the_same_acknowledgement_after_a_correction_that_changed_nothing_says_nothing():
    typo = did(correct, "eve", {"details": gift(item="Scent"), "reason": "A typo"})
    given(PERFUME, did(acknowledge, "femi", noted()), typo).when(
        acknowledge, by="femi", body=noted()
    ).then_nothing_is_said()


def test_what_was_opened_again_is_acknowledged_again():
    to_cash = did(correct, "eve", {"details": gift(form="cash"), "reason": "It was money"})
    given(PERFUME, did(acknowledge, "femi", noted(GIVE_BACK)), to_cash).when(
        acknowledge, by="femi", body=noted(GIVE_BACK)
    ).then(said(DeclarationAcknowledged, made_on=4), said(ActionAgreed))


def test_a_withdrawn_gift_is_not_acknowledged():
    given(PERFUME, did(withdraw, "eve", {"reason": "By mistake"})).when(
        acknowledge, by="femi", body=noted()
    ).then_refused(ConflictError)


def test_004_takes_no_decision():
    given(PERFUME).when(
        decide, by="femi", body={"outcome": "keep", "reason": "Small"}
    ).then_refused(ConflictError)


def test_erased_words_leave_that_it_was_acknowledged():
    body = noted(GIVE_BACK)
    state = given(CASH, erased(did(acknowledge, "femi", body))).state
    assert state.acknowledged is not None
    assert (state.acknowledged.by, state.acknowledged.note) == ("femi", None)
    assert [(action.what, action.by) for action in state.actions] == [(None, "eve")]


# Who may see it


def test_a_policy_may_hide_it_from_a_role(tmp_path):
    narrow = amended(
        tmp_path,
        SUPPORTED_LIVING,
        "[kinds.gift.cases.received]\n",
        '[kinds.gift.cases.received]\nseen_by = ["line_manager"]\n',
    )
    story = given(PERFUME, policies=narrow, directory=cast(moved("femi", under=None)))
    story.when(acknowledge, by="dana", body=noted()).then_refused(NotFoundError)
    story.when(acknowledge, by="dev", body=noted()).then_refused(NotFoundError)
    story.when(acknowledge, by="femi", body=noted()).then_state(status="closed")
