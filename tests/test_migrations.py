"""Migrating brings any database to today's shape, and does no harm twice."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import register
from events.log.database import Database, engine_to
from events.log.tables import entries
from register.projections.erasures import erasures
from register.setup.migrating import (
    NotMigratedError,
    check_migrated,
    every_table,
    migrate,
    upgrade,
)
from register.setup.settings import SERVER_ROLE
from register.setup.triggers import GUARDED
from tests.cast import NOW
from tests.logs import by_hand, is_sqlite, opened_log, rows, said, texts
from tests.postgres import PostgresAddress, PostgresServer
from tests.postgres_keeper import PROJECT

for module in pkgutil.iter_modules(register.__path__, "register."):
    if module.name != "register.__main__":
        importlib.import_module(module.name)  # a table that any module knows is one of ours


def differences(url: str) -> list[Any]:
    engine = engine_to(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            return compare_metadata(context, every_table())
    finally:
        engine.dispose()


def shape(url: str) -> list[tuple[Any, ...]]:
    """All that the database itself keeps of its shape."""
    if is_sqlite(url):
        return rows(url, "SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    return rows(
        url,
        """
        SELECT relname, relkind::text, relacl::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT tgname, tgenabled::text, pg_get_triggerdef(oid) FROM pg_trigger
        UNION ALL SELECT conname, contype::text, pg_get_constraintdef(oid) FROM pg_constraint
        ORDER BY 1, 2
        """,
    )


def test_the_migrated_database_is_what_the_code_expects(empty_database_url: str) -> None:
    assert differences(empty_database_url) != []
    migrate(empty_database_url)
    assert differences(empty_database_url) == []


def test_migrating_again_changes_nothing(empty_database_url: str) -> None:
    with opened_log(empty_database_url) as log:
        log.append([said(uuid4(), "as ever")])
    before = shape(empty_database_url)
    migrate(empty_database_url)
    migrate(empty_database_url)
    assert shape(empty_database_url) == before
    with opened_log(empty_database_url) as log:
        assert texts(log.after()) == ["as ever"]


def test_the_triggers_are_there_after_every_migration(empty_database_url: str) -> None:
    for _ in range(2):
        migrate(empty_database_url)
        if is_sqlite(empty_database_url):
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            refused = ("no_update", "no_delete", "no_replace")
            expected = {(f"{table}_{each}",) for table in GUARDED for each in refused}
        else:
            query = "SELECT tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
            expected = {(f"{table}_append_only", "A") for table in GUARDED}
        assert set(rows(empty_database_url, query)) == expected


def test_what_workers_had_seen_before_there_was_news_to_others_is_kept(
    empty_database_url: str,
) -> None:
    engine, declaration = engine_to(empty_database_url), uuid4()
    with engine.begin() as connection:
        connection = connection.execution_options(append=True)
        upgrade(connection, "0006")
        for table, row in {
            "worker_record": {
                "declaration": declaration,
                "worker": "amina",
                "kind": "gift",
                "received_at": NOW,
                "status": "closed",
                "first_position": 7,
                "last_position": 9,
            },
            "seen": {"declaration": declaration, "position": 8},
            "told": {"person": "ben", "declaration": declaration},
        }.items():
            known = sa.Table(table, sa.MetaData(), autoload_with=connection)
            connection.execute(sa.insert(known), as_stored(known, row))
    engine.dispose()
    migrate(empty_database_url)
    assert rows(empty_database_url, "SELECT person, position FROM seen") == [("amina", 8)]
    assert rows(empty_database_url, "SELECT person, since FROM told") == [("ben", 0)]
    assert differences(empty_database_url) == []


def test_what_was_asked_to_be_erased_before_is_known_by_the_declaration_that_it_names(
    empty_database_url: str,
) -> None:
    named, of_a_person, declaration = uuid4(), uuid4(), uuid4()
    said = {named: {"of": "declaration", "declaration": str(declaration)}, of_a_person: {}}
    engine = engine_to(empty_database_url)
    with engine.begin() as connection:
        connection = connection.execution_options(append=True)
        upgrade(connection, "0029")
        before = sa.table("erasures", *(sa.column(each.name, each.type) for each in STOOD))
        for position, (stream, state) in enumerate(said.items(), 1):
            entry = {"originator_id": stream, "originator_version": 1, "topic": "erasure-asked"}
            stored = {**entry, "state": msgspec.json.encode(state), "recorded_at": NOW}
            connection.execute(sa.insert(entries).values(stored))
            asked = {"stream": stream, "asked": position, "state": "asked"}
            connection.execute(sa.insert(before).values(asked))
    migrate(empty_database_url)
    with engine.connect() as connection:
        found = connection.execute(sa.select(erasures.c.stream, erasures.c.named)).all()
    engine.dispose()
    assert dict(map(tuple, found)) == {named: declaration, of_a_person: None}


STOOD = [erasures.c[name] for name in ("stream", "asked", "state")]


def as_stored(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """Where the database has no UUIDs, one is its 32 digits."""
    is_kept = isinstance(table.c.declaration.type, sa.Uuid)
    return row if is_kept else {**row, "declaration": row["declaration"].hex}


def test_a_database_that_is_not_migrated_is_told_apart(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    try:
        with pytest.raises(NotMigratedError, match="run `register migrate`"):
            check_migrated(database)
        migrate(empty_database_url)
        check_migrated(database)
    finally:
        database.close()


def test_two_who_migrate_one_database_at_once_do_it_once(empty_database_url: str) -> None:
    migrating = [start_migrating(empty_database_url) for _ in range(3)]
    assert [ended(each) for each in migrating] == [(0, "")] * 3
    assert differences(empty_database_url) == []


def start_migrating(url: str) -> subprocess.Popen[str]:
    """In a process of its own, as a deployment does."""
    script = f"from register.setup.migrating import migrate; migrate({url!r})"
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script],
        cwd=PROJECT,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, complaint = process.communicate(timeout=60)
    return process.returncode, complaint


def test_databases_that_are_migrated_at_once_share_one_role() -> None:
    """A server of its own: nowhere else is there no such role yet."""
    with PostgresServer() as server, ExitStack() as databases:
        address = server.address
        one, other = (databases.enter_context(address.temporary_database()) for _ in range(2))
        with address.connect(one) as slow:
            with slow.transaction():
                slow.execute(f"CREATE ROLE {SERVER_ROLE} NOLOGIN; GRANT {SERVER_ROLE} TO postgres")
                migrating = start_migrating(address.url(other))
                wait_until(lambda: is_waiting(address, other))
            assert ended(migrating) == (0, "")
        migrate(address.url(one))
        for url in (address.url(one), address.url(other)):
            with opened_log(url, role=SERVER_ROLE) as log:
                log.append([said(uuid4(), "as ever")])


def is_waiting(address: PostgresAddress, database: str) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
    with address.connect() as connection:
        return connection.execute(query, [database]).fetchone() == (1,)


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited too long"
        time.sleep(0.02)


def test_a_path_with_a_percent_sign_can_be_migrated(tmp_path: Path) -> None:
    folder = tmp_path / "100% o'clock"
    folder.mkdir()
    url = f"sqlite:///{folder / 'register.sqlite'}"
    migrate(url)
    with by_hand(url) as connection:
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (0,)
