"""A pack sets the pace at which silence is answered; without it there is the usual one."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest

from events.declarations import Source
from events.names import Why
from register.deadlines import Pace, working_days_from
from register.policy import Policies, PolicyError, read_pack
from register.ruling.pacing import pace_of, usual_pace
from tests.cast import POLICIES, SHORT_BREAKS, london, shipped_text, write_pack

USUAL = Pace("ENG", (-1, 0, 1), 2, 7)
STEPS = """
[steps]
remind = ["0wd"]
escalate = "+1wd"
repeat = "3d"

[steps.decide]
remind = ["-2wd", "+2wd"]
"""


def source(policy: str | None, version: date | None) -> Source:
    return Source(policy, version, "6.0 G", asks=True)


def test_without_a_policy_or_without_steps_in_it_the_pace_is_the_usual_one():
    assert usual_pace(source(None, None), Why.DECIDE) == USUAL
    shipped = source(SHORT_BREAKS, date(2026, 4, 1))
    assert {pace_of(POLICIES, shipped, why) for why in Why} == {USUAL}


def test_a_pack_that_is_gone_leaves_the_usual_pace():
    assert pace_of(POLICIES, source("gone", date(2020, 1, 1)), Why.INFORM) == USUAL


def test_the_version_of_receipt_holds_and_one_sort_of_duty_may_have_its_own(tmp_path: Path):
    write_pack(tmp_path, SHORT_BREAKS, shipped_text(SHORT_BREAKS))
    later = shipped_text(SHORT_BREAKS).replace('nation = "ENG"', 'nation = "SCT"') + STEPS
    (tmp_path / SHORT_BREAKS / "2026-10-01.toml").write_text(later)
    policies = Policies(tmp_path)
    before, after = (source(SHORT_BREAKS, date(2026, month, 1)) for month in (4, 10))
    assert pace_of(policies, before, Why.DECIDE) == USUAL
    assert pace_of(policies, after, Why.COMPLETE) == Pace("SCT", (0,), 1, 3)
    assert pace_of(policies, after, Why.DECIDE) == Pace("SCT", (-2, 2), 1, 3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('escalate = "2 days"', "steps.escalate"),
        ("escalate = 3", "from 1wd to 5wd"),
        ('escalate = "+0wd"', "from 1wd to 5wd"),
        ('escalate = "+6wd"', "from 1wd to 5wd"),
        ('repeat = "8d"', "from 1d to 7d"),
        ('remind = ["+30wd"]', "from -20wd to 20wd"),
        ("remind = 3", "steps.remind"),
        ("sometimes = 1", "steps.sometimes"),
        ("[steps.forgive]\nescalate = '+1wd'", "steps.forgive"),
        ("[steps.decide]\nescalate = '+9wd'", "steps.decide.escalate"),
    ],
)
def test_what_would_let_an_alert_fall_silent_is_refused_and_named(wrong: str, said: str):
    data = tomllib.loads(f"{shipped_text(SHORT_BREAKS)}\n[steps]\n{wrong}\n")
    with pytest.raises(PolicyError, match=said.replace("[", r"\[")):
        read_pack(Path("pack.toml"), data)


@pytest.mark.parametrize(
    ("days", "nation", "expected"),
    [
        (0, "ENG", "2026-12-24 17:00"),
        (1, "ENG", "2026-12-29 17:00"),
        (-1, "ENG", "2026-12-23 17:00"),
        (4, "ENG", "2027-01-04 17:00"),
        (4, "SCT", "2027-01-05 17:00"),
        (5, "SCT", "2027-01-06 17:00"),
    ],
)
def test_working_days_are_those_of_the_nation(days: int, nation: str, expected: str):
    due_at = london("2026-12-24 17:00")
    assert working_days_from(due_at, days, nation, due_at) == london(expected)


def test_the_hour_stays_when_the_clocks_change():
    due_at: datetime = london("2026-10-23 17:00")
    assert working_days_from(due_at, 1, "ENG", due_at) == london("2026-10-26 17:00")
