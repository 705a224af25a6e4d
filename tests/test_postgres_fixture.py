"""The tests' own PostgreSQL: real, apart from others, and gone afterwards."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from events.log.database import engine_to
from tests.postgres import PostgresAddress, PostgresServer, PostgresUnavailable
from tests.postgres_keeper import PROJECT, Keeper, ask_for_server


def test_the_server_is_recent_enough(postgres_url: str) -> None:
    assert int(ask(postgres_url, "SHOW server_version_num")) >= 150000


def test_the_server_does_not_run_as_root(postgres_server: PostgresAddress) -> None:
    data = Path(postgres_server.directory, "data")
    assert data.stat().st_uid != 0
    assert data.stat().st_mode & 0o077 == 0


def test_every_engine_gives_an_empty_database(empty_database_url: str) -> None:
    engine = engine_to(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (id INTEGER)"))
    engine.dispose()


def test_two_databases_are_apart(postgres_server: PostgresAddress) -> None:
    with postgres_server.temporary_database() as one, postgres_server.temporary_database() as other:
        with postgres_server.connect(one) as connection:
            connection.execute("CREATE TABLE only_here (id integer)")
        with postgres_server.connect(other) as connection:
            assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)


def test_a_database_goes_while_somebody_is_still_connected(
    postgres_server: PostgresAddress,
) -> None:
    with postgres_server.temporary_database() as name:
        forgotten = postgres_server.connect(name)
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
    forgotten.close()


def test_loopback_asks_for_the_password(postgres_server: PostgresAddress) -> None:
    url = postgres_server.url(tcp=True)
    assert ask(url, "SELECT 1") == 1
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host="127.0.0.1", port=postgres_server.port, user="postgres", password="x")


def test_stopping_leaves_no_process_and_no_files() -> None:
    with PostgresServer() as server:
        address = server.address
        assert is_running(address.pid)
    assert not is_running(address.pid)
    assert not Path(address.directory).exists()


def test_a_durable_server_waits_for_the_disk() -> None:
    with PostgresServer(durable=True) as server:
        assert ask(server.url(), "SHOW fsync") == "on"
        assert ask(server.url(), "SHOW synchronous_commit") == "on"


def test_a_run_that_is_killed_leaves_nothing_behind() -> None:
    script = """
        from tests.postgres_keeper import Keeper, ask_for_server
        keeper = Keeper()
        address = ask_for_server(keeper.door)
        print(keeper.door, address.directory, address.pid, flush=True)
        input()
    """
    run = subprocess.Popen(
        [sys.executable, "-c", "if True:" + script],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    door, directory, pid = run.stdout.readline().split()
    assert is_running(int(pid))

    run.kill()
    run.communicate()

    wait_until(lambda: not Path(door).parent.exists())
    assert not Path(directory).exists()
    assert not is_running(int(pid))


def test_without_postgresql_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BINDIR", "/nowhere")
    keeper = Keeper()
    try:
        with pytest.raises(PostgresUnavailable, match="apt install postgresql"):
            ask_for_server(keeper.door)
    finally:
        keeper.end()


def ask(url: str, question: str) -> object:
    engine = engine_to(url)
    with engine.connect() as connection:
        answer = connection.execute(text(question)).scalar_one()
    engine.dispose()
    return answer


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition, seconds: float = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited too long"
        time.sleep(0.02)
