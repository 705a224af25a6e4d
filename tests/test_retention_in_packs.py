"""How long a declaration is kept is said by the pack, and checked when the pack is read."""

from __future__ import annotations

import pytest

from register.acts.acknowledging import NEEDS
from register.kinds import all_kinds
from register.policy import Policies, PolicyError
from register.ruling.describing import check
from register.ruling.retaining import outcomes_of, retention_in_words, term_of
from tests.cast import (
    IN_FORCE,
    POLICIES,
    SHORT_BREAKS,
    SMALLEST_PACK,
    SUPPORTED_LIVING,
    write_pack,
)

HOUSE = 'house = "We said so."'


def packs_with(tmp_path, retention: str) -> Policies:
    write_pack(tmp_path, "our-own", SMALLEST_PACK + retention)
    return Policies(tmp_path)


def term(policies: Policies, kind: str, outcome: str):
    (policy, versions), *_ = policies.packs.items()
    return term_of(policies, policy, next(iter(versions)), kind, outcome)


@pytest.mark.parametrize("policy", [SHORT_BREAKS, SUPPORTED_LIVING])
def test_neither_policy_says_how_long_so_both_packs_call_it_a_house_rule(policy):
    for kind in all_kinds():
        for outcome in outcomes_of(kind):
            found = term_of(POLICIES, policy, IN_FORCE, kind, outcome)
            assert found is not None
            assert found.house
            assert not found.goes_by_itself


def test_what_is_said_of_a_kind_goes_before_what_is_said_of_all(tmp_path):
    policies = packs_with(
        tmp_path,
        f"""
[retention]
days = 10
outcomes = {{ withdrawn = 2 }}
{HOUSE}
[retention.kinds.gift]
outcomes = {{ return = 7 }}
[retention.kinds.ending]
days = 30
""",
    )
    days = {
        ("gift", "return"): 7,
        ("gift", "withdrawn"): 2,
        ("gift", "keep"): 10,
        ("ending", "withdrawn"): 30,
        ("personal-number", "acknowledged"): 10,
    }
    assert {each: term(policies, *each).days for each in days} == days


def test_without_a_word_of_it_nothing_is_ever_due(tmp_path):
    assert term(packs_with(tmp_path, ""), "gift", "keep") is None
    assert term_of(POLICIES, None, None, "gift", "keep") is None


@pytest.mark.parametrize(
    ("retention", "said"),
    [
        ("days = 0\n" + HOUSE, "retention.days"),
        ("days = 10", "says why it is a `house` rule"),
        ('days = 10\nclause = "9.9"', "clause '9.9' is not told under"),
        (f"days = 10\n{HOUSE}\nforever = true", "retention.forever"),
    ],
)
def test_a_pack_is_refused_that_says_it_wrong(tmp_path, retention, said):
    with pytest.raises(PolicyError) as refused:
        packs_with(tmp_path, f"\n[retention]\n{retention}\n")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("outcomes = { burnt = 3 }", "retention.outcomes: 'burnt' is none of"),
        ("[retention.kinds.gift]\noutcomes = { grant = 3 }", "kinds.gift.outcomes: 'grant'"),
        ("[retention.kinds.gfit]\ndays = 3", "retention.kinds.gfit: there is no such kind"),
    ],
)
def test_a_pack_is_refused_that_names_what_is_not_there(tmp_path, wrong, said):
    policies = packs_with(tmp_path, f"\n[retention]\ndays = 10\n{HOUSE}\n{wrong}\n")
    with pytest.raises(PolicyError) as refused:
        check(policies, NEEDS)
    assert said in str(refused.value)


def test_people_read_how_long_and_who_decides():
    words = " ".join(retention_in_words(POLICIES.packs[SHORT_BREAKS][IN_FORCE].retention))
    assert "2192 days" in words
    assert "Not in this policy, a house rule." in words
    assert "Nothing goes without a data protection officer's word." in words
