"""What each policy makes of a gift: who acts, under which clause, and what is flagged."""

from __future__ import annotations

from datetime import date

import pytest

from register.policy import SHIPPED, Policies
from tests.cast import (
    A_TOKEN,
    IN_FORCE,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    TODAY,
    adopted,
    amended,
    cast,
    days_ago,
    london,
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
        cited=(SHORT_BREAKS, IN_FORCE, "6.0 G", True),
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
    given(declared("gift", by="amina", **A_TOKEN)).then_state(
        case="token",
        status="closed",
        waiting_for=None,
        decides=None,
        outcomes=(),
        due_at=None,
        tells=["line_manager:ben"],
        flags=("token",),
        cited=(SHORT_BREAKS, IN_FORCE, "6.0 F", False),
    )


def test_hospitality_can_be_a_token():
    given(declared("gift", by="amina", form="hospitality", **A_TOKEN)).then_state(case="token")


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
        needs=(),
        cited=(SUPPORTED_LIVING, IN_FORCE, "1.2", True),
    )


@pytest.mark.parametrize("form", CASH_OR_WILL)
@pytest.mark.parametrize("whereabouts", ["with_me", "at_service"])
def test_004_asks_for_cash_or_a_bequest_to_be_given_back(form, whereabouts):
    given(declared("gift", by="eve", form=form, whereabouts=whereabouts)).then_state(
        status="awaiting_acknowledgement",
        needs=("action",),
        flags=("bequest",) if form == "bequest" else ("cash",),
    )


@pytest.mark.parametrize("form", ["cash", "voucher"])
@pytest.mark.parametrize("whereabouts", ["given_back", "with_giver"])
def test_004_asks_for_nothing_more_where_the_giver_has_the_money_again(form, whereabouts):
    given(declared("gift", by="eve", form=form, whereabouts=whereabouts)).then_state(
        case="gone-back", status="awaiting_acknowledgement", needs=(), flags=("cash",)
    )


@pytest.mark.parametrize("whereabouts", ["given_back", "with_giver"])
def test_a_bequest_is_never_back_it_is_given_up(whereabouts):
    given(declared("gift", by="eve", form="bequest", whereabouts=whereabouts)).then_state(
        case="bequest", needs=("action",)
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


# What is a token under 003


@pytest.mark.parametrize(
    ("worth", "case"),
    [
        ("10.01", "received"),
        ("5000.00", "received"),
        ("10.00", "token"),
        ("9", "token"),
        ("0", "token"),
        (None, "token-unpriced"),
    ],
)
def test_a_tick_makes_a_token_only_of_what_is_worth_little(worth, case):
    given(declared("gift", by="amina", token=True, worth=worth)).then_state(
        case=case, flags=("token",) if case == "token" else ()
    )


def test_without_a_tick_nothing_is_a_token():
    given(declared("gift", by="amina", token=False, worth="0.10")).then_state(
        case="received", flags=()
    )


def test_a_token_that_nobody_has_priced_is_looked_at_by_the_line_manager():
    given(declared("gift", by="amina", token=True, worth=None)).then_state(
        status="awaiting_acknowledgement",
        tells=["line_manager:ben"],
        cited=(SHORT_BREAKS, IN_FORCE, "6.0 F", False),
    )


def test_a_pack_without_a_sum_calls_nothing_a_token_that_has_a_worth(tmp_path):
    policies = amended(tmp_path, SHORT_BREAKS, "token_value", "# token_value")
    given(declared("gift", by="amina", **A_TOKEN), policies=policies).then_state(case="received")


def test_a_sum_does_nothing_where_the_policy_knows_no_token(tmp_path):
    heading = "[kinds.gift.cases.declined]"
    sums = f'[kinds.gift]\ntoken_value = "5.00"\ntotal_value = "1.00"\n{heading}'
    policies = amended(tmp_path, SUPPORTED_LIVING, heading, sums)
    step = declared("gift", by="eve", token=True, worth="2.10")
    given(step, policies=policies).then_state(case="received", flags=())


# What is announced, or from others


@pytest.mark.parametrize(
    ("form", "case", "outcomes"),
    [
        ("goods", "received", ("keep", "return")),
        ("cash", "cash", ("return",)),
        ("bequest", "bequest", ("return",)),
    ],
)
def test_what_was_announced_is_told_under_another_clause_and_never_late(form, case, outcomes):
    """6.0 G is about gifts without warning."""
    announced = {"without_warning": False, "happened_on": "2026-09-01", "form": form}
    given(declared("gift", by="amina", **announced)).then_state(
        case=case,
        status="awaiting_decision",
        outcomes=outcomes,
        late=False,
        cited=(SHORT_BREAKS, IN_FORCE, "2.0 B", True),
    )


@pytest.mark.parametrize("giver", ["relative_or_carer", "other"])
@pytest.mark.parametrize(("worker", "clause"), [("amina", "6.0 G"), ("eve", "1.2")])
def test_what_others_give_is_asked_by_the_house(giver, worker, clause):
    state = given(declared("gift", by=worker, giver=giver)).state
    assert state.ruling.flags == ("from-others",)
    assert state.ruling.source.clause == clause
    assert "from others" in (state.ruling.source.house or "")


# Before a policy, and beside it


def test_before_a_policy_is_in_force_the_line_manager_is_told_and_acknowledges():
    step = declared("gift", by="amina", at=london("2026-03-31 10:00"), happened_on="2026-01-05")
    given(step).then_state(
        status="awaiting_acknowledgement",
        waiting_for="line_manager",
        tells=["line_manager:ben"],
        late=False,
        due_at=london("2026-04-02 17:00"),
        cited=(None, None, "no policy in force", False),
    )


def test_the_first_day_of_a_policy_is_in_force():
    step = declared("gift", by="amina", at=london("2026-04-01 00:00"))
    given(step).then_state(cited=(SHORT_BREAKS, IN_FORCE, "6.0 G", True))


def test_without_a_policy_nothing_is_a_token_and_a_declined_gift_is_read_too():
    before = london("2026-03-31 10:00")
    for answers in ({"token": True}, {"offer": "declined"}, {"form": "cash"}):
        step = declared("gift", by="amina", at=before, **answers)
        given(step).then_state(status="awaiting_acknowledgement", needs=())
    given(declared("gift", by="amina", at=before, token=True)).then_state(flags=())


def test_a_policy_that_does_not_know_the_kind_leaves_it_to_the_line_manager(tmp_path):
    write_pack(tmp_path, "other", 'title = "Other"\nclauses = {}\nkinds = {}\n')
    other = cast(adopted("elm-house", "other", date(2026, 6, 1)))
    policies = Policies(SHIPPED, tmp_path)
    given(declared("gift", by="amina"), directory=other, policies=policies).then_state(
        status="awaiting_acknowledgement",
        tells=["line_manager:ben"],
        late=False,
        cited=("other", IN_FORCE, "not in this policy", False),
    )


def test_the_version_that_holds_is_the_latest_dated_on_or_before_receipt(tmp_path):
    policies = amended(tmp_path, SHORT_BREAKS, "6.0 G", "6.1", version=date(2026, 11, 16))
    evening = london("2026-11-15 23:59")
    given(declared("gift", by="amina", at=evening), policies=policies).then_state(
        cited=(SHORT_BREAKS, IN_FORCE, "6.0 G", True)
    )
    given(declared("gift", by="amina"), policies=policies).then_state(
        cited=(SHORT_BREAKS, TODAY, "6.1", True)
    )


def test_the_policy_is_that_of_receipt_whatever_day_it_happened():
    changed = cast(adopted("elm-house", SUPPORTED_LIVING, TODAY))
    given(declared("gift", by="amina", happened_on=days_ago(3)), directory=changed).then_state(
        cited=(SUPPORTED_LIVING, IN_FORCE, "1.2", True)
    )
