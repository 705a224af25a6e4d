"""A worker corrects what they declared: the rules run again on the new facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.declarations import DeclarationCorrected, FactsWords
from register.acts.acknowledging import acknowledge
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.cast import (
    A_DAY,
    A_TOKEN,
    GIVEN_BACK,
    IN_FORCE,
    NOW,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    TODAY,
    adopted,
    cast,
    days_ago,
    gift,
    joined,
    london,
    moved,
)
from tests.spec import Step, declared, did, erased, given, said

FRAME = declared("gift", by="amina")
TOKEN = declared("gift", by="amina", **A_TOKEN)
PERFUME = declared("gift", by="eve")
KEPT = did(decide, "carol", {"outcome": "keep", "reason": "A farewell"})
TO_RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much"})
RETURNED = did(complete, "amina", GIVEN_BACK)
ACKNOWLEDGED = did(acknowledge, "femi", {"note": "Talked it over", "actions": []})
ASKED_BACK = did(withdraw, "amina", {"reason": "By mistake"})
AGREED = did(review, "carol", {"stands": False, "reason": "They asked for it"})
WITHDRAWN = (ASKED_BACK, AGREED)


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


def test_flags_are_those_of_the_new_facts_and_whoever_was_told_stays():
    given(declared("gift", by="amina", form="cash", without_warning=False)).then_state(
        flags=("cash", "announced"), tells=["service_director:carol", "line_manager:ben"]
    ).when(correct, by="amina", body=now_says(**A_TOKEN)).then_state(
        flags=("token",), tells=["service_director:carol", "line_manager:ben"]
    )


def test_who_was_told_keeps_sight_of_it():
    assert given(FRAME, corrected(**A_TOKEN)).state.told == {"ben", "carol"}


def test_the_newly_told_are_told():
    story = given(TOKEN).then_state(tells=["line_manager:ben"])
    story.when(correct, by="amina", body=now_says()).then_state(
        tells=["line_manager:ben", "service_director:carol"], told={"ben", "carol"}
    )


def test_told_are_also_those_who_hold_the_roles_now():
    after = cast(joined("mo", under="carol"), moved("amina", under="mo"))
    given(FRAME).when(correct, by="amina", body=now_says(worth="6.00"), directory=after).then_state(
        tells=["service_director:carol", "line_manager:ben", "line_manager:mo"]
    )


def test_what_is_left_out_stays_as_it_is():
    first = declared("gift", by="amina", happened_on=days_ago(1), service_user="SU-1077")
    given(first, corrected(worth="6.00")).then_state(
        happened_on=days_ago(1), service_user="SU-1077"
    )


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
    ).then_state(cited=(SHORT_BREAKS, IN_FORCE, "6.0 G", True), status="awaiting_decision")


def test_a_policy_adopted_since_does_not_hold_for_what_came_before_it():
    before = declared("gift", by="amina", at=london("2026-03-31 10:00"))
    given(before, corrected(form="cash")).then_state(
        cited=(None, None, "no policy in force", False),
        status="awaiting_acknowledgement",
    )


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
        status="awaiting_review", details=gift()
    )


def test_what_was_withdrawn_is_not_corrected():
    given(FRAME, *WITHDRAWN).when(correct, by="amina", body=now_says()).then_refused(
        ConflictError, words="withdrawn"
    )


def test_a_bad_body_comes_before_withdrawn_already():
    given(FRAME, *WITHDRAWN).when(correct, by="amina", body={}).then_refused(InvalidError)


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
    for last in ((KEPT,), (ASKED_BACK,)):
        given(FRAME, corrected(worth="6.00"), *last).when(
            correct, by="amina", body=again
        ).then_nothing_is_said()


def test_a_correction_that_changes_nothing_is_refused():
    given(FRAME).when(correct, by="amina", body=now_says()).then_refused(
        InvalidError, field="details", words="nothing would change"
    )


def test_a_correction_can_be_taken_back_by_another_and_what_was_asked_stays():
    given(FRAME, corrected(form="cash"), corrected()).then_state(
        details=gift(), outcomes=("return",), flags=()
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
