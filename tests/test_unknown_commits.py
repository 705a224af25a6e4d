"""A commit that no standby has confirmed is no success, until a later one is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.log.waiting import UnknownCommitError, waiting_at_most
from register.errors import UnavailableError
from register.register import Register
from register.setup.migrating import migrate
from tests.figures import MADE, Figures
from tests.logs import by_hand, opened_log, rows, said, texts
from tests.postgres import PostgresServer
from tests.registers import GIFT, opened_register, telling
from tests.server import SERVER_USER
from tests.test_server_user import as_server

SECONDS = 10
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL of these tests' own, as each may make all of its commits wait."""
    with PostgresServer(settings={"synchronous_commit": "on"}) as server:
        yield server


@pytest.fixture
def url(server: PostgresServer) -> Iterator[str]:
    with server.address.temporary_database() as name:
        yield server.url(name)


@contextmanager
def standby_away(url: str) -> Iterator[None]:
    """Every commit waits for a standby that never comes, until this ends."""
    set_standby(url, "*")
    try:
        until(lambda: has_to_wait(url))
        yield
    finally:
        set_standby(url, "")


def set_standby(url: str, names: str) -> None:
    with by_hand(url) as connection:
        connection.execute("SET synchronous_commit = local")
        connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        connection.execute("SELECT pg_reload_conf()")
        until(lambda: connection.execute("SHOW synchronous_standby_names").fetchone() == (names,))


def has_to_wait(url: str) -> bool:
    """Whether commits wait by now: another process of PostgreSQL's makes them, in its own time."""
    with ThreadPoolExecutor(1) as threads, by_hand(url) as connection:
        trying = threads.submit(commit_something, url)
        waits = until(lambda: trying.done() or connection.execute(WAITING).fetchone())
        if waits is not True:
            connection.execute("SELECT pg_cancel_backend(%s)", waits)
        trying.result(SECONDS)
        return waits is not True


def commit_something(url: str) -> None:
    with by_hand(url) as connection:
        connection.execute("SELECT pg_logical_emit_message(true, 'test', '')")


def until(condition: Any) -> Any:
    give_up_at = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < give_up_at, "waited too long"
        time.sleep(0.01)
    return found


def cancel_the_wait(url: str) -> None:
    """What an administrator does, or a time limit of the database's own."""
    with by_hand(url) as connection:
        (pid,) = until(lambda: connection.execute(WAITING).fetchone())
        connection.execute("SELECT pg_cancel_backend(%s)", [pid])


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    with opened_register(url) as register:
        yield register


def test_a_commit_whose_wait_was_cancelled_is_unknown(url: str) -> None:
    with opened_log(url) as log, ThreadPoolExecutor() as threads:
        with standby_away(url):
            appending = threads.submit(log.append, [said(uuid4(), "perhaps")])
            cancel_the_wait(url)
            with pytest.raises(UnknownCommitError):
                appending.result(SECONDS)
        assert texts(log.after()) == ["perhaps"]
        log.append([said(uuid4(), "for sure")])


def test_it_is_safe_to_declare_again_and_answered_after_a_clean_commit(
    register: Register, url: str
) -> None:
    new, body = str(uuid4()), telling(register, GIFT)
    with ThreadPoolExecutor() as threads:

        def declare() -> Future[Any]:
            return threads.submit(register.declare, "amina", new, body)

        with standby_away(url):
            for _ in range(2):  # the second finds the entry, and still does not vouch for it
                declaring = declare()
                cancel_the_wait(url)
                with pytest.raises(UnavailableError, match="send it again"):
                    declaring.result(SECONDS)
        assert not declare().result(SECONDS).is_new
    assert len(register.log.stream(UUID(new))) == 1


@pytest.mark.parametrize(
    ("unknown", "of"), [(2, 6), pytest.param(100, 1000, marks=pytest.mark.faults)]
)
def test_of_many_declarations_none_is_lost_or_doubled(
    register: Register, url: str, unknown: int, of: int, figures_of: Callable[..., Figures]
) -> None:
    chosen, figures = set(range(0, of, of // unknown)), figures_of("a commit is unknown", unknown)
    taken = []
    with ThreadPoolExecutor() as threads:
        for place in range(of):
            new, body = str(uuid4()), telling(register, GIFT)
            if place in chosen:
                with standby_away(url), figures.timed():
                    declaring = threads.submit(register.declare, "amina", new, body)
                    cancel_the_wait(url)
                    with pytest.raises(UnavailableError):
                        declaring.result(SECONDS)
            with figures.timed():
                assert register.declare("amina", new, body).is_new is (place not in chosen)
            taken.append(new)
            assert len(register.log.stream(UUID(new))) == 1
    made = [each for (each,) in rows(url, MADE)]
    assert len(made) == of
    figures.compare(made, taken)


def test_a_wait_without_an_end_is_ended_by_dropping_the_connection(url: str) -> None:
    with opened_log(url) as log:
        log.database.longest = 0.3
        log.database.engine.dispose()
        with standby_away(url):
            began = time.monotonic()
            with pytest.raises(sa.exc.OperationalError, match="did not answer in time"):
                log.append([said(uuid4(), "perhaps")])
            assert time.monotonic() - began < 2
            with by_hand(url) as connection:  # nobody cancelled it: it waits there still
                assert connection.execute(WAITING).fetchone() is not None
        log.database.longest = 5
        log.append([said(uuid4(), "for sure")])
        assert texts(log.after()) == ["perhaps", "for sure"]


def test_a_request_waits_no_longer_than_it_may_altogether(url: str) -> None:
    with opened_log(url) as log:
        assert log.last_position() == 0

        def ask_in_vain() -> None:
            with log.database.read() as connection:
                for _ in range(10):
                    connection.exec_driver_sql("SELECT pg_sleep(0.2)")

        began = time.monotonic()
        with (
            waiting_at_most(0.5),
            pytest.raises(sa.exc.OperationalError, match="did not answer in time"),
        ):
            ask_in_vain()
        assert time.monotonic() - began < 2
        assert log.last_position() == 0


def test_the_server_s_user_can_vouch_for_what_stands(url: str) -> None:
    migrate(url, as_server(url))
    with opened_log(url) as log, log.database.write() as connection:
        connection.exec_driver_sql(f"SET LOCAL ROLE {SERVER_USER}")
        log.database.vouch(connection)
