"""What a rule says otherwise when a declaration has a flag."""

from __future__ import annotations

from pathlib import Path

import pytest

from register.acts.acknowledging import NEEDS
from register.policy import Policies, PolicyError, Rule
from register.ruling.describing import check
from tests.cast import IN_FORCE, SMALLEST_PACK, write_pack


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("[kinds.gift.cases.received.when.arranged]\nduty = false\n", "'arranged' is none of its"),
        ('needs = ["weather"]\n', "needs: 'weather' is none of"),
        (
            '[kinds.gift.cases.received.when.cash]\nneeds = ["weather"]\n',
            "received, when cash: needs",
        ),
    ],
)
def test_a_flag_or_a_need_that_there_is_not_is_refused_with_its_place(tmp_path, more, words):
    write_pack(tmp_path, "test", SMALLEST_PACK + more)
    with pytest.raises(PolicyError, match=words):
        check(Policies(tmp_path), NEEDS)


def rule_with(folder: Path, *more: str) -> Rule:
    write_pack(folder, "test", "\n".join([SMALLEST_PACK, *more]))
    return Policies(folder).packs["test"][IN_FORCE].kinds["gift"].cases["received"]


def when(flag: str, *says: str) -> str:
    return "\n".join([f"[kinds.gift.cases.received.when.{flag}]", *says])


def test_what_a_flag_says_takes_the_place_of_what_the_rule_says(tmp_path):
    rule = rule_with(tmp_path, 'deadline = "at once"', when("cash", 'needs = ["action"]'))
    assert rule.under(()) == rule
    assert rule.under(("cash",)).needs == ("action",)
    assert rule.under(("cash",)).deadline == "at once"


def test_of_several_flags_the_first_in_the_pack_decides_field_by_field(tmp_path):
    rule = rule_with(
        tmp_path,
        when("cash", 'house = "Money"', "duty = false"),
        when("announced", 'house = "Known"', 'deadline = "at once"'),
    )
    both = rule.under(("announced", "cash"))
    assert (both.house, both.duty, both.deadline) == ("Money", False, "at once")


def test_a_deadline_of_none_takes_the_deadline_away(tmp_path):
    rule = rule_with(tmp_path, 'deadline = "at once"', when("cash", 'deadline = "none"'))
    assert rule.under(("cash",)).deadline is None


def test_a_rule_without_a_clause_says_that_it_is_the_houses(tmp_path):
    write_pack(tmp_path, "test", SMALLEST_PACK.replace('clause = "1"', 'house = "We ask for it"'))
    rule = Policies(tmp_path).packs["test"][IN_FORCE].kinds["gift"].cases["received"]
    assert rule.cites == "not in this policy, a house rule"
