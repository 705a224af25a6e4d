"""Lists, single reads, promises and alerts agree on who may know, in every directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given as whenever
from hypothesis import settings

from events.alerts import AlertRaised, AlertUnreachable
from events.event import Event
from events.names import AlertState, SeenBy
from register.alerts.duties import duties
from register.console.commands import stood_at
from register.declarations.declaration import Declaration
from register.declarations.replaying import declarations_at
from register.directory.directory import Person
from register.errors import RegisterError
from register.policy import Policies
from register.projections import register_list
from register.projections.inbox import inbox
from register.projections.register_list import Filter
from register.register import Register
from register.standing.barring import is_barred
from register.standing.seeing import may_see, readers
from register.turns.chasing import chase
from tests.cast import (
    NOW,
    SERVICE_USERS,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    gift,
    joined,
    shipped_text,
    told,
    write_pack,
)
from tests.dropped_in import dropped_in
from tests.examples import worry_about_a_colleague
from tests.registers import opened_register
from tests.test_standing import PEOPLE, WORKERS, changes

WORRY = "worry-about-a-colleague"
RESTRICTED = "rhea"
NOTE = {"note": "We talked.", "actions": []}
KEEP = {"outcome": "keep", "reason": "A farewell"}
RECEIVED = "[kinds.gift.cases.received]\n"
RULE = f"""
[kinds.{WORRY}.cases.seen]
tells = ["line_manager", "service_director"]
then = "acknowledgement"
acts = "service_director"
clause = "6.0 G"
seen_by = ["line_manager", "service_director", "auditor"]
"""


def policies_in(folder: Path) -> Policies:
    """At Elm House a gift is seen by whoever acts alone, and a worry by the whole line; at
    Riverside it is the other way round."""
    elm_house = shipped_text(SHORT_BREAKS).replace(RECEIVED, f'{RECEIVED}seen_by = ["acting"]\n')
    folder.mkdir()
    write_pack(folder, SHORT_BREAKS, elm_house + RULE)
    write_pack(folder, SUPPORTED_LIVING, shipped_text(SUPPORTED_LIVING))
    return Policies(folder)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    folder = tmp_path_factory.mktemp("much")
    with (
        dropped_in(worry_about_a_colleague),
        opened_register(
            f"sqlite:///{folder}/register.sqlite",
            clock=lambda: NOW,
            policies=policies_in(folder / "policies"),
            last_resort=("gus", "femi"),
        ) as register,
    ):
        register.change_directory([joined(RESTRICTED, roles=("auditor-restricted",))])
        declare_much(register, Random(10))
        let_some_go_on(register)
        yield register


def declare_much(register: Register, chance: Random) -> None:
    """Gifts, and worries about everybody; some of them settled, some about another by now."""
    for number in range(16):
        by, declaration = chance.choice(WORKERS), UUID(int=chance.getrandbits(128), version=4)
        kind = WORRY if number % 3 else "gift"
        others = [each for each in PEOPLE if each != by]
        said = {"subject": chance.choice(others)} if kind == WORRY else {}
        register.declare(by, str(declaration), told(kind, by, **said))
        if number % 4 == 0:
            settle(register, declaration)
        if number % 5 == 0 and kind == WORRY:
            details = {"subject": chance.choice(others), "seen": "It was another", "at_risk": False}
            register.correct(by, str(declaration), {"details": details, "reason": "So it is"})
        if number % 4 == 1:
            to_the_other_service(register, by, declaration)

    for by in ("amina", "eve"):  # nothing narrows who may see a meeting
        declaration = UUID(int=chance.getrandbits(128), version=4)
        register.declare(by, str(declaration), told("out-of-hours-encounter", by))
        to_the_other_service(register, by, declaration)


def let_some_go_on(register: Register) -> None:
    """Of every other alert the one who has it cannot be reached, so that others are asked too."""
    with register.log.database.read() as connection:
        rows = connection.execute(sa.select(inbox).order_by(inbox.c.alert)).all()
    said = [
        AlertUnreachable(originator_id=row.alert, person=row.person, noticed_at=NOW)
        for row in rows[::2]
        if row.person is not None and row.state != AlertState.DONE
    ]
    register.turns.run(lambda turn: turn.append(said))
    taken, _ = register.turns.run(chase)
    assert taken == len(said) > 3


def to_the_other_service(register: Register, by: str, declaration: UUID) -> None:
    state = register.unguarded.declaration(declaration)
    assert state is not None
    other = next(each for each in SERVICE_USERS.values() if each != state.service_user)
    body = {"details": state.details, "service_user": other, "reason": "It was somebody else"}
    register.correct(by, str(declaration), body)


def settle(register: Register, declaration: UUID) -> None:
    state = register.unguarded.declaration(declaration)
    assert state is not None
    for duty in duties(state, register.read.directory()).values():
        for act, body in ((register.acknowledge, NOTE), (register.decide, KEEP)):
            attempt(act, duty.person or "dev", str(declaration), body)


def attempt(act: Any, *given: Any) -> None:
    try:
        act(*given)
    except RegisterError:
        return


class UndoneError(Exception):
    """Ends a transaction without a trace."""


@whenever(changes)
@settings(max_examples=25)
def test_in_every_directory_whoever_may_know_is_the_same_however_it_is_asked(
    register: Register, happened: list[Event]
) -> None:
    check_after(register, happened)


@pytest.mark.long
@whenever(changes)
@settings(max_examples=600)
def test_in_many_more_directories_whoever_may_know_is_the_same_however_it_is_asked(
    register: Register, happened: list[Event]
) -> None:
    check_after(register, happened)


def check_after(register: Register, happened: list[Event]) -> None:
    """In a directory in which this has happened, which nothing is left of afterwards."""
    try:
        with register.together():
            register.change_directory(happened)
            check_all(register)
            raise UndoneError
    except UndoneError:
        return


def check_all(register: Register) -> None:
    everything = known_to(register)
    people = list(register.read.directory().people.values())
    for person in people:
        check_lists(register, person, everything)
    for person in people[::4]:
        check_single_reads(register, person, everything)
    check_nobody_barred(register, everything)


def known_to(register: Register) -> list[Declaration]:
    """Every declaration, also with what this transaction has changed."""
    ids = [each.id for each in declarations_at(register.log, 10**9, words=False)]
    return [each for each in register.unguarded.declarations(ids).values() if each is not None]


def check_lists(register: Register, person: Person, everything: list[Declaration]) -> None:
    directory, sight = register.read.directory(), register.read.sight(person.id)
    seen = {each.id for each in everything if may_see(person, each, directory)}
    with register.log.database.read() as connection:
        listed = register_list.find(connection, Filter(limit=100), sight)
        counted = register_list.counted(connection, Filter(), sight)
    assert {declaration for declaration, _ in listed} == seen, person.id
    assert sum(row.declarations for row in counted) == len(seen)
    check_news(register, person, [each for each in everything if each.id in seen])


def check_news(register: Register, person: Person, seen: list[Declaration]) -> None:
    """It is of what they see alone, and of all that they were told."""
    new = {each.declaration.id for each in register.read.news(person.id, 100).items}
    of_others = [each for each in seen if each.worker != person.id]
    assert new <= {each.id for each in of_others}
    assert new >= {each.id for each in of_others if is_told(person.id, each, register)}


def is_told(person: str, declaration: Declaration, register: Register) -> bool:
    """Whether they were told, in their own place or as they cover for another today. Whoever was
    told by their cover alone hears of it from them."""
    by_cover = {away for _, away in declaration.told_covering}
    away = register.read.directory().covers_for(person)
    return person in declaration.told - by_cover or any(
        (person, each) in declaration.told_covering for each in away
    )


def check_single_reads(register: Register, person: Person, everything: list[Declaration]) -> None:
    directory, sight = register.read.directory(), register.read.sight(person.id)
    seen = {each.id for each in everything if may_see(person, each, directory)}
    assert set(register.read.visible(person.id, [each.id for each in everything])) == seen
    with register.log.database.read() as connection:
        then = register_list.find(connection, Filter(limit=100, as_at=10**9), sight)
    assert {declaration for declaration, _ in then} == seen
    for each in everything:
        is_promised = person.id in readers(each, directory)
        assert is_promised == (each.id in seen and directory.is_here(person.id))


def check_nobody_barred(register: Register, everything: list[Declaration]) -> None:
    directory = register.read.directory()
    alerts = {
        person: {alert.declaration for alert in register.alerts(person)}
        for person in directory.people
    }
    for each in everything:
        known = {duty.person for duty in duties(each, directory).values()}
        known |= readers(each, directory).keys()
        for person in directory.people:
            if person != each.worker and is_barred(person, each.matter, directory):
                assert person not in known
                assert each.id not in alerts[person]


def test_whoever_is_barred_was_never_told(register: Register) -> None:
    for each in known_to(register):
        assert each.subjects is not None
        now_told = {told.person for told in each.ruling.tells}
        assert now_told.isdisjoint(each.subjects - {each.worker})


def test_much_of_it_is_seen_by_some_and_not_by_others(register: Register) -> None:
    """Else these tests would show little."""
    directory = register.read.directory()
    everything = known_to(register)
    assert {each.is_restricted for each in everything} == {True, False}
    assert any(each.is_settled for each in everything)
    assert any(len(each.subjects or ()) > 1 for each in everything)
    assert {each.is_restricted for each in everything if each.matter.also} == {True, False}
    for person in PEOPLE:
        seen = [each for each in everything if may_see(directory.people[person], each, directory)]
        assert len(seen) < len(everything), person


def test_lists_hold_who_settled_it_only_where_they_see_it_by_that(register: Register) -> None:
    """So that after the update that brought it few rows differ from what the log says."""
    row = register_list.columns
    with register.log.database.read() as connection:
        held = connection.execute(sa.select(row.seen_by).where(row.settled_by.is_not(None)))
        assert set(held.scalars()) == {SeenBy.ACTING}
    settled = [each for each in known_to(register) if each.settled_by is not None]
    assert {SeenBy.ACTING in each.seen_by for each in settled} == {True, False}


def test_an_auditor_sees_of_entries_about_what_they_may_not_know_that_they_are_there(
    register: Register,
) -> None:
    directory = register.read.directory()
    raised = [each for each in register.log.after() if isinstance(each, AlertRaised)]
    about = {each.originator_id: each.subject.id for each in raised}
    known = {each.id: each for each in known_to(register)}
    for auditor in ("dev", RESTRICTED):
        for shown in register.read.entries(auditor, 0, 1000):
            event = next(iter(register.log.after(shown.position - 1, shown.position, words=False)))
            stream = about.get(event.originator_id, event.originator_id)
            hides = stream in known and not may_see(
                directory.people[auditor], known[stream], directory
            )
            assert (shown.entry is None) == hides


def test_a_replay_has_nothing_of_what_few_may_know_by_now(register: Register) -> None:
    restricted = {each.id for each in known_to(register) if each.is_restricted}
    last = register.log.last_position()
    for position in (last // 2, last):
        replayed = {each.id for each in stood_at(register.log, position)}
        assert replayed
        assert replayed.isdisjoint(restricted)


def test_what_became_restricted_is_not_replayed_as_at_before(tmp_path: Path) -> None:
    """A token is open to many; a gift that is none, here, is seen by whoever acts alone."""
    url, policies = f"sqlite:///{tmp_path}/register.sqlite", policies_in(tmp_path / "policies")
    with opened_register(url, clock=lambda: NOW, policies=policies) as register:
        token, other = (str(UUID(int=number, version=4)) for number in (7, 8))
        for each in (token, other):
            register.declare("amina", each, told("gift", "amina", token=True, worth="2.00"))
        before = register.log.last_position()
        assert len(list(stood_at(register.log, before))) == 2
        body = {"details": gift(worth="600.00"), "reason": "It is gold"}
        assert register.correct("amina", token, body).is_restricted
        assert [str(each.id) for each in stood_at(register.log, before)] == [other]
