"""Sight follows need: what a line manager sees who comes new above a worker, and as at before."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from events.event import Event
from register.acts.acknowledging import acknowledge
from register.acts.requesting import ask
from register.directory.directory import Directory
from register.errors import NotFoundError
from register.standing.seeing import may_see, readers
from tests.cast import (
    A_DAY,
    A_MINUTE,
    CAST,
    NOW,
    POLICIES,
    SHORT_BREAKS,
    amended,
    cast,
    directed,
    joined,
    left,
    moved,
    told,
)
from tests.registers import opened_register
from tests.spec import Step, declared, did, given

NUMBER = declared("personal-number", by="amina")
SETTLED = did(acknowledge, "ben", {"note": "We talked", "actions": []}, at=NOW + A_MINUTE)
LATER = NOW + A_DAY
UNDER_FEMI = moved("amina", under="femi")
ID = "5f0c3a52-0f3e-4e55-9d0e-1a6c6f7a2b10"


def at(moment: datetime, *events: Event) -> list[Event]:
    """Events as they are stored at a moment."""
    return [msgspec.structs.replace(event, recorded_at=moment) for event in events]


def sees(person: str, directory: Directory, *steps: Step, policies=POLICIES) -> bool:
    state = given(*steps, policies=policies).state
    found = may_see(directory.people[person], state, directory)
    assert (person in readers(state, directory)) is found
    return found


def test_whoever_comes_new_above_a_worker_sees_what_is_open_then():
    new = cast(*at(LATER, UNDER_FEMI))
    assert sees("femi", new, NUMBER)
    assert sees("dana", new, NUMBER)


def test_what_was_closed_before_they_do_not_see():
    new = cast(*at(LATER, UNDER_FEMI))
    assert not sees("femi", new, NUMBER, SETTLED)
    assert not sees("dana", new, NUMBER, SETTLED)
    assert not sees("femi", new, declared("gift", by="amina", token=True, worth="2.00"))


def test_what_is_closed_from_then_on_they_go_on_seeing():
    new = cast(*at(NOW + A_MINUTE / 2, UNDER_FEMI))
    assert sees("femi", new, NUMBER, SETTLED)


def test_a_question_about_what_is_closed_opens_it_to_them():
    token = declared("gift", by="amina", token=True, worth="2.00")
    asked = did(ask, "ben", {"text": "Who gave it?"}, at=NOW + A_MINUTE)
    assert sees("femi", cast(*at(LATER, UNDER_FEMI)), token, asked)


def test_where_the_pack_says_all_they_see_everything(tmp_path: Path):
    nation = 'nation = "ENG"'
    everything = amended(tmp_path, SHORT_BREAKS, nation, f'{nation}\nnew_line_sees = "all"')
    new = cast(*at(LATER, UNDER_FEMI))
    assert sees("femi", new, NUMBER, SETTLED, policies=everything)


def test_a_new_director_sees_everything_of_the_service():
    assert sees("gus", cast(*at(LATER, directed("elm-house", by="gus"))), NUMBER, SETTLED)


def test_whoever_was_told_goes_on_seeing_it():
    assert sees("ben", cast(*at(LATER, UNDER_FEMI)), NUMBER, SETTLED)


# Who is new


@pytest.mark.parametrize(
    "events",
    [
        at(LATER, moved("amina", under="carol")),
        at(LATER, left("ben")),
        at(LATER, joined("zoe", under="carol"), moved("ben", under="zoe")),
        at(LATER, moved("ben", under="zoe"), joined("zoe", under="carol")),
    ],
    ids=["the one between is passed over", "has left", "somebody between", "in another order"],
)
def test_whoever_was_above_already_is_not_new(events):
    gus_directs = directed("elm-house", by="gus")  # so that carol is above, and nothing else
    assert sees("carol", cast(gus_directs, *events), NUMBER, SETTLED)


def test_whoever_comes_between_is_new():
    between = cast(*at(LATER, joined("zoe", under="carol"), moved("ben", under="zoe")))
    assert not sees("zoe", between, NUMBER, SETTLED)


def test_whoever_comes_above_a_manager_is_new_to_all_below():
    assert not sees("dana", cast(*at(LATER, moved("ben", under="dana"))), NUMBER, SETTLED)


def test_whoever_comes_back_above_a_worker_is_new_again():
    there = at(NOW - A_DAY, moved("gus", under="femi"))
    gone = at(LATER, moved("gus", under="ben"))
    back = at(LATER + A_DAY, moved("gus", under="femi"))
    number = declared("personal-number", by="gus")
    assert sees("femi", cast(*there), number, SETTLED)
    assert not sees("femi", cast(*there, *gone, *back), number, SETTLED)


def test_those_above_from_the_beginning_are_not_new():
    assert all(CAST.came_above(each, "amina") is None for each in ("ben", "carol"))


# As the register has it


def test_lists_and_pages_agree_also_as_at_before(tmp_path: Path):
    clock = [NOW]
    url = f"sqlite:///{tmp_path}/register.sqlite"
    with opened_register(url, clock=lambda: clock[0]) as register:
        register.declare("amina", ID, told("personal-number", "amina"))
        before = register.log.last_position()
        register.acknowledge("ben", ID, {"note": "We talked", "actions": []})
        clock[0] = LATER
        register.change_directory([UNDER_FEMI])
        for person, count in (("femi", 0), ("ben", 1), ("carol", 1), ("amina", 1)):
            listed = register.read.workers_declarations(person, "amina", None, 10).items
            assert len(listed) == count, person
        with pytest.raises(NotFoundError):
            register.read.declaration("femi", ID)
        with pytest.raises(NotFoundError):  # as at is judged by who one is now
            register.read.declaration("femi", ID, str(before))


def test_as_at_is_judged_by_who_one_is_now(tmp_path: Path):
    """gus was above amina when it was declared, and is not now."""
    url = f"sqlite:///{tmp_path}/register.sqlite"
    with opened_register(url, clock=lambda: NOW) as register:
        register.change_directory([moved("ben", under="femi")])
        register.declare("amina", ID, told("personal-number", "amina"))
        then = str(register.log.last_position())
        assert register.read.declaration("femi", ID, then).worker == "amina"
        register.change_directory([moved("ben", under="carol")])
        with pytest.raises(NotFoundError):
            register.read.declaration("femi", ID, then)
        assert register.read.declaration("carol", ID, then).worker == "amina"
