"""What an administrator may not do alone waits for a second person, who gains nothing by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from events.directory import (
    ChangeApproved,
    ChangeDeclined,
    ChangeProposed,
    PersonMoved,
    PersonWords,
    ServiceUserWords,
)
from events.names import Role
from register.directory.directory import Person
from register.directory.files import Files, LoadError, ServiceUser
from register.directory.loading import Load
from register.directory.service import Service
from register.errors import ConflictError, ForbiddenError, NotFoundError
from register.register import Register
from register.standing.two_persons import who_may_decide
from tests.browser import Office
from tests.cast import A_DAY, TODAY, cast_files
from tests.changing_the_directory import alter, alter_service, give, take

BY_TWO = ["auditor", "auditor-restricted", "administrator", "data_protection_officer"]


@pytest.fixture
def register(here: Office) -> Register:
    """With a second administrator: gus, who is a worker under ben and carol."""
    give(here.register, None, "gus", "administrator")
    return here.register


def roles(register: Register, person: str) -> tuple[str, ...]:
    return register.read.directory().people[person].roles


def only(load: Load) -> str:
    (proposal,) = load.waiting
    return str(proposal.id)


# Roles


@pytest.mark.parametrize("role", BY_TWO)
def test_a_role_given_by_one_person_is_not_given(register: Register, role: str) -> None:
    found = give(register, "ada", "amina", role)
    assert found.events == []
    assert len(found.waiting) == 1
    assert roles(register, "amina") == ("worker",)


@pytest.mark.parametrize("role", BY_TWO)
def test_a_role_taken_by_one_person_is_not_taken(register: Register, role: str) -> None:
    give(register, None, "amina", role)
    take(register, "ada", "amina", role)
    assert roles(register, "amina") == ("worker", role)


@pytest.mark.parametrize("role", BY_TWO)
def test_a_role_given_by_two_people_is_given(register: Register, role: str) -> None:
    register.approve("gus", only(give(register, "ada", "amina", role)))
    assert roles(register, "amina") == ("worker", role)
    *_, approved, moved = register.log.after()
    assert isinstance(approved, ChangeApproved)
    assert approved.approved_by == "gus"
    assert isinstance(moved, PersonMoved)
    assert moved.changed_by == "ada"


def test_a_service_director_may_be_the_second_person(register: Register) -> None:
    register.approve("dana", only(give(register, "ada", "amina", "auditor")))
    assert roles(register, "amina") == ("worker", "auditor")


@pytest.mark.parametrize("person", ["ben", "amina", "dev"])
def test_nobody_else_is_a_second_person(register: Register, person: str) -> None:
    change = only(give(register, "ada", "eve", "auditor"))
    with pytest.raises(ForbiddenError):
        register.approve(person, change)
    assert roles(register, "eve") == ("worker",)


def test_whoever_proposed_it_cannot_approve_it(register: Register) -> None:
    change = only(give(register, "ada", "eve", "auditor"))
    with pytest.raises(ForbiddenError, match="You proposed this"):
        register.approve("ada", change)


def test_whoever_gains_the_role_cannot_approve_it(register: Register) -> None:
    change = only(give(register, "ada", "gus", "auditor"))
    with pytest.raises(ForbiddenError, match="You would gain by this"):
        register.approve("gus", change)
    with pytest.raises(ForbiddenError, match="You would gain by this"):
        register.decline("gus", change)
    assert roles(register, "gus") == ("worker", "administrator")


@pytest.mark.parametrize("role", ["worker", "auditor", "data_protection_officer"])
def test_nobody_gives_a_role_to_themselves(register: Register, role: str) -> None:
    with pytest.raises(LoadError, match="nobody gives a role to themselves"):
        alter(register, "ada", "ada", roles=("administrator", role), line_manager="carol")


def test_the_role_of_a_worker_needs_one_person(register: Register) -> None:
    assert alter(register, "ada", "zoe", roles=("worker",), line_manager="ben").waiting == []
    assert alter(register, "ada", "zoe", roles=()).waiting == []


def test_who_joins_as_an_auditor_joins_at_once_and_audits_later(register: Register) -> None:
    found = alter(register, "ada", "zoe", roles=("worker", "auditor"), line_manager="ben")
    assert roles(register, "zoe") == ("worker",)
    register.approve("gus", only(found))
    assert roles(register, "zoe") == ("worker", "auditor")


def test_an_auditor_who_left_is_not_back_by_one_person(register: Register) -> None:
    alter(register, None, "dev", left_on=TODAY - A_DAY)
    found = alter(register, "ada", "dev", left_on=None)
    assert not register.read.directory().is_here("dev")
    register.approve("gus", only(found))
    assert register.read.directory().is_here("dev")


@pytest.mark.parametrize("day", [TODAY - A_DAY, TODAY, TODAY + 30 * A_DAY])
def test_the_last_administrator_cannot_go(here: Office, day: object) -> None:
    for by in ("ada", None):
        with pytest.raises(LoadError, match="the last administrator cannot go"):
            alter(here.register, by, "ada", left_on=day)
        with pytest.raises(LoadError, match="the last administrator cannot go"):
            take(here.register, by, "ada", "administrator")


def test_one_of_two_administrators_may_go(register: Register) -> None:
    alter(register, "ada", "ada", left_on=TODAY)
    with pytest.raises(LoadError, match="the last administrator cannot go"):
        alter(register, None, "gus", left_on=TODAY)


def test_of_two_who_would_go_one_stays(register: Register) -> None:
    change = only(take(register, "ada", "gus", "administrator"))
    alter(register, "ada", "ada", left_on=TODAY + A_DAY)
    with pytest.raises(ConflictError, match="the last administrator cannot go"):
        register.approve("carol", change)
    assert roles(register, "gus") == ("worker", "administrator")


# Reporting lines and services


@pytest.mark.parametrize(
    "change",
    [
        lambda register: alter(register, "gus", "eve", line_manager="gus"),
        lambda register: alter(register, "gus", "femi", line_manager="gus"),
        lambda register: alter_service(register, "gus", "riverside", director="gus"),
        lambda register: alter_service(register, "gus", "elm-house", reserve="gus"),
    ],
    ids=["a worker", "a line", "a director", "a reserve"],
)
def test_sight_for_oneself_waits(register: Register, change: Callable[[Register], Load]) -> None:
    alter(register, None, "dana", line_manager="carol")
    before = register.read.directory()
    found = change(register)
    assert found.events == []
    assert len(found.waiting) == 1
    after = register.read.directory()
    assert (after.people, after.services) == (before.people, before.services)
    register.approve("ada", only(found))
    after = register.read.directory()
    assert (after.people, after.services) != (before.people, before.services)


@pytest.mark.parametrize("person", ["femi", "zoe"])
@pytest.mark.parametrize("is_new", [True, False])
def test_nobody_becomes_a_director_by_one_person(
    register: Register, person: str, is_new: bool
) -> None:
    alter(register, None, "dana", line_manager="carol")
    alter(register, "ada", "zoe", services=("riverside",))
    riverside = register.read.directory().services["riverside"]
    known = replace(riverside, id="oak", reserve="dana") if is_new else riverside
    service = replace(known, director=person, reserve="carol")
    found = register.load(Files(services=[service], names_people=False), by="ada")
    assert not register.read.directory().directs(person)
    with pytest.raises(ForbiddenError, match="Only administrators and service directors agree"):
        register.approve(person, only(give(register, "ada", "amina", "auditor")))
    register.approve("gus", only(found))
    assert register.read.directory().directs(person) == {service.id}


def test_a_director_directs_another_service_by_one_person(register: Register) -> None:
    alter(register, None, "dana", line_manager="carol")
    alter_service(register, None, "elm-house", reserve="dana")
    found = alter_service(register, "ada", "riverside", director="carol", reserve="dana")
    assert found.waiting == []


def test_whoever_sees_more_by_it_cannot_approve_it(register: Register) -> None:
    under_carol = alter(register, "gus", "femi", line_manager="gus")
    with pytest.raises(ForbiddenError, match="You would gain by this"):
        register.approve("carol", only(under_carol))  # she stands above gus
    register.approve("dana", only(under_carol))


def test_sight_for_another_needs_one_person(register: Register) -> None:
    assert alter(register, "ada", "eve", line_manager="ben").waiting == []


@pytest.mark.parametrize("reference", ["RV-007", "rv-007"])
def test_nobody_moves_a_service_user_to_where_they_read_exclusions(
    here: Office, register: Register, reference: str
) -> None:
    here.declare("eve", "prior-acquaintance")
    alter(register, None, "ben", roles=("worker", "administrator"))
    moved = ServiceUser("elm-house", None, ServiceUserWords(reference, ""))
    files = Files(service_users=[moved], names_people=False)
    with pytest.raises(LoadError, match="let another administrator move service users"):
        register.load(files, by="ben")
    assert register.key_working.listed("ben") == []
    register.load(files, by="gus")
    (line,) = register.key_working.listed("ben")
    assert line.worker == "eve"


def test_of_a_load_all_is_made_at_once_but_what_gives_sight(register: Register) -> None:
    people = {each.id: (each, words) for each, words in cast_files().people}
    (eve, called_eve), (femi, called_femi) = people["eve"], people["femi"]
    files = Files(
        people=[
            (replace(eve, line_manager="gus"), called_eve),
            (replace(femi, services=("elm-house",)), called_femi),
        ]
    )
    found = register.load(files, by="gus")
    assert [type(each) for each in found.events] == [PersonMoved]
    assert register.read.directory().people["femi"].services == ("elm-house",)
    assert register.read.directory().people["eve"].line_manager == "femi"
    register.approve("dana", only(found))
    assert register.read.directory().people["eve"].line_manager == "gus"


def test_what_could_not_stand_without_what_waits_waits_with_it(register: Register) -> None:
    oak = Service("oak", "Oak", "gus", contacts=(), reserve="ben")
    zoe = Person("zoe", (Role.WORKER,), "ben", ("oak",))
    files = Files(people=[(zoe, PersonWords("Zoe Lim", "zoe@test"))], services=[oak])
    found = register.load(files, by="gus")
    assert found.events == []
    assert "zoe" not in register.read.directory().people
    register.approve("dana", only(found))
    assert register.read.directory().services["oak"].director == "gus"
    assert register.read.name("zoe") == "Zoe Lim"


def test_the_command_line_needs_nobody_else(register: Register) -> None:
    assert give(register, None, "amina", "auditor").waiting == []
    assert roles(register, "amina") == ("worker", "auditor")


@pytest.mark.parametrize("person", ["amina", "carol", "dev"])
def test_only_administrators_change_people_and_services(register: Register, person: str) -> None:
    with pytest.raises(ForbiddenError):
        alter(register, person, "eve", services=("elm-house",))


def test_nobody_leaves_who_directs_a_service(register: Register) -> None:
    with pytest.raises(LoadError, match="name another director before their last day"):
        alter(register, "ada", "carol", left_on=TODAY + A_DAY)


# What waits


def test_what_waits_may_be_declined_and_waits_no_more(register: Register) -> None:
    change = only(give(register, "ada", "eve", "auditor"))
    register.decline("gus", change)
    *_, last = register.log.after()
    assert isinstance(last, ChangeDeclined)
    assert last.declined_by == "gus"
    for decide in (register.approve, register.decline):
        with pytest.raises(NotFoundError):
            decide("gus", change)


def test_whoever_proposed_it_may_withdraw_it(register: Register) -> None:
    register.decline("ada", only(give(register, "ada", "eve", "auditor")))
    assert not register.read.directory().proposed


def test_the_same_change_waits_only_once(register: Register) -> None:
    first = only(give(register, "ada", "eve", "auditor"))
    assert only(give(register, "gus", "eve", "auditor")) == first
    assert len(register.read.directory().proposed) == 1


def test_it_lapses_after_fourteen_days(here: Office, register: Register) -> None:
    change = only(give(register, "ada", "eve", "auditor"))
    here.clock.goes_on(timedelta(days=14, minutes=1))
    with pytest.raises(ConflictError, match="has lapsed"):
        register.approve("gus", change)


@pytest.mark.parametrize("gone", [{"left_on": TODAY}, {"roles": ("worker",)}])
def test_it_lapses_when_its_proposer_goes_and_comes_back(
    register: Register, gone: dict[str, object]
) -> None:
    change = only(give(register, "gus", "eve", "auditor"))
    alter(register, None, "gus", **gone)
    alter(register, None, "gus", left_on=None, roles=("worker", "administrator"))
    with pytest.raises(NotFoundError):
        register.approve("carol", change)


def test_what_does_not_fit_any_more_changes_nothing(register: Register) -> None:
    change = only(alter(register, "gus", "eve", line_manager="gus"))
    alter(register, None, "eve", line_manager="ben")
    position = register.log.last_position()
    with pytest.raises(ConflictError, match="line manager of 'eve' has changed since"):
        register.approve("dana", change)
    assert register.log.last_position() == position


def test_what_changed_besides_stays_as_it_is_then(register: Register) -> None:
    change = only(give(register, "ada", "eve", "auditor"))
    alter(register, "ada", "eve", services=("elm-house",))
    register.approve("gus", change)
    eve = register.read.directory().people["eve"]
    assert (eve.roles, eve.services) == (("worker", "auditor"), ("elm-house",))


def test_the_names_of_people_who_would_be_new_are_sealed(register: Register) -> None:
    oak = Service("oak", "Oak", "gus", contacts=(), reserve="ben")
    zoe = Person("zoe", (Role.WORKER,), "ben", ("oak",))
    register.load(Files(people=[(zoe, PersonWords("Zoe Lim", "z@test"))], services=[oak]), by="gus")
    (unopened,) = register.log.after(topics=(ChangeProposed.TOPIC,), words=False)
    assert "Zoe" not in str(unopened)


def test_it_says_who_could_be_the_second_person(here: Office) -> None:
    (proposal,) = give(here.register, "ada", "carol", "auditor").waiting
    assert who_may_decide(proposal, here.register.read.directory()) == ["dana"]
