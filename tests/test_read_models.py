"""Read models say what the log says: to each person what they may see, and as at any moment."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from events.log.log import Log
from events.names import NewLineSees
from register.alerts.duties import duties
from register.alerts.whose_move import whose_move
from register.declarations.declaration import Declaration
from register.declarations.folding import evolve
from register.declarations.replaying import declarations_at
from register.directory.directory import Person
from register.errors import NotFoundError
from register.policy import SHIPPED, Policies
from register.projections import register_list
from register.reading.reader import Reader
from register.register import Register
from register.standing.seeing import may_see
from tests.at_length import two_now
from tests.histories import lived

OPEN_TO_NEW_LINES = "supported-living"

# Who finds what


@pytest.fixture
def narrow_policies(tmp_path: Path) -> Policies:
    """The shipped policies, but what is token is no auditor's, what is cash the director's only,
    and what is received is seen by whoever acts alone; and in one of them whoever comes new into a
    line sees everything."""
    folder = tmp_path / "policies"
    shutil.copytree(SHIPPED, folder)
    for file in folder.glob("*/*.toml"):
        text = file.read_text(encoding="utf-8")
        narrow = {"token": '"line_manager"', "cash": '"service_director"', "received": '"acting"'}
        for case, readers in narrow.items():
            heading = f"[kinds.gift.cases.{case}]\n"
            text = text.replace(heading, f"{heading}seen_by = [{readers}]\n")
        if file.parent.name == OPEN_TO_NEW_LINES:
            text = text.replace("\nnation = ", f'\nnew_line_sees = "{NewLineSees.ALL}"\nnation = ')
            assert "new_line_sees" in text
        file.write_text(text, encoding="utf-8")
    return Policies(folder)


@pytest.mark.parametrize("seed", two_now(range(100, 140)))
def test_lists_show_each_person_what_they_may_see_and_nothing_else(
    database_url: str, narrow_policies: Policies, seed: int
) -> None:
    with lived(database_url, seed, policies=narrow_policies) as history:
        read = history.register.read
        history.register.clock.tick()  # what leavers have left behind goes on with the day
        directory = read.directory()
        everything = list(declarations_at(history.register.log, 10**9))
        hidden = 0
        for person in directory.people.values():
            listed = found(history.register, person, register_list.Filter(limit=1000))
            seen = {each.id for each in everything if may_see(person, each, directory)}
            assert listed == seen, person.id
            hidden += len(everything) - len(seen)
            for each in everything:
                assert can_read(history.register, person, each) == (each.id in seen)
        assert hidden > 0


def found(register: Register, person: Person, wanted: register_list.Filter) -> set[UUID]:
    with register.log.database.read() as connection:
        rows = register_list.find(connection, wanted, register.read.sight(person.id))
    assert len(rows) == len(set(rows))
    return {declaration for declaration, _ in rows}


def can_read(register: Register, person: Person, declaration: Declaration) -> bool:
    try:
        return register.read.declaration(person.id, str(declaration.id)) == declaration
    except NotFoundError:
        return False


@pytest.mark.parametrize("seed", two_now(range(200, 215)))
def test_a_list_s_pages_are_the_whole_list_newest_first(database_url: str, seed: int) -> None:
    with lived(database_url, seed) as history:
        read = history.register.read
        whole = read.declarations("dev", register_list.Filter(limit=1000)).items
        assert len(whole) > 2
        first_positions = [each.past[0].position for each in whole]
        assert first_positions == sorted(first_positions, reverse=True)
        pages, after = [], None
        while True:
            page = read.declarations("dev", register_list.Filter(limit=2, after=after))
            pages += page.items
            if page.next is None:
                break
            assert len(page.items) == 2
            after = page.next
        assert pages == whole


@pytest.mark.parametrize("seed", two_now(range(300, 315)))
def test_a_list_is_filtered_by_what_its_declarations_are(database_url: str, seed: int) -> None:
    with lived(database_url, seed) as history:
        read = history.register.read
        everything = declarations_at(history.register.log, 10**9)
        dev = read.person("dev")
        whole = [each for each in everything if may_see(dev, each, read.directory())]
        wanted: dict[str, Callable[[Declaration], Any]] = {
            "worker": lambda each: each.worker,
            "service": lambda each: each.service,
            "kind": lambda each: each.kind,
            "status": lambda each: each.status,
            "service_user": lambda each: read.service_user_index(each.service_user),
        }
        for field, value_of in wanted.items():
            for value in {value_of(each) for each in whole}:
                filtered = register_list.Filter(limit=1000, **{field: value})
                items = read.declarations("dev", filtered).items
                expected = {each.id for each in whole if value_of(each) == value}
                assert {each.id for each in items} == expected, (field, value)
        check_overdue(read, whole)
        check_order_by_day(read, whole)


def check_overdue(read: Reader, whole: list[Declaration]) -> None:
    """What is overdue is what its page says it is."""
    moves = {each.id: whose_move(each, read.directory()) for each in whole}
    due = {each: move.due_at for each, move in moves.items() if move is not None}
    for at in sorted(set(due.values())):
        late = {each for each, due_at in due.items() if due_at < at}
        for overdue, expected in ((True, late), (False, moves.keys() - late)):
            wanted = register_list.Filter(overdue=overdue, at=at, limit=1000)
            found = {each.id for each in read.declarations("dev", wanted).items}
            assert found == expected, (at, overdue)


def check_order_by_day(read: Reader, whole: list[Declaration]) -> None:
    in_order = sorted(whole, key=lambda each: (each.happened_on, each.position_of(1)), reverse=True)
    found: list[UUID] = []
    wanted = register_list.Filter(by_day=True, limit=3)
    while True:
        page = read.declarations("dev", wanted)
        found += [each.id for each in page.items]
        if page.next is None:
            break
        wanted = replace(wanted, after=page.next)
    assert found == [each.id for each in in_order]


@pytest.mark.parametrize("seed", two_now(range(600, 640)))
def test_everybody_s_inbox_holds_what_is_asked_of_them(database_url: str, seed: int) -> None:
    with lived(database_url, seed) as history:
        register = history.register
        register.clock.tick()  # what leavers have left behind goes on with the day
        directory = register.read.directory()
        asked: Counter[Any] = Counter()
        for each in declarations_at(register.log, 10**9):
            for key, duty in duties(each, directory).items():
                also = {other.person for other in each.escalations if other.duty == key}
                for person in {duty.person, *also} - {None}:
                    asked[person, each.id, duty.why, duty.due_at] += 1
        inboxes = Counter(
            (person, alert.declaration, alert.why, alert.due_at)
            for person in directory.people
            for alert in register.alerts(person)
        )
        assert inboxes == asked
        assert inboxes


@pytest.mark.parametrize("seed", two_now(range(700, 740)))
def test_the_exclusions_that_stand_are_those_of_the_declarations(
    database_url: str, seed: int
) -> None:
    with lived(database_url, seed) as history:
        register = history.register
        listed = {
            (entry.declaration.id, entry.exclusion.since)
            for line in register.key_working.listed("dev")
            for entry in line.entries
        }
        whole = declarations_at(register.log, 10**9)
        assert listed == {(each.id, one.since) for each in whole for one in each.excluding}


# As at


def as_listed(log: Log, position: int) -> dict[UUID, tuple[Any, ...]]:
    with log.database.read() as connection:
        rows = connection.execute(
            sa.select(register_list.register_list).where(register_list._held(position))
        ).all()
    assert len(rows) == len({row.declaration for row in rows})
    return {
        row.declaration: (
            row.valid_from,
            row.first_position,
            row.kind,
            row.worker,
            row.service,
            row.service_user,
            row.happened_on,
            row.received_at,
            row.status,
            row.waiting_for,
            row.due_at,
            row.late,
            row.flags,
            row.seen_by,
        )
        for row in rows
    }


def as_replayed(register: Register, each: Declaration) -> tuple[Any, ...]:
    return (
        each.position,
        each.past[0].position,
        each.kind,
        each.worker,
        each.service,
        register.read.service_user_index(each.service_user) if each.service_user else None,
        each.happened_on,
        each.received_at,
        each.status,
        each.waiting_for,
        each.next_due_at,
        each.ruling.late,
        "" if each.is_restricted else " ".join(each.ruling.flags),
        " ".join(each.ruling.seen_by),
    )


@pytest.mark.parametrize("seed", two_now(range(400, 440)))
def test_the_list_as_at_every_position_is_a_replay_up_to_there(
    database_url: str, seed: int
) -> None:
    with lived(database_url, seed) as history:
        register, log = history.register, history.register.log
        events = list(log.after())
        held: dict[UUID, Declaration] = {}
        assert as_listed(log, 0) == {}
        for event in events:
            before = held.get(event.originator_id)
            if before is not None or event.TOPIC == "declaration-made":
                held[event.originator_id] = evolve(before, event)
            expected = {each.id: as_replayed(register, each) for each in held.values()}
            assert as_listed(log, event.position) == expected, event.position


@pytest.mark.parametrize("seed", two_now(range(500, 520)))
def test_a_replay_as_at_any_moment_is_the_register_as_it_was(database_url: str, seed: int) -> None:
    with lived(database_url, seed, calls=0) as history:
        log, kept = history.register.log, []
        for _ in range(6):
            history.go_on(10)
            position = log.last_position()
            (last,) = log.after(position - 1, words=False)
            kept.append((position, last.recorded_at, list(declarations_at(log, position))))
        for position, moment, then in kept:
            assert list(declarations_at(log, position)) == then
            at_the_moment = history.register.read.position(moment.isoformat())
            assert list(declarations_at(log, at_the_moment)) == then
            for each in then:
                assert history.register.unguarded.declaration(each.id, position) == each
        assert kept[-1][2] != kept[0][2]
