"""On PostgreSQL entries are never changed: by no statement, setting or user of the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from register.setup.migrating import migrate
from register.setup.settings import SERVER_ROLE
from tests.forgeries import ON_BOTH, SAME_ID, SAME_VERSION, unchanged
from tests.logs import by_hand, opened_log, said, texts
from tests.postgres import PostgresAddress

ON_POSTGRESQL = [
    *(statement.replace("IN two", "IN (SELECT id FROM two)") for statement in ON_BOTH),
    "UPDATE ONLY entries SET topic = 'forged'",
    "WITH changed AS (UPDATE entries SET topic = 'forged' RETURNING *) SELECT * FROM changed",
    "WITH gone AS (DELETE FROM entries RETURNING *) SELECT * FROM gone",
    "DELETE FROM ONLY entries USING entry_keys",
    "TRUNCATE ONLY entries RESTART IDENTITY CASCADE",
    "TRUNCATE entry_keys, entries",
    f"INSERT {SAME_ID.replace(') SELECT', ') OVERRIDING SYSTEM VALUE SELECT')}",
    "DO $$ BEGIN UPDATE entries SET topic = 'forged'; END $$",
    "DO $$ BEGIN EXECUTE 'DELETE FROM entries'; END $$",
    "DO $$ BEGIN TRUNCATE entries; END $$",
    "EXPLAIN ANALYZE DELETE FROM entries",
]


REFUSALS = (errors.RestrictViolation, errors.UniqueViolation, errors.InsufficientPrivilege)
"""By the trigger; by the key; for want of the right."""


ANYBODY_S_SETTINGS = [
    "application_name = 'psql'",  # as good as none
    "row_security = off",
    "check_function_bodies = off",
    "constraint_exclusion = off",
    "search_path = pg_temp, public",
    "default_transaction_deferrable = on",
    "default_transaction_isolation = 'serializable'",
    "jit = off",
    "plan_cache_mode = force_generic_plan",
    "plpgsql.check_asserts = off",
    "plpgsql.extra_errors = 'all'",
    "quote_all_identifiers = on",
    "transform_null_equals = on",
    "synchronous_commit = off",
    "client_min_messages = error",
]
SUPERUSER_S_SETTINGS = [
    "session_replication_role = replica",
    "session_replication_role = local",
    "allow_system_table_mods = on",
    "zero_damaged_pages = on",
]


@pytest.fixture
def pg_url(postgres_url: str) -> str:
    return with_three_entries(postgres_url)


@pytest.fixture(scope="module")
def refusing_url(postgres_server: PostgresAddress, shaped_postgres: str) -> Iterator[str]:
    """One for all tests in which everything is refused, so that nothing is left of any."""
    with postgres_server.temporary_database(shaped_postgres) as name:
        yield with_three_entries(postgres_server.url(name))


def with_three_entries(url: str) -> str:
    with opened_log(url) as log:
        log.append([said(uuid4(), text) for text in ("one", "two", "three")])
    return url


def refused(connection: Any, statement: str, *why: type[Exception]) -> None:
    with pytest.raises(why or REFUSALS):
        connection.execute(statement)


@pytest.mark.parametrize("setting", [*ANYBODY_S_SETTINGS, *SUPERUSER_S_SETTINGS])
def test_postgresql_refuses_it_to_a_superuser_whatever_the_setting(
    refusing_url: str, setting: str
) -> None:
    with unchanged(refusing_url), by_hand(refusing_url) as connection:
        connection.execute(f"SET {setting}")
        for statement in ON_POSTGRESQL:
            by_key = statement.startswith("INSERT") and "DO UPDATE" not in statement
            why = errors.UniqueViolation if by_key else errors.RestrictViolation
            refused(connection, statement, why)


@pytest.mark.parametrize("setting", ANYBODY_S_SETTINGS)
def test_postgresql_refuses_it_to_the_server_whatever_the_setting(
    refusing_url: str, setting: str
) -> None:
    with unchanged(refusing_url), by_hand(refusing_url) as connection:
        connection.execute(f"SET ROLE {SERVER_ROLE}")
        connection.execute(f"SET {setting}")
        for statement in ON_POSTGRESQL:
            by_key = statement == f"INSERT {SAME_VERSION}"
            why = errors.UniqueViolation if by_key else errors.InsufficientPrivilege
            refused(connection, statement, why)


def test_postgresql_refuses_it_to_an_owner_who_is_no_superuser(
    postgres_server: PostgresAddress,
) -> None:
    with owned_by_another(postgres_server) as (url, owner):
        with opened_log(url) as log:
            log.append([said(uuid4(), text) for text in ("one", "two", "three")])
        for setting in ("row_security = off", "session_replication_role = replica"):
            with unchanged(url), by_hand(url) as connection:
                assert connection.execute("SELECT current_user").fetchone() == (owner,)
                connection.execute(f"SET {setting}")
                for statement in ON_POSTGRESQL:
                    refused(connection, statement, errors.RestrictViolation, errors.UniqueViolation)


@contextmanager
def owned_by_another(server: PostgresAddress) -> Iterator[tuple[str, str]]:
    """A database whose owner may set what a replica sets, and their name."""
    owner = f"owner_{uuid4().hex}"
    with server.temporary_database() as name, server.connect(name) as connection:
        migrate(server.url(name))  # makes the server's role, which this owner may not
        connection.execute(f"CREATE ROLE {owner} LOGIN; GRANT {SERVER_ROLE} TO {owner}")
        try:
            connection.execute(f"GRANT SET ON PARAMETER session_replication_role TO {owner}")
            connection.execute(f"ALTER DATABASE {name} OWNER TO {owner}")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute(f"CREATE SCHEMA public AUTHORIZATION {owner}")
            yield server.url(name).replace("postgres@", f"{owner}@"), owner
        finally:
            connection.execute(f"REASSIGN OWNED BY {owner} TO postgres; DROP OWNED BY {owner}")
            connection.execute(f"DROP ROLE {owner}")


def test_postgresql_refuses_it_where_the_error_is_swallowed(refusing_url: str) -> None:
    swallowed = "DO $$ BEGIN {}; EXCEPTION WHEN OTHERS THEN NULL; END $$"
    with unchanged(refusing_url), by_hand(refusing_url) as connection:
        for statement in ("UPDATE entries SET topic = 'forged'", "TRUNCATE entries"):
            connection.execute(swallowed.format(statement))


def test_postgresql_refuses_it_from_a_rule(pg_url: str) -> None:
    insert = "INSERT INTO {} (follower, position) VALUES ('sly', 1)"
    with unchanged(pg_url), by_hand(pg_url) as connection:
        connection.execute(
            "CREATE RULE sly AS ON INSERT TO tracking DO ALSO UPDATE entries SET topic = 'forged'"
        )
        refused(connection, insert.format("tracking"), errors.RestrictViolation)
        connection.execute("DROP RULE sly ON tracking")
        connection.execute(f"SET ROLE {SERVER_ROLE}")
        mine = "CREATE TEMP TABLE mine (follower text, position bigint)"
        refused(connection, mine, errors.InsufficientPrivilege)


def test_postgresql_refuses_to_copy_over_an_entry(refusing_url: str) -> None:
    with unchanged(refusing_url), by_hand(refusing_url) as connection:
        for role, why in (
            ("postgres", errors.UniqueViolation),
            (SERVER_ROLE, errors.InsufficientPrivilege),
        ):
            connection.execute(f"SET ROLE {role}")
            with connection.cursor().copy("COPY entries TO STDOUT") as copy:
                held = b"".join(copy)
            with pytest.raises(why):
                copy_in(connection, held)


def copy_in(connection: psycopg.Connection[Any], held: bytes) -> None:
    with connection.cursor().copy("COPY entries FROM STDIN") as copy:
        copy.write(held)


# What the server may do on PostgreSQL

DDL = [
    "ALTER TABLE entries ADD COLUMN more text",
    "ALTER TABLE entries ALTER COLUMN topic TYPE varchar USING 'forged'",
    "ALTER TABLE entries DROP COLUMN state",
    "ALTER TABLE entries RENAME TO others",
    "ALTER TABLE entries SET SCHEMA pg_temp",
    f"ALTER TABLE entries OWNER TO {SERVER_ROLE}",
    "ALTER TABLE entries DISABLE TRIGGER ALL",
    "ALTER TABLE entries DISABLE TRIGGER entries_append_only",
    "ALTER TABLE entries ENABLE REPLICA TRIGGER entries_append_only",
    "ALTER TABLE entries DROP CONSTRAINT entries_stream_version",
    "ALTER TRIGGER entries_append_only ON entries RENAME TO other",
    "DROP TRIGGER entries_append_only ON entries",
    "DROP TABLE entries",
    "DROP TABLE entries CASCADE",
    "DROP INDEX ix_entries_recorded_at",
    "DROP SCHEMA public CASCADE",
    "DROP SEQUENCE entries_id_seq CASCADE",
    "ALTER SEQUENCE entries_id_seq RESTART",
    "SELECT setval('entries_id_seq', 1)",
    "SELECT setval('entries_id_seq', 1, false)",
    "ALTER FUNCTION entries_append_only() RENAME TO other",
    "DROP FUNCTION entries_append_only() CASCADE",
    "CREATE OR REPLACE FUNCTION entries_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RETURN NULL; END $$",
    "CREATE TRIGGER sly BEFORE INSERT ON entries FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE sly AS ON INSERT TO entries DO INSTEAD NOTHING",
    "CREATE TABLE public.more (id bigint)",
    "CREATE TEMP TABLE more () INHERITS (entries)",
    "CREATE VIEW public.more AS SELECT 1",
    "CREATE SCHEMA more",
    "COMMENT ON TABLE entries IS 'mine'",
    "SET session_replication_role = replica",
    "SET allow_system_table_mods = on",
    "UPDATE pg_trigger SET tgenabled = 'D'",
    "DELETE FROM pg_trigger",
    f"ALTER ROLE {SERVER_ROLE} SUPERUSER",
    "CREATE ROLE another SUPERUSER",
    "ALTER SYSTEM SET session_replication_role = 'replica'",
    "COPY entries TO PROGRAM 'cat'",
    "COPY entries FROM '/etc/passwd'",
    "CREATE EVENT TRIGGER sly ON sql_drop EXECUTE FUNCTION entries_append_only()",
]


@pytest.mark.parametrize("statement", DDL)
def test_the_server_may_not_change_what_keeps_it(refusing_url: str, statement: str) -> None:
    with unchanged(refusing_url), by_hand(refusing_url) as connection:
        connection.execute(f"SET ROLE {SERVER_ROLE}")
        refused(connection, statement, errors.InsufficientPrivilege)
        refused(connection, "UPDATE entries SET topic = 'forged'", errors.InsufficientPrivilege)


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES", "ALL"])
def test_the_server_may_give_nobody_a_right(refusing_url: str, right: str) -> None:
    with unchanged(refusing_url), by_hand(refusing_url) as connection:
        connection.execute(f"SET ROLE {SERVER_ROLE}")
        connection.execute(f"GRANT {right} ON entries TO {SERVER_ROLE}")  # no more than a warning
        refused(connection, "UPDATE entries SET topic = 'forged'", errors.InsufficientPrivilege)
        assert held(connection)["entries"] == RIGHTS["entries"]


EVERY = {"SELECT", "INSERT", "UPDATE", "DELETE"}
RIGHTS = {
    "account_seen": EVERY,
    "agreed_links": EVERY,
    "came_in": EVERY,
    "challenges": EVERY,
    "links": EVERY,
    "passkeys": EVERY,
    "passwords": EVERY,
    "tries": EVERY,
    "alembic_version": {"SELECT"},
    "asked_as_well": EVERY,
    "barred": EVERY,
    "bindings": EVERY,
    "carried": EVERY,
    "elsewhere": EVERY,
    "entries": {"SELECT"},
    "entries_id_seq": {"USAGE"},
    "entry_keys": {"SELECT"},
    "erasures": EVERY,
    "exclusions": EVERY,
    "for_officers": EVERY,
    "further": EVERY,
    "holds": EVERY,
    "inbox": EVERY,
    "invites": EVERY,
    "job_parts": EVERY,
    "jobs": EVERY,
    "kept_pages": EVERY,
    "looked_at": {"SELECT", "INSERT"},
    "looks": {"SELECT", "INSERT"},
    "looks_number_seq": {"USAGE"},
    "named": EVERY,
    "news": EVERY,
    "notice_choices": EVERY,
    "notices": EVERY,
    "outbox": EVERY,
    "photographs": {"SELECT", "INSERT"},
    "provisioned": EVERY,
    "provisioned_groups": EVERY,
    "register_list": EVERY,
    "seen": EVERY,
    "seen_up_to": EVERY,
    "service_users": EVERY,
    "sessions": EVERY,
    "settled": EVERY,
    "sought": EVERY,
    "tokens": EVERY,
    "to_rewrite": {"SELECT"},
    "told": EVERY,
    "tracking": {"SELECT", "INSERT", "UPDATE"},
    "tree_leaves": {"SELECT", "INSERT"},
    "tree_nodes": {"SELECT", "INSERT"},
    "checkpoints": {"SELECT"},
    "checkpoints_number_seq": {"USAGE"},
    "successions": {"SELECT", "INSERT"},
    "tombstones": {"SELECT", "INSERT"},
    "tombstoned": {"SELECT", "INSERT"},
    "signing": {"SELECT", "INSERT", "UPDATE"},
    "cosignatures": {"SELECT", "INSERT"},
    "witnesses": {"SELECT", "INSERT", "UPDATE"},
    "used_once": EVERY,
    "ways": EVERY,
    "worker_record": EVERY,
}
"""Every table and sequence, and what the server may do with it."""
BY_COLUMN = {
    ("entries", "originator_id"),
    ("entries", "originator_version"),
    ("entries", "topic"),
    ("entries", "state"),
    ("entries", "recorded_at"),
    ("entry_keys", "originator_id"),
    ("entry_keys", "originator_version"),
    ("entry_keys", "id"),
    ("entry_keys", "master"),
    ("entry_keys", "wrapped"),
    ("checkpoints", "key"),
    ("checkpoints", "size"),
    ("checkpoints", "note"),
    ("checkpoints", "signed_at"),
}
"""The columns that it gives values to when it adds a row: of an entry all but the position."""


def held(connection: Any) -> dict[str, set[str]]:
    """The rights of the server on each table and sequence, its own and everybody's."""
    query = """
        SELECT relname, array_remove(array_agg(privilege_type), NULL)
        FROM pg_class LEFT JOIN LATERAL (
            SELECT privilege_type FROM aclexplode(relacl)
            WHERE grantee IN (0, %s::regrole)
        ) AS granted ON true
        WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'I')
        GROUP BY relname
    """
    found = connection.execute(query, [SERVER_ROLE]).fetchall()
    return {name: set(rights) for name, rights in found}


def test_the_server_has_these_rights_and_no_others(refusing_url: str) -> None:
    with by_hand(refusing_url) as connection:
        assert held(connection) == RIGHTS
        by_column = connection.execute(
            "SELECT attrelid::regclass::text, attname, privilege_type, grantee::regrole::text"
            " FROM pg_attribute, aclexplode(attacl) WHERE attrelid IN"
            " (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
        ).fetchall()
        assert set(by_column) == {(*each, "INSERT", SERVER_ROLE) for each in BY_COLUMN}


def test_a_table_that_nobody_listed_can_only_be_read(pg_url: str) -> None:
    with by_hand(pg_url) as connection:
        connection.execute("CREATE TABLE unheard_of (id int)")
        connection.execute(f"GRANT ALL ON unheard_of TO {SERVER_ROLE}")
    migrate(pg_url)
    with by_hand(pg_url) as connection:
        assert held(connection)["unheard_of"] == {"SELECT"}


def test_the_server_s_role_is_nobody_else_s(pg_url: str) -> None:
    with by_hand(pg_url) as connection:
        role = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls"
            " FROM pg_roles WHERE rolname = %s",
            [SERVER_ROLE],
        ).fetchone()
        assert role == (False,) * 6
        member_of = connection.execute(
            "SELECT FROM pg_auth_members WHERE member = %s::regrole", [SERVER_ROLE]
        )
        assert member_of.fetchall() == []
        schema = connection.execute(
            "SELECT has_schema_privilege(%s, 'public', 'CREATE'),"
            " has_schema_privilege(%s, 'public', 'USAGE')",
            [SERVER_ROLE, SERVER_ROLE],
        ).fetchone()
        assert schema == (False, True)


def test_the_server_can_do_all_that_a_log_asks(pg_url: str) -> None:
    with opened_log(pg_url, role=SERVER_ROLE) as log:
        log.append([said(uuid4(), "four")])
        assert texts(log.after()) == ["one", "two", "three", "four"]
        with log.database.read() as connection:
            assert connection.exec_driver_sql("SELECT current_user").scalar() == SERVER_ROLE
