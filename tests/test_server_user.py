"""On PostgreSQL the server is not the owner of the log, and cannot become it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors

from events.log.database import Database
from events.log.log import Log
from register.console.signing import NOT_SIGNED
from register.reading.ground import OWNER, shortcomings
from register.setup.migrating import ServerUserError, migrate
from register.setup.settings import SERVER_ROLE
from tests.consoles import said_plainly
from tests.forgeries import unchanged
from tests.gifts import declare
from tests.logs import by_hand, opened_log, said, some_keys, texts
from tests.postgres import PostgresAddress
from tests.server import SERVER_USER, Installation

FORGE = "UPDATE entries SET topic = 'forged'"


def as_server(url: str, user: str = SERVER_USER) -> str:
    made = sa.make_url(url).set(username=user, password="geheim")
    return made.render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def owner_url(postgres_server: PostgresAddress, shaped_postgres: str) -> Iterator[str]:
    """A log of three entries with its server's user; nobody changes anything in it."""
    with postgres_server.temporary_database(shaped_postgres) as name:
        url = postgres_server.url(name)
        with opened_log(url) as log:
            log.append([said(uuid4(), text) for text in ("one", "two", "three")])
        migrate(url, as_server(url))
        yield url


BECOMING = [
    "RESET ROLE",
    "SET ROLE NONE",
    "SET ROLE DEFAULT",
    "SET ROLE postgres",
    "SET LOCAL ROLE postgres",
    "SET SESSION AUTHORIZATION DEFAULT",
    "SET SESSION AUTHORIZATION postgres",
    "RESET SESSION AUTHORIZATION",
    "RESET ALL",
    "DISCARD ALL",
    "SELECT set_config('role', 'postgres', false)",
    "SELECT set_config('session_authorization', 'postgres', false)",
    f"GRANT postgres TO {SERVER_USER}",
    f"GRANT pg_write_all_data TO {SERVER_USER}",
    f"GRANT pg_execute_server_program TO {SERVER_USER}",
    f"GRANT ALL ON entries TO {SERVER_USER}",
    f"GRANT UPDATE ON entries TO {SERVER_ROLE}",
    f"ALTER ROLE {SERVER_USER} SUPERUSER",
    f"ALTER ROLE {SERVER_USER} CREATEROLE",
    f"ALTER ROLE {SERVER_ROLE} BYPASSRLS",
    f"ALTER ROLE {SERVER_USER} SET role = 'postgres'",
    "CREATE ROLE another LOGIN SUPERUSER",
    "ALTER ROLE postgres PASSWORD 'mine'",
    f"ALTER TABLE entries OWNER TO {SERVER_USER}",
    f"ALTER SCHEMA public OWNER TO {SERVER_USER}",
    f"REASSIGN OWNED BY postgres TO {SERVER_USER}",
    "DROP OWNED BY postgres",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT ALL ON TABLES TO {SERVER_USER}",
    "ALTER SYSTEM SET session_replication_role = 'replica'",
    "SET session_replication_role = replica",
    "SET allow_system_table_mods = on",
    "ALTER FUNCTION entries_append_only() SECURITY DEFINER",
    "CREATE FUNCTION public.sly() RETURNS void LANGUAGE sql AS 'DELETE FROM entries'",
    "CREATE FUNCTION pg_temp.sly() RETURNS void LANGUAGE sql AS 'DELETE FROM entries'",
    "CREATE TEMP TABLE entries (id bigint)",
    "CREATE EXTENSION file_fdw",
    "CREATE LANGUAGE plpython3u",
    "COPY entries TO PROGRAM 'cat'",
    "COPY entries FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "UPDATE pg_authid SET rolsuper = true",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
    "DO $$ BEGIN EXECUTE 'SET ROLE postgres'; END $$",
]
"""Ways to become somebody who may do more, or to be given more."""

CHANGING = [
    FORGE,
    "DELETE FROM entries",
    "TRUNCATE entries",
    "SELECT * FROM entries FOR UPDATE",
    "DO $$ BEGIN LOCK TABLE entries IN ACCESS EXCLUSIVE MODE; END $$",
    "INSERT INTO entries SELECT * FROM entries",
    "INSERT INTO entries (id, originator_id, originator_version, topic, state, recorded_at)"
    " SELECT 99, gen_random_uuid(), 1, topic, state, recorded_at FROM entries LIMIT 1",
    "UPDATE entry_keys SET wrapped = ''",
    "UPDATE entry_keys SET master = 0",
    "DELETE FROM entry_keys",
    "TRUNCATE entry_keys",
    "INSERT INTO entry_keys SELECT * FROM entry_keys ON CONFLICT (originator_id,"
    " originator_version) DO UPDATE SET wrapped = ''",
    "DELETE FROM photographs",
    "UPDATE photographs SET picture = ''",
    "DELETE FROM alembic_version",
    "DELETE FROM tracking",
    "SELECT setval('entries_id_seq', 1)",
    "ALTER TABLE entries DISABLE TRIGGER ALL",
    "ALTER TABLE entry_keys ADD COLUMN more text",
    "DROP TRIGGER entries_append_only ON entries",
    "DROP TABLE entry_keys CASCADE",
    "CREATE TRIGGER sly BEFORE INSERT ON entries FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE sly AS ON INSERT TO entries DO INSTEAD NOTHING",
    "CREATE TABLE public.more (id bigint)",
    "CREATE SCHEMA more",
    "DROP SCHEMA public CASCADE",
]


@pytest.mark.parametrize("way", BECOMING)
def test_the_server_s_user_becomes_nobody_who_may_do_more(owner_url: str, way: str) -> None:
    with unchanged(owner_url), by_hand(as_server(owner_url)) as connection:
        with suppress(psycopg.Error):  # refused at once; else it must not have helped
            connection.execute(way)
        for statement in (FORGE, "DELETE FROM entry_keys"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement)


@pytest.mark.parametrize("statement", CHANGING)
def test_the_server_s_user_changes_nothing_that_stands(owner_url: str, statement: str) -> None:
    with (
        unchanged(owner_url),
        by_hand(as_server(owner_url)) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_the_server_s_user_can_do_what_a_server_does(owner_url: str) -> None:
    database = Database(as_server(owner_url), role=SERVER_ROLE)
    assert shortcomings(database) == []
    database.close()


def test_a_register_is_used_and_erased_from_by_two_users(
    new_installation: Callable[..., Installation],
) -> None:
    installation = new_installation("postgresql")
    installation.set_up()
    with installation.serving() as server:
        assert declare(server)["status"] == "awaiting_decision"
        assert [line for line in server.logged() if line["event"] == "shortcoming"] == []
    assert installation.run("rebuild") == ["The read models are what the log says."]
    installation.settings = {"REGISTER_OWNER_URL": installation.server_url}
    for command in (("rebuild",), ("erase",)):
        assert "set REGISTER_OWNER_URL" in said_plainly(installation.command(*command))


def test_a_server_that_logs_in_as_the_owner_says_so_and_serves(
    new_installation: Callable[..., Installation],
) -> None:
    installation = new_installation("postgresql")
    installation.server_user = None
    installation.set_up()
    with installation.serving() as server:
        assert server.as_nobody().get("/healthz").status_code == 200
        status = server.as_nobody().get("/statusz").json()
        assert (status["status"], status["red"], status["shortcomings"]) == (
            "ok",
            {},
            [OWNER, NOT_SIGNED],
        )
        said = [line["what"] for line in server.logged() if line["event"] == "shortcoming"]
    assert said == [OWNER]


def test_an_owner_who_may_make_nobody_says_what_to_have_done(
    postgres_server: PostgresAddress, shaped_postgres: str
) -> None:
    owner = f"owner_{uuid4().hex}"
    with (
        postgres_server.temporary_database() as name,
        postgres_server.connect(name) as connection,
    ):
        migrate(postgres_server.url(name))
        connection.execute(f"CREATE ROLE {owner} LOGIN; GRANT {SERVER_ROLE} TO {owner}")
        connection.execute(f"ALTER DATABASE {name} OWNER TO {owner}")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute(f"CREATE SCHEMA public AUTHORIZATION {owner}")
        url = as_server(postgres_server.url(name), owner)
        try:
            with pytest.raises(ServerUserError, match=f"GRANT {SERVER_ROLE} TO unheard_of"):
                migrate(url, as_server(url, "unheard_of"))
        finally:
            connection.execute(f"REASSIGN OWNED BY {owner} TO postgres; DROP OWNED BY {owner}")
            connection.execute(f"DROP ROLE {owner}")


def test_a_password_of_the_server_s_user_is_never_sent_as_it_is(
    postgres_server: PostgresAddress, postgres_url: str
) -> None:
    user = f"server_{uuid4().hex}"
    tcp = postgres_server.url(str(sa.make_url(postgres_url).database), tcp=True)
    try:
        migrate(tcp, as_server(tcp, user))
        with by_hand(postgres_url) as owner:
            query = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
            (stored,) = owner.execute(query, [user]).fetchone()
        assert stored.startswith("SCRAM-SHA-256$")
        with closing(Log(as_server(tcp, user), some_keys(), role=SERVER_ROLE)) as log:
            log.append([said(uuid4(), "as the server")])
            assert texts(log.after()) == ["as the server"]
    finally:
        with by_hand(postgres_url) as owner:
            owner.execute(f"DROP OWNED BY {user}; DROP ROLE {user}")
