"""Whoever holds a role, and whoever may see: the same in every directory, however it is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as whenever
from hypothesis import settings
from hypothesis import strategies as st

from events.event import Event
from register.acts.declaring import NOT_STORED, read_telling, receive, try_out
from register.declarations.folding import evolve
from register.declarations.matter import Matter
from register.declarations.names import Because, Role
from register.declarations.passing import AS
from register.directory.directory import Directory
from register.ruling.previewing import previewed
from register.standing.holding import holders, who_holds
from register.standing.seeing import may_see, readers, why_may_see
from tests.cast import (
    A_DAY,
    CAST,
    NOW,
    POLICIES,
    TODAY,
    audits,
    cast,
    covered,
    directed,
    left,
    moved,
    told,
)
from tests.spec import Story, declared, given

many = settings(max_examples=4 * settings.default.max_examples)
PEOPLE = sorted(CAST.people)
SERVICES = sorted(CAST.services)
WORKERS = ["amina", "ben", "carol", "eve", "femi", "gus"]
ROLES = [Role.LINE_MANAGER, Role.SERVICE_DIRECTOR]


def change(person: str, other: str, service: str, what: str) -> Event:
    match what:
        case "moved":
            return moved(person, under=other if other != person else None)
        case "leaves today":
            return left(person, TODAY)
        case "leaves tomorrow":
            return left(person, TODAY + A_DAY)
        case "is in reserve":
            return directed(service, by=other, reserve=person)
        case "audits one service":
            return audits(person, service)
        case "audits what few may know, there":
            return audits(person, service, role=Role.AUDITOR_RESTRICTED)
        case "has audited":
            return audits(person, last_on=TODAY - A_DAY)
        case "is covered":
            return covered(person, by=other)
        case "is covered later":
            return covered(person, by=other, first_on=TODAY + A_DAY)
        case _:
            return directed(service, by=person)


CHANGES = (
    "moved",
    "leaves today",
    "leaves tomorrow",
    "directs",
    "is in reserve",
    "audits one service",
    "audits what few may know, there",
    "has audited",
    "is covered",
    "is covered later",
)
changes = st.lists(
    st.builds(
        change,
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.sampled_from(SERVICES),
        st.sampled_from(CHANGES),
    ),
    max_size=8,
)
last_resorts = st.sampled_from([(), ("dev", "gus"), ("ada", "amina", "femi")])
directories = st.builds(
    lambda events, last_resort: replace(cast(*events), last_resort=last_resort),
    changes,
    last_resorts,
)
GIFTS = {worker: given(declared("gift", by=worker)) for worker in WORKERS}
gifts = st.sampled_from(WORKERS).map(GIFTS.__getitem__)


@whenever(directories, st.sampled_from(WORKERS), st.sampled_from(SERVICES), st.sampled_from(ROLES))
@many
def test_a_role_is_held_by_somebody_else_who_is_here(
    directory: Directory, worker: str, service: str, role: Role
) -> None:
    found = list(holders(directory, role, Matter(worker, service, role)))
    people = [holder.person for holder in found]
    assert worker not in people
    assert all(map(directory.is_here, people))
    assert len(people) == len(set(people))
    assert who_holds(directory, role, Matter(worker, service, role)) == next(iter(people), None)


@whenever(directories, st.sampled_from(WORKERS), st.sampled_from(SERVICES), st.sampled_from(ROLES))
@many
def test_whoever_the_directory_names_comes_before_everybody_else(
    directory: Directory, worker: str, service: str, role: Role
) -> None:
    found = holders(directory, role, Matter(worker, service, role))
    reasons = [each.because for each in found if each.because is not Because.COVERS]
    assert reasons == sorted(reasons, key=list(Because).index)


@whenever(directories, st.sampled_from(WORKERS), st.sampled_from(SERVICES), st.sampled_from(ROLES))
@many
def test_whoever_covers_comes_right_before_the_one_who_is_away_and_takes_nobody_elses_place(
    directory: Directory, worker: str, service: str, role: Role
) -> None:
    matter = Matter(worker, service, role)
    found = list(holders(directory, role, matter))
    for place, each in enumerate(found):
        if each.because is Because.COVERS:
            assert directory.cover_of(each.for_person or "") == each.person
            assert found[place + 1].person == each.for_person
        else:
            assert each.for_person is None
    in_their_own = {each.person for each in found if each.for_person is None}
    alone = {each.person for each in holders(directory.without_covers(), role, matter)}
    assert in_their_own <= alone <= {each.person for each in found}


def test_every_reason_but_the_ordinary_one_is_told_in_the_history() -> None:
    """That somebody covers is told with the person for whom they do."""
    assert AS.keys() == set(Because) - {Because.NAMED, Because.COVERS}


@whenever(directories, gifts)
@many
def test_everybody_who_may_see_it_is_listed_with_the_reason(
    directory: Directory, story: Story
) -> None:
    listed = readers(story.state, directory)
    for person in directory.people.values():
        why = why_may_see(person, story.state, directory)
        assert (why is not None) is may_see(person, story.state, directory)
        if directory.is_here(person.id):
            assert listed.get(person.id) == why
        else:
            assert person.id not in listed


@whenever(directories, st.sampled_from(WORKERS))
@many
def test_what_is_promised_before_it_is_sent_is_what_is_kept(
    directory: Directory, worker: str
) -> None:
    if "worker" not in directory.people[worker].roles:
        return
    telling = read_telling(told("gift", worker), NOW)
    made = try_out(telling, receive(worker, NOT_STORED, telling, POLICIES, directory, NOW))
    promised = set(previewed(made, directory).sees)
    for person in directory.people.values():
        sees = may_see(person, evolve(None, made), directory)
        is_other = person.id != worker and directory.is_here(person.id)
        assert (person.id in promised) is (sees and is_other)


@pytest.mark.parametrize("role", [Role.WORKER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_a_role_that_acts_on_nothing_has_no_holder(role: Role) -> None:
    with pytest.raises(KeyError):
        who_holds(CAST, role, Matter("amina", "elm-house", role))
