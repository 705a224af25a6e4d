"""Who is whose line manager, who directs what, and which policy holds, on any day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from events.directory import PersonRenamed, PersonWords, PolicyPublished
from events.ids import own_id
from events.names import Role
from register.declarations.matter import Matter
from register.directory.cache import DirectoryCache, directory_at
from register.directory.directory import Directory, fold
from register.directory.loading import compare
from register.standing.holding import who_holds
from tests.cast import (
    A_DAY,
    CAST,
    IN_FORCE,
    NOW,
    POLICIES,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    TODAY,
    adopted,
    cast,
    cast_files,
    directed,
    empty_log,
    joined,
    left,
    london,
    moved,
)


def test_the_files_make_the_cast():
    assert set(CAST.people) == {
        *("amina", "gus", "ben", "carol"),
        *("eve", "femi", "dana"),
        *("dev", "ada"),
    }
    assert CAST.people["amina"].line_manager == "ben"
    assert CAST.people["dev"].roles == ("auditor",)
    assert CAST.services["elm-house"].director == "carol"


def test_an_event_changes_no_directory_that_there_was():
    before = dict(CAST.people)
    after = cast(moved("amina", under="carol"))
    assert after.people["amina"].line_manager == "carol"
    assert CAST.people == before


def test_a_new_name_is_not_the_directorys_concern():
    renamed = PersonRenamed(
        originator_id=own_id("person", "amina"), person="amina", words=PersonWords("A. Y.", "")
    )
    assert cast(renamed) == CAST


# Reporting lines


def test_the_line_above_somebody_is_nearest_first():
    assert list(CAST.line_above("amina")) == ["ben", "carol"]
    assert list(CAST.line_above("carol")) == []
    assert list(CAST.line_above("stranger")) == []


def test_those_below_somebody_are_all_of_them():
    assert CAST.reports("carol") == {"amina", "gus", "ben"}
    assert CAST.reports("amina") == set()


def test_whoever_is_named_as_somebodys_line_manager_is_one():
    assert CAST.manages("ben")
    assert not CAST.manages("amina")
    assert cast(moved("ben", under="gus")).manages("gus")


def test_the_line_passes_over_those_who_have_left():
    assert list(cast(left("ben")).line_above("amina")) == ["carol"]


@pytest.mark.parametrize("top", ["amina", "ben", "carol"])
def test_a_line_that_goes_round_ends(top):
    loop = cast(moved("carol", under=top))
    assert list(loop.line_above("amina")) == ["ben", "carol"]
    assert list(loop.line_above("carol"))[:1] == ([top] if top != "carol" else [])
    assert loop.reports("carol") >= {"amina", "gus"}


def test_a_line_to_somebody_unknown_ends_there():
    assert list(cast(moved("ben", under="nobody-known")).line_above("amina")) == ["ben"]


# Who holds a role


def holder(directory: Directory, role: Role, worker: str, service: str) -> str | None:
    return who_holds(directory, role, Matter(worker, service, role))


@pytest.mark.parametrize(
    ("worker", "manager", "director"),
    [
        ("amina", "ben", "carol"),
        ("ben", "carol", "carol"),
        ("carol", "dana", "dana"),
        ("eve", "femi", "dana"),
        ("dana", "carol", "carol"),
    ],
)
def test_a_role_is_held_by_somebody_else_than_the_worker(worker, manager, director):
    service = CAST.people[worker].services[0]
    assert holder(CAST, "line_manager", worker, service) == manager
    assert holder(CAST, "service_director", worker, service) == director


def test_a_role_goes_with_the_service_of_receipt():
    assert holder(CAST, "service_director", "amina", "riverside") == "dana"


def test_a_role_of_somebody_who_has_left_goes_up_the_line():
    assert holder(cast(left("ben")), "line_manager", "amina", "elm-house") == "carol"


def test_a_director_who_has_left_is_followed_by_the_director_above_them():
    above = cast(
        joined("zoe", service="riverside"),
        directed("riverside", "zoe"),
        joined("mo", under="zoe"),
        moved("carol", under="mo"),
        left("carol"),
    )
    assert holder(above, "service_director", "amina", "elm-house") == "zoe"


def test_where_the_line_has_ended_it_is_the_director_of_the_service_before_any_other():
    alone = cast(left("dana"), joined("zoe", service="riverside"), directed("riverside", "zoe"))
    assert holder(alone, "line_manager", "femi", "riverside") == "zoe"
    assert holder(alone, "line_manager", "zoe", "riverside") == "carol"


def test_where_nobody_remains_it_is_another_director_and_else_nobody():
    assert holder(cast(left("carol")), "service_director", "amina", "elm-house") == "dana"
    gone = cast(left("carol"), left("dana"), left("ben"))
    assert holder(gone, "service_director", "amina", "elm-house") is None
    assert holder(gone, "line_manager", "amina", "elm-house") is None


# Days


def test_somebody_is_here_until_the_day_on_which_they_left():
    leaving = cast(left("ben", on=TODAY))
    assert not leaving.is_here("ben")
    assert leaving.on(TODAY - A_DAY).is_here("ben")
    assert leaving.on(date(2026, 1, 1)).is_here("ben")


def test_somebody_who_comes_back_is_here():
    assert cast(left("ben"), left("ben", on=date.max)).is_here("ben")


def test_somebody_unknown_is_not_here():
    assert not CAST.is_here("nobody-known")


def test_a_policy_holds_from_the_day_it_is_in_force():
    service = CAST.services["elm-house"]
    assert service.policy_on(date(2026, 3, 31)) is None
    assert service.policy_on(IN_FORCE) == SHORT_BREAKS
    assert service.first_adopted_on == IN_FORCE


def test_a_service_may_change_its_policy_in_whatever_order_it_is_told():
    later, earlier = date(2027, 1, 1), date(2025, 1, 1)
    service = cast(
        adopted("elm-house", SUPPORTED_LIVING, later),
        adopted("elm-house", SUPPORTED_LIVING, earlier),
    ).services["elm-house"]
    held = [service.policy_on(day) for day in (earlier, IN_FORCE, later - A_DAY, later)]
    assert held == [SUPPORTED_LIVING, SHORT_BREAKS, SHORT_BREAKS, SUPPORTED_LIVING]
    assert service.first_adopted_on == earlier


def test_a_service_that_changes_director_keeps_its_policies():
    service = cast(directed("elm-house", "gus")).services["elm-house"]
    assert (service.director, service.policy_on(TODAY)) == ("gus", SHORT_BREAKS)


def test_a_service_without_a_policy_has_none():
    nothing = Directory(TODAY)
    assert nothing.published == {}
    assert fold(nothing, []).services == {}


def test_a_published_policy_is_known_as_it_stood():
    published = PolicyPublished(
        originator_id=own_id("policy", "p"), policy="p", version=IN_FORCE, pack={"title": "P"}
    )
    assert cast(published).published == {("p", IN_FORCE): {"title": "P"}}


# As at an earlier day


def undated(directory: Directory) -> Directory:
    """The directory without the days on which its services came into the register."""
    services = {name: replace(each, opened_on=None) for name, each in directory.services.items()}
    return replace(directory, services=services)


def test_a_service_is_known_since_the_day_it_came_into_the_register():
    with empty_log() as log:
        log.clock = lambda: london("2026-04-01 00:30")
        log.append(compare(cast_files(), log, Directory(TODAY), POLICIES).events)
        services = directory_at(log, log.last_position(), TODAY).services.values()
        assert {each.opened_on for each in services} == {date(2026, 4, 1)}


def test_the_directory_can_be_had_as_it_was_known_at_a_position():
    with empty_log() as log:
        log.append(compare(cast_files(), log, Directory(TODAY), POLICIES).events)
        then = log.last_position()
        log.append([moved("amina", under="carol"), left("ben")])
        assert undated(directory_at(log, then, TODAY)) == CAST
        now = undated(directory_at(log, log.last_position(), TODAY))
        assert now == cast(moved("amina", under="carol"), left("ben"))
        assert directory_at(log, 0, TODAY) == Directory(TODAY)


def test_the_present_directory_keeps_up_with_the_log():
    with empty_log() as log:
        kept = DirectoryCache(log)
        log.append(compare(cast_files(), log, Directory(TODAY), POLICIES).events)
        assert undated(kept.now().at(NOW)) == CAST
        log.append([moved("amina", under="carol")])
        assert undated(kept.now().at(NOW)) == cast(moved("amina", under="carol"))
        assert undated(kept.now().at(NOW + A_DAY)) == cast(moved("amina", under="carol")).on(
            TODAY + A_DAY
        )
