"""What each policy makes of an encounter, an acquaintance, a number and a friendship."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.cast import A_DAY, CAST, IN_FORCE, SHORT_BREAKS, SUPPORTED_LIVING, TODAY, days_ago
from tests.spec import declared, given

# An encounter


@pytest.mark.parametrize(
    ("answers", "flags"),
    [
        ({"arranged": True}, ("arranged",)),
        ({"approached_by": "worker"}, ("approached-by-worker",)),
        ({"agreed_to": "To ring the council"}, ("agreed-to-act",)),
        ({"minutes": 31}, ("prolonged",)),
        ({"arranged": True, "minutes": 60}, ("arranged", "prolonged")),
    ],
)
def test_a_meeting_that_is_more_than_chance_is_to_be_told(answers, flags):
    said = {**answers, "happened_on": days_ago(20)}
    given(declared("out-of-hours-encounter", by="amina", **said)).then_state(
        case="crossed",
        flags=flags,
        status="awaiting_acknowledgement",
        tells=["line_manager:ben"],
        cited=(SHORT_BREAKS, IN_FORCE, "2.0 B", True),
        late=False,
    )
    given(declared("out-of-hours-encounter", by="eve", **said)).then_state(
        case="crossed", cited=(SUPPORTED_LIVING, IN_FORCE, "Requirements", True), late=True
    )


@pytest.mark.parametrize("minutes", [3, 30])
@pytest.mark.parametrize(
    ("worker", "policy", "clause"),
    [("amina", SHORT_BREAKS, "2.0 B"), ("eve", SUPPORTED_LIVING, "Unacceptable Practices")],
)
def test_a_chance_meeting_is_only_worth_telling(minutes, worker, policy, clause):
    given(declared("out-of-hours-encounter", by=worker, minutes=minutes)).then_state(
        case="met", flags=(), cited=(policy, IN_FORCE, clause, False)
    )


# An acquaintance


def test_who_is_known_from_work_alone_excludes_nobody_under_003():
    known = {"relationship": "former_service_user", "happened_on": days_ago(60)}
    given(declared("prior-acquaintance", by="amina", **known)).then_state(
        case="professional",
        excludes=False,
        needs=(),
        late=False,
        cited=(SHORT_BREAKS, IN_FORCE, "2.0 B", False),
    )
    given(declared("prior-acquaintance", by="eve", **known)).then_state(case="known", excludes=True)


@pytest.mark.parametrize("worker", ["amina", "eve"])
def test_whoever_knows_a_service_user_otherwise_may_not_be_key_worker(worker):
    recorded = ("confidentiality_discussed", "risk_assessment")
    given(declared("prior-acquaintance", by=worker)).then_state(
        case="known", excludes=True, needs=recorded
    )
    given(declared("prior-acquaintance", by=worker, key_worker_now=True)).then_state(
        flags=("key-worker",), needs=(*recorded, "another_key_worker")
    )


def test_004_has_a_deadline_for_relatives_alone():
    related = {"relationship": "related", "happened_on": days_ago(2)}
    given(declared("prior-acquaintance", by="eve", **related)).then_state(late=True)
    given(declared("prior-acquaintance", by="eve", happened_on=days_ago(300))).then_state(
        late=False
    )


def test_before_any_policy_nobody_is_excluded():
    without = replace(CAST.services["elm-house"], adopted=())
    before = replace(CAST, services={**CAST.services, "elm-house": without})
    given(declared("prior-acquaintance", by="amina"), directory=before).then_state(excludes=False)


# A number


@pytest.mark.parametrize(
    ("contact", "given_on", "case", "clause"),
    [
        ("mobile", "2025-11-02", "before-policy", "5.0 C"),
        ("mobile", "2026-03-31", "before-policy", "5.0 C"),
        ("mobile", "2026-04-01", "given", "2.0 B"),
        ("landline", "2025-11-02", "given", "2.0 B"),
        ("address", "2026-06-10", "given", "2.0 B"),
    ],
)
def test_003_orders_only_a_mobile_number_of_before_the_policy_to_be_told_at_once(
    contact, given_on, case, clause
):
    step = declared("personal-number", by="amina", contact_kind=contact, given_on=given_on)
    given(step).then_state(case=case, cited=(SHORT_BREAKS, IN_FORCE, clause, True))


@pytest.mark.parametrize(
    ("given_on", "flags"), [("2026-03-31", ()), ("2026-04-01", ("after-policy",))]
)
def test_what_was_given_since_the_policy_is_marked(given_on, flags):
    given(declared("personal-number", by="eve", given_on=given_on)).then_state(
        case="given", flags=flags, cited=(SUPPORTED_LIVING, IN_FORCE, "Requirements", True)
    )


@pytest.mark.parametrize(
    ("given_on", "known_since", "late"),
    [
        (days_ago(30), days_ago(200), True),
        (days_ago(1), days_ago(200), False),
        ("2025-11-02", days_ago(1), False),
        ("2025-11-02", days_ago(2), True),
        ("2025-11-02", date(2024, 1, 1), True),
    ],
)
def test_a_number_is_late_from_the_day_on_which_it_could_be_told(given_on, known_since, late):
    """It was given, there was a policy, and the register knew the service."""
    house = replace(CAST.services["riverside"], opened_on=known_since)
    directory = replace(CAST, services={**CAST.services, "riverside": house})
    step = declared("personal-number", by="eve", given_on=str(given_on))
    given(step, directory=directory).then_state(late=late)


def test_a_policy_from_before_the_register_counts_for_numbers():
    house = replace(CAST.services["elm-house"], policy_first_on=date(2025, 1, 1))
    directory = replace(CAST, services={**CAST.services, "elm-house": house})
    given(declared("personal-number", by="amina"), directory=directory).then_state(
        case="given", flags=("after-policy",), cited=(SHORT_BREAKS, IN_FORCE, "2.0 B", True)
    )


# A friendship


@pytest.mark.parametrize(
    ("answers", "clause"),
    [
        ({"still_receiving_service": True}, "5.0 H"),
        ({"still_receiving_service": True, "still_vulnerable": "yes"}, "5.0 H"),
        ({"still_vulnerable": "yes"}, "5.0 I"),
    ],
)
def test_where_the_gate_is_shut_the_rule_answers_under_the_clause_that_shuts_it(answers, clause):
    given(declared("post-service-friendship", by="amina", **answers)).then_state(
        case="gate-shut", answered="not_appropriate", cited=(SHORT_BREAKS, IN_FORCE, clause, False)
    )


def test_004_has_no_gate_and_a_boundary_may_give_way():
    late = {"still_vulnerable": "yes", "happened_on": TODAY - 2 * A_DAY}
    given(declared("post-service-friendship", by="eve", **late)).then_state(
        case="asked",
        status="awaiting_acknowledgement",
        late=True,
        cited=(SUPPORTED_LIVING, IN_FORCE, "Requirements", True),
    )
