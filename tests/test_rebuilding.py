"""Read models are the same again when they are made anew from the log, whatever was wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.declarations import DeclarationCorrected, DeclarationMade
from events.directory import PersonJoined, PersonMoved
from events.event import Event
from events.log.log import Log
from register import projections
from register.console.rebuilding import rebuild
from register.register import Register
from tests.cast import joined
from tests.histories import ATTEMPTS, WORRY, History, lived
from tests.logs import by_hand, is_sqlite
from tests.registers import GIFT, opened_register, telling
from tests.usual import USUAL

SHORT, LONG = range(2), range(2, 225)
TABLES = {table.name: table for table in projections.metadata.sorted_tables}
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    """After a history that left something in every read model."""
    with lived(database_url, 0, calls=25) as history:
        acquaintance = telling(history.register, USUAL["prior-acquaintance"])
        acquaintance["kind"] = "prior-acquaintance"
        history.register.declare("amina", str(uuid4()), acquaintance)
        worry = {"subject": "gus", "subject_note": None, "seen": "He took it", "at_risk": False}
        about_gus = {**telling(history.register, worry), "kind": WORRY}
        history.register.declare("amina", str(uuid4()), about_gus)
        concern = str(uuid4())
        about_eve = telling(history.register, {**USUAL["colleague-concern"], "subject": "eve"})
        history.register.declare("amina", concern, {**about_eve, "kind": "colleague-concern"})
        history.register.take_further("amina", concern, {"to": "regulator"})
        another = str(uuid4())
        history.register.declare("amina", another, telling(history.register, GIFT))
        at_riverside = {"details": GIFT, "service_user": "RV-007", "reason": "It was he"}
        history.register.correct("amina", another, at_riverside)
        ask_the_officer(history, another)
        let_time_pass(history)
        yield history.register


def ask_the_officer(history: History, gift: str) -> None:
    """A pen that was closed at once, a hold and an erasure of a gift, and what is held of Eve."""
    register = history.register
    register.change_directory([joined("otto", roles=("data_protection_officer",))])
    pen = telling(register, {**GIFT, "item": "A pen", "worth": "1.50", "token": True})
    register.declare("amina", str(uuid4()), pen)
    of_it = {"declaration": gift, "reason": "A claim is made"}
    register.protection.holds.place("otto", of_it)
    register.erasures.ask("otto", {"of": "declaration", **of_it})
    asked = {"person": "eve", "received_on": str(register.now().date())}
    register.protection.requests.receive("otto", asked)


def let_time_pass(history: History) -> None:
    """So long that alerts have gone on to somebody else."""
    for _ in range(4):
        history.clock.shows += timedelta(days=5)
        history.register.clock.tick()


def all_rows(log: Log) -> Rows:
    """Every row of every read model."""
    with log.database.read() as connection:
        return {
            name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for name, table in TABLES.items()
        }


def made_again(log: Log, folder: Path, progress: Callable[[int, int], None] | None = None) -> Any:
    """The names of the read models that differed, and are as the log says now."""
    told = progress or (lambda done, total: None)
    return [each.model for each in rebuild(log, folder, told, accept=True)]


MAY_BE_EMPTY = (
    "asked_as_well",
    "barred",
    "elsewhere",
    "erasures",
    "exclusions",
    "for_officers",
    "further",
    "holds",
    "settled",
)
"""What not every history leaves something in."""


def check_rebuilt_equals_inline(url: str, seed: int, folder: Path) -> None:
    with lived(url, seed) as history:
        let_time_pass(history)
        log = history.register.log
        inline = all_rows(log)
        assert made_again(log, folder) == []
        assert all_rows(log) == inline
        assert all(rows for name, rows in inline.items() if name not in MAY_BE_EMPTY)


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
    belongs: set[int] = set()
    moved_with_its_facts = 0
    for seed in range(10):
        with lived(f"sqlite:///{tmp_path / str(seed)}", seed) as history:
            events = list(history.register.log.after(words=False))
            done.update(history.done)
            topics.update(event.TOPIC for event in events)
            belongs |= services_of_who_declared(events)
            moved_with_its_facts += corrected_to_another_service(events)
    assert belongs >= {0, 1, 2}
    assert moved_with_its_facts
    assert done.keys() == {attempt.__name__ for attempt in ATTEMPTS}
    assert {
        "declaration-made",
        "declaration-acknowledged",
        "declaration-corrected",
        "declaration-passed",
        "declaration-withdrawn",
        "declaration-decided",
        "declaration-reopened",
        "declaration-reviewed",
        "declaration-handed-over",
        "note-added",
        "exclusion-lifted",
        "action-agreed",
        "action-completed",
        "information-requested",
        "information-added",
        "alert-raised",
        "alert-opened",
        "alert-passed",
        "alert-done",
        "person-left",
        "service-user-listed",
    } <= topics.keys()


def services_of_who_declared(events: list[Event]) -> set[int]:
    """To how many services those belonged who declared."""
    services: dict[str, int] = {}
    found = set()
    for event in events:
        if isinstance(event, PersonJoined | PersonMoved):
            services[event.person] = len(event.services)
        if isinstance(event, DeclarationMade):
            found.add(services[event.worker])
    return found


def corrected_to_another_service(events: list[Event]) -> int:
    made = {each.originator_id: each for each in events if isinstance(each, DeclarationMade)}
    corrected = [each for each in events if isinstance(each, DeclarationCorrected)]
    return sum(each.place.service != made[each.originator_id].service for each in corrected)


# Damage


FALSIFIED = {
    "worker_record": {"status": "falsified"},
    "inbox": {"state": "falsified"},
    "register_list": {"service_user": b"falsified"},
    "service_users": {"service": "falsified"},
    "told": {"person": "falsified"},
    "exclusions": {"worker": "falsified"},
    "barred": {"person": b"falsified"},
    "news": {"done_by": "falsified"},
    "named": {"above": "falsified"},
    "elsewhere": {"service": "falsified"},
    "asked_as_well": {"for_person": "falsified"},
    "further": {"declaration": UUID(int=2)},
    "holds": {"about": b"falsified"},
    "settled": {"outcome": "falsified"},
    "for_officers": {"sort": "falsified"},
    "erasures": {"state": "falsified"},
}
FORGED = {
    "worker_record": {"worker": "forged"},
    "inbox": {"alert": UUID(int=1), "person": "forged"},
    "register_list": {"valid_from": 999_999, "worker": "forged"},
    "service_users": {"service": "forged"},
    "told": {"person": "forged"},
    "exclusions": {"worker": "forged"},
    "barred": {"person": b"forged"},
    "news": {"position": 999_999},
    "named": {"since": 999_999},
    "elsewhere": {"service": "forged"},
    "asked_as_well": {"person": "forged"},
    "further": {"stream": UUID(int=3)},
    "holds": {"stream": UUID(int=3)},
    "settled": {"declaration": UUID(int=3)},
    "for_officers": {"stream": UUID(int=3)},
    "erasures": {"asked": 999_999},
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
    about = next(each for each in ("declaration", "subject", "stream") if each in table.c)
    forged = {**one, about: uuid4(), **FORGED[table.name]}
    connection.execute(sa.insert(table), forged)


@pytest.mark.parametrize("damage", [falsify, empty, take_one_away, slip_one_in])
def test_a_damaged_read_model_is_named_and_mended(
    register: Register, tmp_path: Path, damage: Callable[[sa.Connection, sa.Table], None]
) -> None:
    before = all_rows(register.log)
    for name, table in TABLES.items():
        with register.log.database.write() as connection:
            damage(connection, table)
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
                    register.correct(
                        worker, gift, {"details": {**GIFT, "worth": "61.00"}, "reason": "Again"}
                    )

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
        assert left <= {"service_users", "named"}, "only the directory has left anything"
