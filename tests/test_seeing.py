"""Who may see a declaration: for anyone else it does not exist."""

from __future__ import annotations

import pytest

from register.directory.directory import Directory
from register.errors import NotFoundError
from register.policy import EVERY_READER
from register.standing.seeing import check_may_see, may_see
from tests.cast import CAST, SUPPORTED_LIVING, amended, cast, directed, joined, moved
from tests.spec import Story, declared, given

FRAME = declared("gift", by="amina")
PERFUME = declared("gift", by="eve")


def seen_by(story: Story, directory: Directory = CAST) -> set[str]:
    people = directory.people.values()
    return {person.id for person in people if may_see(person, story.state, directory)}


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        ("amina", {"amina", "ben", "carol", "dev"}),
        ("ben", {"ben", "carol", "dev"}),
        ("eve", {"eve", "femi", "dana", "dev"}),
    ],
)
def test_the_worker_those_above_them_the_director_and_auditors_see_it(by, seen):
    assert seen_by(given(declared("gift", by=by))) == seen
    assert seen_by(given(declared("gift", by=by, offer="declined"))) == seen


def test_whoever_was_told_sees_it():
    assert seen_by(given(declared("gift", by="carol"))) == {"carol", "dana", "dev"}


def test_a_director_sees_it_who_is_in_no_reporting_line():
    after = cast(directed("elm-house", "gus"))
    assert "gus" in seen_by(given(FRAME), after)


def test_whoever_was_told_keeps_sight_and_the_new_manager_has_it():
    after = cast(joined("mo", under="dana", service="riverside"), moved("eve", under="mo"))
    assert seen_by(given(PERFUME), after) == {"eve", "femi", "mo", "dana", "dev"}


def test_a_director_is_that_of_the_service_of_receipt():
    moved_away = cast(moved("amina", under="femi"))
    assert "carol" in seen_by(given(FRAME), moved_away)


def test_everybody_named_may_see_it_where_the_policy_does_not_narrow():
    assert given(PERFUME).state.ruling.seen_by == EVERY_READER


@pytest.mark.parametrize(
    ("readers", "seen"),
    [
        ('["line_manager"]', {"eve", "femi", "dana"}),
        ('["auditor"]', {"eve", "femi", "dev"}),
        ("[]", {"eve", "femi"}),
    ],
)
def test_a_policy_may_narrow_it_but_not_for_the_worker_and_whoever_was_told(
    tmp_path, readers, seen
):
    rule = "[kinds.gift.cases.received]\n"
    narrow = amended(tmp_path, SUPPORTED_LIVING, rule, f"{rule}seen_by = {readers}\n")
    assert seen_by(given(PERFUME, policies=narrow)) == seen


def test_for_anyone_else_it_does_not_exist():
    with pytest.raises(NotFoundError, match="no declaration with that id that you may see"):
        check_may_see(CAST.people["ada"], given(FRAME).state, CAST)
