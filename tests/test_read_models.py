"""Read models say what the log says: always, and again when they are made anew."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.log.log import Log
from register import projections
from register.alerts.alerting import duties
from register.console.rebuilding import rebuild
from register.declarations.declaration import Declaration, evolve
from register.declarations.replaying import declarations_at
from register.directory.directory import Person
from register.errors import NotFoundError
from register.policy import SHIPPED, Policies
from register.projections import exclusions, register_list
from register.register import Register
from register.standing.seeing import may_see
from tests.cast import POLICIES, USUAL
from tests.histories import ATTEMPTS, Clock, History
from tests.logs import by_hand, is_sqlite
from tests.registers import GIFT, opened_register, telling

SHORT, LONG = range(25), range(25, 225)
CALLS = 60
TABLES = {table.name: table for table in projections.metadata.sorted_tables}
Rows = dict[str, list[tuple[Any, ...]]]


@contextmanager
def lived(
    url: str, seed: int, calls: int = CALLS, policies: Policies = POLICIES
) -> Iterator[History]:
    """A random history, on a database of its own."""
    clock = Clock(random.Random(-seed))
    with opened_register(url, clock=clock, policies=policies) as register:
        yield History(register, seed, clock).go_on(calls)


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    """After a history that left something in every read model."""
    with lived(database_url, 7, calls=25) as history:
        acquaintance = telling(history.register, USUAL["prior-acquaintance"])
        acquaintance["kind"] = "prior-acquaintance"
        history.register.declare("amina", str(uuid4()), acquaintance)
        yield history.register


def all_rows(log: Log) -> Rows:
    """Every row of every read model."""
    with log.database.read() as connection:
        return {
            name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for name, table in TABLES.items()
        }


def made_again(log: Log, folder: Path, progress: Callable[[int, int], None] | None = None) -> Any:
    return rebuild(log, folder, progress or (lambda done, total: None))


def check_rebuilt_equals_inline(url: str, seed: int, folder: Path) -> None:
    with lived(url, seed) as history:
        log = history.register.log
        inline = all_rows(log)
        assert made_again(log, folder) == []
        assert all_rows(log) == inline
        assert all(rows for name, rows in inline.items() if name != "exclusions")


@pytest.mark.parametrize("seed", SHORT)
def test_rebuilt_read_models_equal_the_inline_ones(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    check_rebuilt_equals_inline(database_url, seed, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG)
def test_rebuilt_read_models_equal_the_inline_ones_in_many_more_histories(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    check_rebuilt_equals_inline(database_url, seed, tmp_path)


def test_the_histories_hold_all_that_can_happen(tmp_path: Path) -> None:
    """Else their tests would show little."""
    done: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    for seed in range(10):
        with lived(f"sqlite:///{tmp_path / str(seed)}", seed) as history:
            done.update(history.done)
            topics.update(event.TOPIC for event in history.register.log.after(words=False))
    assert done.keys() == {attempt.__name__ for attempt in ATTEMPTS}
    assert {
        "declaration-made",
        "declaration-acknowledged",
        "declaration-corrected",
        "declaration-passed",
        "declaration-withdrawn",
        "gift-decided",
        "friendship-answered",
        "exclusion-lifted",
        "action-agreed",
        "action-completed",
        "information-requested",
        "information-added",
        "alert-raised",
        "alert-opened",
        "alert-passed",
        "alert-done",
    } <= topics.keys()


# Damage


FALSIFIED = {
    "worker_record": {"status": "falsified"},
    "inbox": {"state": "falsified"},
    "register_list": {"service_user": b"falsified"},
    "service_users": {"service": "falsified"},
    "told": {"person": "falsified"},
    "exclusions": {"worker": "falsified"},
}
FORGED = {
    "worker_record": {"worker": "forged"},
    "inbox": {"alert": UUID(int=1), "person": "forged"},
    "register_list": {"valid_from": 999_999, "worker": "forged"},
    "service_users": {"service": "forged"},
    "told": {"person": "forged"},
    "exclusions": {"worker": "forged"},
}


def falsify(connection: sa.Connection, table: sa.Table) -> None:
    one = connection.execute(sa.select(table).limit(1)).mappings().one()
    this = [table.c[key.name] == one[key.name] for key in table.primary_key]
    connection.execute(sa.update(table).where(*this).values(FALSIFIED[table.name]))


def empty(connection: sa.Connection, table: sa.Table) -> None:
    connection.execute(sa.delete(table))


def take_one_away(connection: sa.Connection, table: sa.Table) -> None:
    one = connection.execute(sa.select(table).limit(1)).mappings().one()
    this = [table.c[key.name] == one[key.name] for key in table.primary_key]
    connection.execute(sa.delete(table).where(*this))


def slip_one_in(connection: sa.Connection, table: sa.Table) -> None:
    one = connection.execute(sa.select(table).limit(1)).mappings().one()
    about = "declaration" if "declaration" in table.c else "stream"
    forged = {**one, about: uuid4(), **FORGED[table.name]}
    connection.execute(sa.insert(table), forged)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("damage", [falsify, empty, take_one_away, slip_one_in])
def test_a_damaged_read_model_is_named_and_mended(
    register: Register,
    tmp_path: Path,
    name: str,
    damage: Callable[[sa.Connection, sa.Table], None],
) -> None:
    before = all_rows(register.log)
    with register.log.database.write() as connection:
        damage(connection, TABLES[name])
    assert all_rows(register.log) != before
    assert made_again(register.log, tmp_path) == [name]
    assert all_rows(register.log) == before
    assert made_again(register.log, tmp_path) == []


def test_all_that_is_damaged_is_named(register: Register, tmp_path: Path) -> None:
    before = all_rows(register.log)
    with register.log.database.write() as connection:
        for table in TABLES.values():
            empty(connection, table)
    assert sorted(made_again(register.log, tmp_path)) == sorted(TABLES)
    assert all_rows(register.log) == before


# Rebuilding beside a register at work


def test_what_is_declared_during_a_rebuild_is_there_afterwards(
    register: Register, tmp_path: Path
) -> None:
    declared: list[str] = []

    def declare_meanwhile(done: int, total: int) -> None:
        if len(declared) < 5:
            declared.append(str(uuid4()))
            with ThreadPoolExecutor(1) as other:
                body = telling(register, GIFT)
                other.submit(register.declare, "carol", declared[-1], body).result(30)

    assert made_again(register.log, tmp_path, declare_meanwhile) == []
    assert len(declared) == 5
    listed = {str(declaration) for declaration, *_ in all_rows(register.log)["worker_record"]}
    assert set(declared) <= listed
    assert made_again(register.log, tmp_path) == []


def test_rebuilding_beside_many_who_declare_ends_equal(database_url: str, tmp_path: Path) -> None:
    with opened_register(database_url) as register, ThreadPoolExecutor(4) as workers:

        def work(worker: str) -> None:
            for number in range(15):
                gift = str(uuid4())
                register.declare(worker, gift, telling(register, GIFT))
                if number % 3 == 0:
                    register.correct(worker, gift, {"details": GIFT, "reason": "Again"})

        working = [workers.submit(work, each) for each in ("amina", "gus", "ben", "eve")]
        rebuilds = 0
        while rebuilds < 2 or not all(each.done() for each in working):
            assert made_again(register.log, tmp_path) == []
            rebuilds += 1
        for each in working:
            each.result()
        inline = all_rows(register.log)
        assert len(inline["worker_record"]) == 60
        assert made_again(register.log, tmp_path) == []
        assert all_rows(register.log) == inline


def test_progress_is_told_of_every_entry(register: Register, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made_again(register.log, tmp_path, lambda done, total: told.append((done, total)))
    entries = len(list(register.log.after(words=False)))
    assert [done for done, _ in told] == list(range(1, entries + 1))
    if is_sqlite(str(register.log.database.engine.url)):
        assert {total for _, total in told} == {entries}


def test_a_rebuild_that_fails_leaves_all_as_it_was(
    register: Register, database_url: str, tmp_path: Path
) -> None:
    def fail_half_way(done: int, total: int) -> None:
        if done > total / 2:
            raise ZeroDivisionError

    before = all_rows(register.log)
    with pytest.raises(ZeroDivisionError):
        made_again(register.log, tmp_path, fail_half_way)
    assert all_rows(register.log) == before
    assert left_beside(database_url) == []
    assert [each.name for each in tmp_path.iterdir() if each.is_dir()] == []
    assert made_again(register.log, tmp_path) == []


def left_beside(url: str) -> list[Any]:
    if is_sqlite(url):
        return []
    with by_hand(url) as connection:
        query = "SELECT nspname FROM pg_namespace WHERE nspname = 'rebuilt'"
        return connection.execute(query).fetchall()


def test_what_a_killed_rebuild_left_behind_does_not_matter(
    register: Register, database_url: str, tmp_path: Path
) -> None:
    if not is_sqlite(database_url):
        with by_hand(database_url) as connection:
            connection.execute("CREATE SCHEMA rebuilt")
            connection.execute("CREATE TABLE rebuilt.inbox AS SELECT * FROM public.inbox")
    (tmp_path / "tmp-left-behind").mkdir()
    assert made_again(register.log, tmp_path) == []
    assert left_beside(database_url) == []


def test_a_folder_may_have_any_name(register: Register, tmp_path: Path) -> None:
    folder = tmp_path / "six o'clock; 100%"
    folder.mkdir()
    assert made_again(register.log, folder) == []


def test_a_register_with_nothing_in_it_can_be_rebuilt(database_url: str, tmp_path: Path) -> None:
    with opened_register(database_url) as register:
        assert made_again(register.log, tmp_path) == []
        left = {name for name, rows in all_rows(register.log).items() if rows}
        assert left <= {"service_users"}, "only the directory has left anything"


# Who finds what


@pytest.fixture
def narrow_policies(tmp_path: Path) -> Policies:
    """The shipped policies, but what is token is no auditor's, what is cash the director's only."""
    folder = tmp_path / "policies"
    shutil.copytree(SHIPPED, folder)
    for file in folder.glob("*/*.toml"):
        text = file.read_text(encoding="utf-8")
        for case, readers in {"token": '"line_manager"', "cash": '"service_director"'}.items():
            heading = f"[kinds.gift.cases.{case}]\n"
            text = text.replace(heading, f"{heading}seen_by = [{readers}]\n")
        file.write_text(text, encoding="utf-8")
    return Policies(folder)


@pytest.mark.parametrize("seed", range(100, 105))
def test_lists_show_each_person_what_they_may_see_and_nothing_else(
    database_url: str, narrow_policies: Policies, seed: int
) -> None:
    with lived(database_url, seed, policies=narrow_policies) as history:
        read = history.register.read
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
        rows = register_list.find(connection, wanted, person, register.read.directory())
    assert len(rows) == len(set(rows))
    return {declaration for declaration, _ in rows}


def can_read(register: Register, person: Person, declaration: Declaration) -> bool:
    try:
        return register.read.declaration(person.id, str(declaration.id)) == declaration
    except NotFoundError:
        return False


@pytest.mark.parametrize("seed", range(200, 203))
def test_a_list_s_pages_are_the_whole_list_newest_first(database_url: str, seed: int) -> None:
    with lived(database_url, seed) as history:
        read = history.register.read
        whole = read.declarations("dev", register_list.Filter(limit=1000)).items
        assert len(whole) > 5
        first_positions = [each.past[0].position for each in whole]
        assert first_positions == sorted(first_positions, reverse=True)
        pages, after = [], None
        while True:
            page = read.declarations("dev", register_list.Filter(limit=3, after=after))
            pages += page.items
            if page.next is None:
                break
            assert len(page.items) == 3
            after = page.next
        assert pages == whole


@pytest.mark.parametrize("seed", range(300, 303))
def test_a_list_is_filtered_by_what_its_declarations_are(database_url: str, seed: int) -> None:
    with lived(database_url, seed) as history:
        read = history.register.read
        whole = list(declarations_at(history.register.log, 10**9))
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


@pytest.mark.parametrize("seed", range(600, 604))
def test_everybody_s_inbox_holds_what_is_asked_of_them(database_url: str, seed: int) -> None:
    with lived(database_url, seed) as history:
        register = history.register
        register.alerts("ben")  # what leavers have left behind goes on with the day
        directory = register.read.directory()
        asked: Counter[Any] = Counter()
        for each in declarations_at(register.log, 10**9):
            for duty in duties(each, directory).values():
                asked[duty.person, each.id, duty.why, duty.due_at] += 1
        inboxes = Counter(
            (person, alert.declaration, alert.why, alert.due_at)
            for person in directory.people
            for alert in register.alerts(person)
        )
        assert inboxes == asked
        assert inboxes


@pytest.mark.parametrize("seed", range(700, 704))
def test_the_exclusions_that_stand_are_those_of_the_declarations(
    database_url: str, seed: int
) -> None:
    with lived(database_url, seed) as history:
        log = history.register.log
        services = history.register.read.directory().services
        with log.database.read() as connection:
            standing = exclusions.standing(connection, services)
        whole = sorted(declarations_at(log, 10**9), key=lambda each: each.past[0].position)
        assert standing == [each.id for each in whole if each.excludes]


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
        register.read.service_user_index(each.service_user or ""),
        each.happened_on,
        each.received_at,
        each.status,
        each.waiting_for,
        each.due_at,
        each.ruling.late,
        " ".join(each.ruling.flags),
        " ".join(each.ruling.seen_by),
    )


@pytest.mark.parametrize("seed", range(400, 404))
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


@pytest.mark.parametrize("seed", range(500, 503))
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
