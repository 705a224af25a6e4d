"""A worker corrects what they declared: the rules run again on the new facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.declarations import DeclarationCorrected, DeclarationDecided, FactsWords, Source
from register.acts.acknowledging import acknowledge
from register.acts.answering import answer
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.withdrawing import withdraw
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.cast import (
    A_DAY,
    IN_FORCE,
    NOW,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    TODAY,
    adopted,
    cast,
    days_ago,
    details,
    gift,
    joined,
    london,
    moved,
)
from tests.spec import Step, declared, did, erased, given, said

FRAME = declared("gift", by="amina")
TOKEN = declared("gift", by="amina", token=True)
PERFUME = declared("gift", by="eve")
KEPT = did(decide, "carol", {"outcome": "keep", "reason": "A farewell"})
TO_RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much"})
RETURNED = did(complete, "amina", {"evidence": "Given back"})
ACKNOWLEDGED = did(acknowledge, "femi", {"note": "Talked it over", "actions": []})
WITHDRAWN = did(withdraw, "amina", {"reason": "By mistake"})


def now_says(**answers: Any) -> dict[str, Any]:
    """The body of a correction of the usual gift."""
    return {"details": gift(**answers), "reason": "I wrote it down wrongly"}


def corrected(by: str = "amina", at=NOW, **answers: Any) -> Step:
    return did(correct, by, now_says(**answers), at=at)


# What a correction changes


def test_the_new_facts_stand_and_the_rules_run_again():
    given(FRAME).when(correct, by="amina", body=now_says(worth="6.00")).then(
        said(
            DeclarationCorrected,
            corrected_by="amina",
            corrected_at=NOW,
            happened_on=TODAY,
            reopened=False,
            words=FactsWords("SU-1042", gift(worth="6.00"), reason="I wrote it down wrongly"),
        )
    ).then_state(details=gift(worth="6.00"), facts_version=2, status="awaiting_decision")


def test_flags_and_tells_are_replaced_not_added_to():
    given(declared("gift", by="amina", form="cash", without_warning=False)).then_state(
        flags=("cash", "announced"), tells=["service_director:carol", "line_manager:ben"]
    ).when(correct, by="amina", body=now_says(token=True)).then_state(
        flags=("token",), tells=["line_manager:ben"]
    )


def test_who_was_told_keeps_sight_of_it():
    assert given(FRAME, corrected(token=True)).state.told == {"ben", "carol"}


def test_the_newly_told_are_told():
    story = given(TOKEN).then_state(tells=["line_manager:ben"])
    story.when(correct, by="amina", body=now_says()).then_state(
        tells=["service_director:carol", "line_manager:ben"], told={"ben", "carol"}
    )


def test_told_are_those_who_hold_the_roles_now():
    after = cast(joined("mo", under="carol"), moved("amina", under="mo"))
    given(FRAME).when(correct, by="amina", body=now_says(worth="6.00"), directory=after).then_state(
        tells=["service_director:carol", "line_manager:mo"]
    )


def test_what_is_left_out_stays_as_it_is():
    first = declared("gift", by="amina", happened_on=days_ago(1), service_user="SU-1077")
    given(first, corrected()).then_state(happened_on=days_ago(1), service_user="SU-1077")


def test_the_day_and_the_service_user_can_be_corrected():
    body = {**now_says(), "happened_on": str(days_ago(5)), "service_user": "SU-1077"}
    given(FRAME).when(correct, by="amina", body=body).then_state(
        happened_on=days_ago(5), service_user="SU-1077", late=True
    )


def test_lateness_is_counted_to_when_it_was_first_told():
    much_later = NOW + 100 * A_DAY
    given(FRAME, corrected(at=much_later, worth="6.00")).then_state(late=False)


def test_why_it_was_late_is_kept():
    late = declared("gift", by="amina", happened_on=days_ago(5), late_reason="On leave")
    given(late, corrected(worth="6.00")).then_state(late=True, late_reason="On leave")


def test_the_policy_stays_that_of_receipt():
    after = cast(adopted("elm-house", SUPPORTED_LIVING, date(2026, 11, 17)))
    given(FRAME).when(
        correct, by="amina", body=now_says(form="cash"), at=NOW + 3 * A_DAY, directory=after
    ).then_state(
        source=Source(SHORT_BREAKS, IN_FORCE, "6.0 G", asks=True), status="awaiting_decision"
    )


def test_a_policy_adopted_since_does_not_hold_for_what_came_before_it():
    before = declared("gift", by="amina", at=london("2026-03-31 10:00"))
    given(before, corrected(form="cash")).then_state(
        source=Source(None, None, "no policy in force", asks=False),
        status="awaiting_acknowledgement",
    )


# Where what is asked changes, it is asked anew


def test_a_gift_not_settled_yet_is_routed_again():
    given(FRAME).when(correct, by="amina", body=now_says(token=True)).then(
        said(DeclarationCorrected, reopened=True)
    ).then_state(status="closed", waiting_for=None, due_at=None)


def test_what_was_closed_at_once_opens_where_it_was_no_token():
    given(TOKEN).when(correct, by="amina", body=now_says()).then_state(
        status="awaiting_decision",
        decides="service_director",
        outcomes=("keep", "return"),
        due_at=london("2026-11-23 17:00"),
    )


def test_what_is_asked_anew_is_due_anew():
    tuesday = NOW + A_DAY
    given(FRAME).when(correct, by="amina", body=now_says(form="cash"), at=tuesday).then_state(
        due_at=london("2026-11-24 17:00"), outcomes=("return",)
    )


def test_what_is_asked_still_is_due_when_it_was():
    tuesday = NOW + A_DAY
    given(FRAME).when(correct, by="amina", body=now_says(worth="6.00"), at=tuesday).then_state(
        due_at=london("2026-11-23 17:00")
    )


@pytest.mark.parametrize("settled", [(KEPT,), (TO_RETURN,), (TO_RETURN, RETURNED)])
def test_a_settled_gift_opens_again_where_the_outcomes_change(settled):
    given(FRAME, *settled).when(correct, by="amina", body=now_says(form="cash")).then(
        said(DeclarationCorrected, reopened=True)
    ).then_state(status="awaiting_decision", waiting_for="service_director", outcomes=("return",))


def test_the_old_decision_still_names_the_entry_it_was_made_on():
    state = given(FRAME, KEPT, corrected(form="cash")).state
    assert state.decision is not None
    assert (state.decision.outcome, state.decision.made_on) == ("keep", 1)
    assert state.facts_version == 3


def test_the_new_decision_takes_its_place_and_names_the_correction():
    state = given(FRAME, KEPT, corrected(form="cash"), TO_RETURN).state
    assert state.decision is not None
    assert (state.decision.outcome, state.decision.made_on) == ("return", 3)


def test_a_friendship_opened_again_is_answered_again_even_in_the_same_words():
    asked, kind = declared("post-service-friendship", by="amina"), "post-service-friendship"
    appropriate = {
        "outcome": "appropriate",
        "no_longer_vulnerable": True,
        "no_imbalance_of_power": True,
        "reason": "They moved away long ago",
    }
    shut = {"details": details(kind, still_vulnerable="yes"), "reason": "They are still unwell"}
    opened = {"details": details(kind), "reason": "They are well after all"}
    again = given(
        asked,
        did(answer, "ben", appropriate),
        did(correct, "amina", shut),
        did(correct, "amina", opened),
    ).then_state(status="awaiting_answer")
    again.when(answer, by="ben", body=appropriate).then(
        said(DeclarationDecided, decided_by="ben", outcome="appropriate")
    ).then_state(status="closed")


def test_the_old_acknowledgement_still_names_the_entry_it_was_made_on():
    state = given(PERFUME, ACKNOWLEDGED, corrected("eve", form="cash")).state
    assert state.status == "awaiting_acknowledgement"
    assert state.acknowledged is not None
    assert (state.acknowledged.made_on, state.facts_version) == (1, 3)


@pytest.mark.parametrize("settled", [KEPT, TO_RETURN])
def test_a_settled_gift_stays_settled_where_route_and_outcomes_stay(settled):
    before = given(FRAME, settled).state
    given(FRAME, settled).when(correct, by="amina", body=now_says(worth="600.00")).then(
        said(DeclarationCorrected, reopened=False)
    ).then_state(status=before.status, due_at=before.due_at, waiting_for=before.waiting_for)


def test_an_acknowledged_gift_stays_so_where_nothing_else_is_asked():
    given(PERFUME, ACKNOWLEDGED, corrected("eve", token=True, worth="1")).then_state(
        status="closed"
    )


def test_from_cash_to_a_bequest_it_stays_decided_and_the_flags_change():
    cash = declared("gift", by="amina", form="cash")
    given(cash, TO_RETURN, corrected(form="bequest")).then_state(
        status="awaiting_action", flags=("bequest",)
    )


def test_from_a_token_to_a_declined_gift_it_stays_closed():
    given(TOKEN).when(correct, by="amina", body=now_says(offer="declined")).then(
        said(DeclarationCorrected, reopened=False)
    ).then_state(status="closed", flags=("declined",))


def test_004_asks_again_where_the_giver_has_it_after_all():
    cash = declared("gift", by="eve", form="cash")
    given(cash, corrected("eve", form="cash", whereabouts="given_back")).then_state(
        status="awaiting_acknowledgement", needs_action=False, flags=("cash",)
    )


def test_a_settled_gift_that_was_declined_after_all_is_closed_once_what_was_agreed_is_done():
    declined = {"offer": "declined", "whereabouts": "with_giver"}
    story = given(FRAME, TO_RETURN, corrected(**declined)).then_state(status="awaiting_action")
    story.when(complete, by="amina", body={"evidence": "Never taken"}).then_state(status="closed")
    given(FRAME, KEPT, corrected(**declined)).then_state(status="closed")


# Who corrects, and the order of refusal


@pytest.mark.parametrize("person", ["ben", "carol"])
def test_only_the_worker_corrects(person):
    given(FRAME).when(correct, by=person, body={}).then_refused(ForbiddenError)


def test_for_whoever_may_not_know_of_it_it_does_not_exist():
    given(FRAME).when(correct, by="eve", body={}).then_refused(NotFoundError)


def test_an_auditor_corrects_nothing():
    given(FRAME).when(correct, by="dev", body={}).then_refused(ForbiddenError, words="Auditors")


@pytest.mark.parametrize("last", [KEPT, TO_RETURN])
def test_it_can_be_corrected_at_any_time(last):
    given(FRAME, last, corrected(worth="6.00", at=NOW + 400 * A_DAY)).then_state(
        details=gift(worth="6.00")
    )


def test_what_was_withdrawn_is_not_corrected():
    given(FRAME, WITHDRAWN).when(correct, by="amina", body=now_says()).then_refused(
        ConflictError, words="withdrawn"
    )


def test_a_bad_body_comes_before_withdrawn_already():
    given(FRAME, WITHDRAWN).when(correct, by="amina", body={}).then_refused(InvalidError)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"details": None}, "details"),
        ({"details": gift(form="loan")}, "details.form"),
        ({"details": gift(wings=2)}, "details.wings"),
        ({"reason": ""}, "reason"),
        ({"service_user": "M K"}, "service_user"),
        ({"happened_on": str(TODAY + A_DAY)}, "happened_on"),
        ({"kind": "gift"}, "kind"),
        ({"captured_at": NOW.isoformat()}, "captured_at"),
        ({"late_reason": "On leave"}, "late_reason"),
    ],
)
def test_a_correction_of_another_shape_is_refused(change, field):
    body = {**now_says(), **change}
    given(FRAME).when(correct, by="amina", body=body).then_refused(InvalidError, field=field)


def test_a_correction_has_all_the_answers_and_a_reason():
    refusal = given(FRAME).when(correct, by="amina", body={}).then_refused(InvalidError)
    assert [error.field for error in refusal.errors] == ["details", "reason"]


def test_today_is_that_of_the_device_it_was_taken_down_with():
    evening = london("2026-11-16 20:00")
    there = declared("gift", by="amina", at=evening, captured_at="2026-11-17T09:00:00+13:00")
    body = {**now_says(), "happened_on": "2026-11-17"}
    given(there).when(correct, by="amina", body=body, at=evening).then_state(
        happened_on=date(2026, 11, 17)
    )
    given(FRAME).when(correct, by="amina", body=body, at=evening).then_refused(
        InvalidError, field="happened_on"
    )


# Once


def test_the_same_correction_again_says_nothing():
    given(FRAME, corrected(form="cash")).when(
        correct, by="amina", body=now_says(form="cash"), at=NOW + 9 * A_DAY
    ).then_nothing_is_said()


def test_the_same_correction_again_says_nothing_after_it_was_decided_or_withdrawn():
    again = now_says(worth="6.00")
    for last in (KEPT, WITHDRAWN):
        given(FRAME, corrected(worth="6.00"), last).when(
            correct, by="amina", body=again
        ).then_nothing_is_said()


def test_a_correction_can_be_taken_back_by_another():
    given(FRAME, corrected(form="cash"), corrected()).then_state(
        details=gift(), outcomes=("keep", "return")
    )


# Where words were erased


def test_a_correction_of_what_was_erased_must_give_the_reference():
    story = given(erased(FRAME))
    story.when(correct, by="amina", body=now_says()).then_refused(
        InvalidError, field="service_user", words="erased"
    )
    body = {**now_says(), "service_user": "SU-1042"}
    story.when(correct, by="amina", body=body).then_state(service_user="SU-1042")


def test_erased_corrections_leave_what_followed():
    given(FRAME, erased(corrected(form="cash"))).then_state(
        details=None, service_user=None, flags=("cash",), outcomes=("return",)
    )
