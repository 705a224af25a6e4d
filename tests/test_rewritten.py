"""On PostgreSQL a key that was destroyed stands in no file: it is copied nowhere, and the tables
from which keys went are rewritten."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.log import rewriting
from events.log.database import Database, engine_to
from events.log.log import Log
from events.log.rewriting import STATISTICS, Left, rewrite, went_from
from events.log.tables import entry_keys, to_rewrite
from register.console import erasing
from register.erasing.destroying import GOES_FROM
from register.reading.looks.tables import looks
from register.setup.migrating import every_table, migrate, upgrade
from tests.browser import office
from tests.erasing import Eraser
from tests.logs import by_hand, destroy_keys, opened_log, rows, said
from tests.postgres import PostgresAddress
from tests.server import Installation
from tests.thieves import files_with, tables_at, wrapped_keys

SEALED = ("box", "wrapped")


def sealed_columns() -> dict[str, set[str]]:
    """Every table with a column of what is wrapped or sealed, and which these are."""
    tables = (table for metadata in every_table() for table in metadata.sorted_tables)
    found = {each.name: set(SEALED) & set(each.c.keys()) for each in tables}
    return {name: columns for name, columns in found.items() if columns}


def copied(url: str) -> list[tuple[str, str]]:
    """The sealed columns of which PostgreSQL has noted values."""
    query = "SELECT tablename, attname FROM pg_stats WHERE attname IN ('box', 'wrapped')"
    return rows(url, f"{query} AND schemaname = 'public'")


@dataclass
class Keys:
    """A log with keys of which some are destroyed, and the files in which they stood."""

    log: Log
    url: str
    files: Path

    def destroy(self, stream: UUID) -> set[bytes]:
        before = wrapped_keys(tables_at(self.url))
        with self.log.database.write() as connection:
            destroy_keys(self.log, stream)
            went_from(connection, [entry_keys])
        return before - wrapped_keys(tables_at(self.url))

    def where(self, keys: set[bytes]) -> dict[str, int]:
        with by_hand(self.url) as connection:
            connection.execute("CHECKPOINT")
            query = "SELECT oid FROM pg_database WHERE datname = current_database()"
            [own] = connection.execute(query).fetchone()
        return files_with(self.files / "data" / "base" / str(own), keys)

    @property
    def noted(self) -> list[str]:
        with self.log.database.read() as connection:
            return list(connection.execute(sa.select(to_rewrite.c.name)).scalars())


@pytest.fixture
def streams() -> list[UUID]:
    return [uuid4() for _ in range(20)]


@pytest.fixture
def keys(
    postgres_server: PostgresAddress, postgres_url: str, streams: list[UUID]
) -> Iterator[Keys]:
    chance = random.Random(1)
    with opened_log(postgres_url) as log:
        for _ in range(50):
            log.append([said(each) for each in chance.sample(streams, 3)])
        assert not rewrite(log.database), "as after an update"
        yield Keys(log, postgres_url, Path(postgres_server.directory))


def test_nothing_sealed_is_copied_into_statistics(postgres_url: str) -> None:
    wanted = {(name, each) for name, columns in sealed_columns().items() for each in columns}
    found = rows(
        postgres_url,
        "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attstattarget = 0"
        " AND attrelid::regclass::text NOT LIKE 'pg_%' AND attnum > 0",
    )
    assert set(found) == wanted


def test_what_was_copied_into_statistics_before_goes_and_no_table_is_rewritten_for_it(
    empty_postgres_url: str,
) -> None:
    engine = engine_to(empty_postgres_url)
    with engine.begin() as connection:
        upgrade(connection.execution_options(append=True), "0030")
        row = "gen_random_uuid(), 1, gen_random_uuid(), 1, sha256(number::text::bytea)"
        insert = f"INSERT INTO entry_keys SELECT {row} FROM generate_series(1, 300) AS number"
        connection.exec_driver_sql(insert)
    engine.dispose()
    file = "SELECT pg_relation_filenode('entry_keys')"
    with by_hand(empty_postgres_url) as connection:
        connection.execute("ANALYZE entry_keys")
    before = rows(empty_postgres_url, file)
    assert copied(empty_postgres_url) == [("entry_keys", "wrapped")]
    migrate(empty_postgres_url)
    assert copied(empty_postgres_url) == []
    assert rows(empty_postgres_url, file) == before
    with by_hand(empty_postgres_url) as connection:
        connection.execute("ANALYZE")
    assert copied(empty_postgres_url) == []
    noted = {each for (each,) in rows(empty_postgres_url, "SELECT name FROM to_rewrite")}
    assert noted == {*sealed_columns(), STATISTICS}, "what went before is in there as well"


def test_every_table_from_which_keys_go_is_rewritten() -> None:
    assert {each.name for each in (*GOES_FROM, looks)} == sealed_columns().keys()


def test_a_destroyed_key_is_in_no_file_once_its_table_is_rewritten(
    keys: Keys, streams: list[UUID]
) -> None:
    gone = keys.destroy(streams[0])
    assert len(gone) >= 5
    assert keys.noted == ["entry_keys"]
    assert not rewrite(keys.log.database)
    assert (keys.where(gone), keys.noted) == ({}, [])
    file = "SELECT pg_relation_filenode('entry_keys')"
    before = rows(keys.url, file)
    assert not rewrite(keys.log.database)
    assert rows(keys.url, file) == before, "nothing went, so nothing is done"


def test_who_uses_the_table_is_not_waited_for_and_it_stays_noted(
    keys: Keys, streams: list[UUID]
) -> None:
    gone = keys.destroy(streams[0])
    with by_hand(keys.url) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry_keys")
        began = time.monotonic()
        assert rewrite(keys.log.database, tries=1).read == ["entry_keys"]
        assert time.monotonic() - began < 2
        assert keys.noted == ["entry_keys"]
        reader.execute("COMMIT")
    assert not rewrite(keys.log.database)
    assert keys.where(gone) == {}


def test_what_somebody_may_still_read_who_began_before_is_not_taken_for_gone(
    keys: Keys, streams: list[UUID]
) -> None:
    """They have not used the table yet, so it can be rewritten; the old rows go along."""
    with by_hand(keys.url) as reader:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM entries")
        gone = keys.destroy(streams[0])
        assert rewrite(keys.log.database, tries=1).read == ["entry_keys"]
        assert sum(keys.where(gone).values()) >= len(gone) >= 5
        assert reader.execute("SELECT count(*) FROM entry_keys").fetchone() == (150,)
        reader.execute("COMMIT")
    assert not rewrite(keys.log.database)
    assert keys.where(gone) == {}


def test_a_large_table_is_rewritten_only_if_that_is_wanted(
    keys: Keys, streams: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "LARGE", 1000)
    gone = keys.destroy(streams[0])
    assert rewrite(keys.log.database) == Left([], ["entry_keys"])
    assert keys.noted == ["entry_keys"]
    assert not rewrite(keys.log.database, large=True)
    assert (keys.where(gone), keys.noted) == ({}, [])


def test_where_a_destroying_is_undone_nothing_is_noted(keys: Keys) -> None:
    with keys.log.database.write() as connection:
        went_from(connection, [entry_keys])
        connection.rollback()
    assert keys.noted == []


def test_postgresql_s_own_table_is_left_to_whoever_owns_the_database(
    keys: Keys, postgres_url: str
) -> None:
    went = sa.Table(STATISTICS, sa.MetaData())
    with by_hand(postgres_url) as connection:
        connection.execute("CREATE ROLE owns_tables_alone LOGIN")
        connection.execute("GRANT CREATE ON SCHEMA public TO owns_tables_alone")
        connection.execute("ALTER TABLE to_rewrite OWNER TO owns_tables_alone")
        file = "SELECT pg_relation_filenode('pg_statistic')"
        before = connection.execute(file).fetchone()
        try:
            with keys.log.database.write() as noting:
                went_from(noting, [went])
            url = sa.make_url(postgres_url).set(username="owns_tables_alone")
            with closing(Database(url.render_as_string(False))) as database:
                assert not rewrite(database)
            assert (keys.noted, connection.execute(file).fetchone()) == ([], before)
            with keys.log.database.write() as noting:
                went_from(noting, [went])
            assert not rewrite(keys.log.database)
            assert connection.execute(file).fetchone() != before
        finally:
            connection.execute("DROP OWNED BY owns_tables_alone CASCADE")
            connection.execute("DROP ROLE owns_tables_alone")


def test_destroying_notes_from_where_keys_go_and_of_looks_only_where_some_do(
    postgres_url: str, tmp_path: Path
) -> None:
    with office(tmp_path, url=postgres_url) as here:
        noted = Keys(here.log, postgres_url, tmp_path)
        assert not rewrite(here.log.database)
        eraser, gift = Eraser(here, tmp_path), here.declare("amina")
        assert here.browser("ben").get(f"/declarations/{gift}").status_code == 200
        eraser.erase(of="declaration", declaration=gift)
        assert set(noted.noted) == {each.name for each in GOES_FROM}
        here.clock.goes_on(timedelta(minutes=62))
        assert here.register.erasures.erase_due().looks == 1
        assert looks.name in noted.noted


def test_the_command_says_what_stays_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = []

    def rewritten(_database: object, *, large: bool) -> Left:
        wanted.append(large)
        return Left() if large else Left(["sought"], ["looks"])

    monkeypatch.setattr(erasing, "rewrite", rewritten)
    register = Installation(tmp_path, f"sqlite:///{tmp_path / 'data' / 'register.sqlite'}")
    assert register.command("erase").errors.splitlines() == [
        erasing.STILL_READ,
        erasing.TOO_LARGE.format("looks"),
    ]
    assert register.command("erase", "--large").errors == ""
    assert wanted == [False, True]
