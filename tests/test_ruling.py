"""What each policy makes of a gift: who is told, who acts, by when, under which clause."""

from __future__ import annotations

from datetime import date

import pytest

from events.declarations import Source
from register.directory.directory import Directory
from register.policy import SHIPPED, Policies
from tests.cast import (
    A_DAY,
    A_MINUTE,
    CAST,
    IN_FORCE,
    NOW,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    TODAY,
    adopted,
    amended,
    cast,
    days_ago,
    directed,
    joined,
    left,
    london,
    moved,
    write_pack,
)
from tests.spec import declared, given

CASH_OR_WILL = ["cash", "voucher", "bequest"]


# Residential and short breaks (003)


def test_a_gift_above_a_token_goes_to_the_director_who_may_keep_or_return_it():
    given(declared("gift", by="amina")).then_state(
        case="received",
        status="awaiting_decision",
        waiting_for="service_director",
        decides="service_director",
        outcomes=("keep", "return"),
        tells=["service_director:carol", "line_manager:ben"],
        flags=(),
        source=Source(SHORT_BREAKS, IN_FORCE, "6.0 G", asks=True),
    )


@pytest.mark.parametrize("form", CASH_OR_WILL)
@pytest.mark.parametrize("token", [True, False])
def test_cash_a_voucher_or_a_bequest_can_only_go_back_and_is_never_a_token(form, token):
    given(declared("gift", by="amina", form=form, token=token, worth="0.50")).then_state(
        case="bequest" if form == "bequest" else "cash",
        status="awaiting_decision",
        decides="service_director",
        outcomes=("return",),
        tells=["service_director:carol", "line_manager:ben"],
        flags=("bequest",) if form == "bequest" else ("cash",),
    )


@pytest.mark.parametrize("whereabouts", ["given_back", "with_giver"])
def test_cash_that_has_gone_back_still_goes_to_the_director_under_003(whereabouts):
    step = declared("gift", by="amina", form="cash", whereabouts=whereabouts)
    given(step).then_state(case="cash", status="awaiting_decision", outcomes=("return",))


def test_a_token_is_told_to_the_line_manager_and_closed_at_once():
    given(declared("gift", by="amina", token=True, worth="1.50")).then_state(
        case="token",
        status="closed",
        waiting_for=None,
        decides=None,
        outcomes=(),
        due_at=None,
        tells=["line_manager:ben"],
        flags=("token",),
        source=Source(SHORT_BREAKS, IN_FORCE, "6.0 F", asks=False),
    )


def test_hospitality_can_be_a_token():
    given(declared("gift", by="amina", form="hospitality", token=True)).then_state(case="token")


# Supported living (004)


@pytest.mark.parametrize("token", [True, False])
def test_004_knows_no_token_every_gift_is_talked_over(token):
    given(declared("gift", by="eve", token=token)).then_state(
        case="received",
        status="awaiting_acknowledgement",
        waiting_for="line_manager",
        decides=None,
        outcomes=(),
        tells=["line_manager:femi"],
        flags=(),
        needs_action=False,
        source=Source(SUPPORTED_LIVING, IN_FORCE, "1.2", asks=True),
    )


@pytest.mark.parametrize("form", CASH_OR_WILL)
@pytest.mark.parametrize("whereabouts", ["with_me", "at_service"])
def test_004_asks_for_cash_or_a_bequest_to_be_given_back(form, whereabouts):
    given(declared("gift", by="eve", form=form, whereabouts=whereabouts)).then_state(
        status="awaiting_acknowledgement",
        needs_action=True,
        flags=("bequest",) if form == "bequest" else ("cash",),
    )


@pytest.mark.parametrize("form", CASH_OR_WILL)
@pytest.mark.parametrize("whereabouts", ["given_back", "with_giver"])
def test_004_asks_for_nothing_more_where_the_giver_has_it_again(form, whereabouts):
    given(declared("gift", by="eve", form=form, whereabouts=whereabouts)).then_state(
        case="gone-back",
        status="awaiting_acknowledgement",
        needs_action=False,
        flags=("bequest",) if form == "bequest" else ("cash",),
    )


# Under either policy


@pytest.mark.parametrize(("worker", "manager"), [("amina", "ben"), ("eve", "femi")])
@pytest.mark.parametrize("token", [True, False])
def test_a_declined_gift_is_told_to_the_line_manager_and_closed_at_once(worker, manager, token):
    given(declared("gift", by=worker, offer="declined", token=token)).then_state(
        case="declined",
        status="closed",
        tells=[f"line_manager:{manager}"],
        flags=("declined",),
        late=False,
    )


@pytest.mark.parametrize("worker", ["amina", "eve"])
@pytest.mark.parametrize(
    ("form", "flags"),
    [
        ("cash", ("cash", "declined")),
        ("voucher", ("cash", "declined")),
        ("bequest", ("bequest", "declined")),
    ],
)
def test_declined_comes_first_even_for_cash_which_keeps_its_flag(worker, form, flags):
    step = declared("gift", by=worker, offer="declined", form=form)
    given(step).then_state(case="declined", status="closed", flags=flags)


@pytest.mark.parametrize("worker", ["amina", "eve"])
def test_a_gift_that_was_announced_is_flagged_only_where_it_was_taken(worker):
    announced = {"without_warning": False}
    given(declared("gift", by=worker, **announced)).then_state(flags=("announced",))
    given(declared("gift", by=worker, offer="declined", **announced)).then_state(
        flags=("declined",)
    )


# A policy that sets a token value


@pytest.mark.parametrize(
    ("worth", "case"),
    [("5.01", "received"), ("5.00", "token"), ("5", "token"), ("0", "token"), (None, "token")],
)
def test_worth_above_the_token_value_overrules_the_worker(tmp_path, worth, case):
    policies = _with_token_value(tmp_path, SHORT_BREAKS)
    step = declared("gift", by="amina", token=True, worth=worth)
    given(step, policies=policies).then_state(
        case=case, flags=("token",) if case == "token" else ()
    )


def test_worth_is_compared_as_a_number(tmp_path):
    policies = _with_token_value(tmp_path, SHORT_BREAKS)
    step = declared("gift", by="amina", token=True, worth="12.50")
    given(step, policies=policies).then_state(case="received")


def test_the_token_value_never_makes_a_token(tmp_path):
    policies = _with_token_value(tmp_path, SHORT_BREAKS)
    step = declared("gift", by="amina", token=False, worth="0.10")
    given(step, policies=policies).then_state(case="received", flags=())


def test_the_token_value_makes_no_token_of_cash(tmp_path):
    policies = _with_token_value(tmp_path, SHORT_BREAKS)
    step = declared("gift", by="amina", token=True, worth="0.10", form="cash")
    given(step, policies=policies).then_state(case="cash")


def test_a_token_value_does_nothing_where_the_policy_knows_no_token(tmp_path):
    policies = _with_token_value(tmp_path, SUPPORTED_LIVING)
    step = declared("gift", by="eve", token=True, worth="0.10")
    given(step, policies=policies).then_state(case="received", flags=())


def _with_token_value(folder, policy) -> Policies:
    return amended(folder, policy, "# token_value", "token_value")


# Who is told


def test_nobody_is_told_twice_a_managers_own_gift_is_told_to_the_director_once():
    given(declared("gift", by="ben")).then_state(
        tells=["service_director:carol"], decides="service_director"
    )


def test_a_managers_own_token_is_told_to_whoever_is_above_them():
    given(declared("gift", by="ben", token=True)).then_state(tells=["line_manager:carol"])


def test_a_managers_own_gift_under_004_is_for_their_own_manager():
    given(declared("gift", by="femi")).then_state(
        tells=["line_manager:dana"], waiting_for="line_manager"
    )


def test_a_directors_own_gift_goes_to_another_director_once():
    given(declared("gift", by="carol")).then_state(
        tells=["service_director:dana"], decides="service_director"
    )


def test_a_directors_own_gift_under_004_goes_to_another_director():
    given(declared("gift", by="dana")).then_state(tells=["line_manager:carol"])


def test_a_directors_own_gift_goes_to_the_next_director_above_them():
    above = cast(
        joined("zoe", service="riverside"),
        directed("riverside", "zoe"),
        moved("carol", under="zoe"),
    )
    given(declared("gift", by="carol"), directory=above).then_state(tells=["service_director:zoe"])


def test_a_manager_above_a_director_who_directs_nothing_is_told_as_manager():
    above = cast(joined("mo"), moved("carol", under="mo"))
    given(declared("gift", by="carol"), directory=above).then_state(
        tells=["service_director:dana", "line_manager:mo"]
    )


def test_other_directors_come_by_the_id_of_their_service():
    more = _with_service(_with_service(CAST, "aspen", "gus"), "zinnia", "eve")
    given(declared("gift", by="carol"), directory=more).then_state(tells=["service_director:gus"])


def test_a_director_who_is_also_the_line_manager_is_told_in_the_acting_role():
    under_carol = cast(moved("amina", under="carol"))
    given(declared("gift", by="amina"), directory=under_carol).then_state(
        tells=["service_director:carol"]
    )
    given(declared("gift", by="amina", token=True), directory=under_carol).then_state(
        tells=["line_manager:carol"]
    )


def test_the_acting_role_comes_first_in_whatever_order_the_policy_tells_them(tmp_path):
    rule = '[kinds.gift.cases.received]\ntells = ["service_director", "line_manager"]'
    told = '[kinds.gift.cases.received]\ntells = ["line_manager", "service_director"]'
    turned = amended(tmp_path, SHORT_BREAKS, rule, told)
    given(declared("gift", by="ben"), policies=turned).then_state(tells=["service_director:carol"])


def test_a_manager_who_has_left_is_passed_over():
    without_ben = cast(left("ben"))
    given(declared("gift", by="amina", token=True), directory=without_ben).then_state(
        tells=["line_manager:carol"]
    )


def test_where_all_above_have_left_another_director_is_told():
    alone = cast(left("ben"), left("carol"))
    given(declared("gift", by="amina"), directory=alone).then_state(tells=["service_director:dana"])


def test_where_there_is_nobody_at_all_it_is_taken_and_tells_nobody():
    nobody = cast(left("dana"), moved("carol", under=None))
    given(declared("gift", by="carol"), directory=nobody).then_state(
        tells=[], status="awaiting_decision"
    )


def _with_service(directory: Directory, service: str, director: str) -> Directory:
    services = {**directory.services}
    services[service] = type(services["riverside"])(service, service.title(), director)
    return Directory(directory.today, directory.people, services, directory.published)


# Lateness: the day it happened, the device's clock, and receipt


@pytest.mark.parametrize(("days", "late"), [(0, False), (1, False), (2, True), (42, True)])
def test_immediately_is_a_day(days, late):
    given(declared("gift", by="amina", happened_on=days_ago(days))).then_state(late=late)


@pytest.mark.parametrize("answers", [{"token": True}, {"offer": "declined"}])
def test_what_no_clause_gives_a_deadline_is_never_late(answers):
    given(declared("gift", by="amina", happened_on="2026-01-05", **answers)).then_state(late=False)


def test_004_names_no_deadline_for_a_gift():
    given(declared("gift", by="eve", happened_on="2026-01-05")).then_state(late=False)


def test_being_without_signal_is_not_being_late():
    captured = NOW - 14 * A_DAY
    step = declared("gift", by="amina", happened_on=days_ago(15), captured_at=captured)
    given(step).then_state(late=False, received_at=NOW, captured_at=captured)


def test_a_clock_more_than_14_days_behind_is_not_believed():
    captured = NOW - 14 * A_DAY - A_MINUTE
    step = declared("gift", by="amina", happened_on=days_ago(15), captured_at=captured)
    given(step).then_state(late=True)


def test_the_day_it_was_taken_down_is_the_devices_own():
    """23:30 in London is the day after in Athens: two days after the Thursday."""
    step = declared(
        "gift", by="amina", happened_on="2026-11-12", captured_at="2026-11-14T01:30:00+02:00"
    )
    given(step).then_state(late=True)


def test_a_clock_that_is_ahead_is_taken_and_marked():
    step = declared("gift", by="amina", captured_at=NOW + 2 * A_MINUTE)
    given(step).then_state(clock_ahead=True, flags=(), late=False)


def test_a_clock_that_is_ahead_makes_nothing_late():
    step = declared("gift", by="amina", captured_at=NOW + 300 * A_DAY)
    given(step).then_state(clock_ahead=True, late=False)


def test_a_clock_that_is_ahead_excuses_nothing():
    step = declared("gift", by="amina", happened_on=days_ago(9), captured_at=NOW + 2 * A_MINUTE)
    given(step).then_state(clock_ahead=True, late=True)


@pytest.mark.parametrize("ahead", [0 * A_MINUTE, A_MINUTE])
def test_clocks_may_differ_by_a_minute(ahead):
    step = declared("gift", by="amina", captured_at=NOW + ahead)
    given(step).then_state(clock_ahead=False)


def test_why_it_is_late_is_kept():
    step = declared("gift", by="amina", happened_on=days_ago(9), late_reason="I was on leave")
    given(step).then_state(late=True, late_reason="I was on leave")


# By when whoever must act should have acted


def test_a_decision_is_due_at_17_00_after_five_working_days():
    given(declared("gift", by="amina")).then_state(due_at=london("2026-11-23 17:00"))


def test_an_acknowledgement_is_due_at_17_00_after_two_working_days():
    given(declared("gift", by="eve")).then_state(due_at=london("2026-11-18 17:00"))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-13 18:00", "2026-11-17 17:00"),  # a Friday evening
        ("2026-11-14 09:00", "2026-11-17 17:00"),  # a Saturday
        ("2026-12-24 10:00", "2026-12-30 17:00"),  # Christmas, and Boxing Day kept on a Monday
        ("2026-07-01 23:30", "2026-07-03 17:00"),  # summer time
        ("2027-03-25 10:00", "2027-03-31 17:00"),  # Good Friday and Easter Monday
    ],
)
def test_weekends_and_bank_holidays_do_not_count(received, due):
    given(declared("gift", by="eve", at=london(received))).then_state(due_at=london(due))


def test_bank_holidays_are_those_of_the_policys_nation(tmp_path):
    scottish = amended(tmp_path, SUPPORTED_LIVING, 'nation = "ENG"', 'nation = "SCT"')
    step = declared("gift", by="eve", at=london("2026-12-31 10:00"))
    given(step).then_state(due_at=london("2027-01-05 17:00"))
    given(step, policies=scottish).then_state(due_at=london("2027-01-06 17:00"))


def test_what_is_closed_at_once_is_due_by_no_day():
    given(declared("gift", by="amina", token=True)).then_state(due_at=None)


# Before a policy, and beside it


def test_before_a_policy_is_in_force_the_line_manager_is_told_and_acknowledges():
    step = declared("gift", by="amina", at=london("2026-03-31 10:00"), happened_on="2026-01-05")
    given(step).then_state(
        status="awaiting_acknowledgement",
        waiting_for="line_manager",
        tells=["line_manager:ben"],
        late=False,
        due_at=london("2026-04-02 17:00"),
        source=Source(None, None, "no policy in force", asks=False),
    )


def test_the_first_day_of_a_policy_is_in_force():
    step = declared("gift", by="amina", at=london("2026-04-01 00:00"))
    given(step).then_state(source=Source(SHORT_BREAKS, IN_FORCE, "6.0 G", asks=True))


def test_without_a_policy_nothing_is_a_token_and_a_declined_gift_is_read_too():
    before = london("2026-03-31 10:00")
    for answers in ({"token": True}, {"offer": "declined"}, {"form": "cash"}):
        step = declared("gift", by="amina", at=before, **answers)
        given(step).then_state(status="awaiting_acknowledgement", needs_action=False)
    given(declared("gift", by="amina", at=before, token=True)).then_state(flags=())


def test_a_policy_that_does_not_know_the_kind_leaves_it_to_the_line_manager(tmp_path):
    write_pack(tmp_path, "other", 'title = "Other"\nclauses = {}\nkinds = {}\n')
    other = cast(adopted("elm-house", "other", date(2026, 6, 1)))
    policies = Policies(SHIPPED, tmp_path)
    given(declared("gift", by="amina"), directory=other, policies=policies).then_state(
        status="awaiting_acknowledgement",
        tells=["line_manager:ben"],
        late=False,
        source=Source("other", IN_FORCE, "not in this policy", asks=False),
    )


def test_the_version_that_holds_is_the_latest_dated_on_or_before_receipt(tmp_path):
    policies = amended(tmp_path, SHORT_BREAKS, "6.0 G", "6.1", version=date(2026, 11, 16))
    evening = london("2026-11-15 23:59")
    given(declared("gift", by="amina", at=evening), policies=policies).then_state(
        source=Source(SHORT_BREAKS, IN_FORCE, "6.0 G", asks=True)
    )
    given(declared("gift", by="amina"), policies=policies).then_state(
        source=Source(SHORT_BREAKS, TODAY, "6.1", asks=True)
    )


def test_the_policy_is_that_of_receipt_whatever_day_it_happened():
    changed = cast(adopted("elm-house", SUPPORTED_LIVING, TODAY))
    given(declared("gift", by="amina", happened_on=days_ago(3)), directory=changed).then_state(
        source=Source(SUPPORTED_LIVING, IN_FORCE, "1.2", asks=True)
    )
