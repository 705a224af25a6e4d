"""Brings a database to today's shape, and gives the server only the rights that it needs."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from events.log import tables as log_tables
from events.log.database import Database
from events.log.putting_back import is_unopened
from register import projections
from register.access import tables as access_tables
from register.directory import provisioned
from register.notices import tables as notices_tables
from register.proving import tables as proving_tables
from register.proving.jobs import tables as jobs_tables
from register.reading import seen_up_to
from register.reading.looks import tables as looks_tables
from register.setup.settings import SERVER_ROLE

CHANGED = [
    projections.metadata,
    access_tables.metadata,
    provisioned.metadata,
    notices_tables.metadata,
    seen_up_to.metadata,
    jobs_tables.metadata,
]
MIGRATIONS = Path(__file__).parent / "migrations"

READS = "SELECT"
ADDS = "SELECT, INSERT"
RIGHTS = {
    "looked_at": ADDS,
    "looks": ADDS,
    "photographs": ADDS,
    "tree_leaves": ADDS,
    "tree_nodes": ADDS,
    "successions": ADDS,
    "tombstones": ADDS,
    "tombstoned": ADDS,
    "signing": "SELECT, INSERT, UPDATE",
    "cosignatures": ADDS,
    "witnesses": "SELECT, INSERT, UPDATE",
    "tracking": "SELECT, INSERT, UPDATE",
}
BY_COLUMN = ("entries", "entry_keys", "checkpoints")
"""Tables to which the server adds rows without choosing their positions, and which it never
changes. Keys are destroyed by the owner alone."""
CHANGES = "SELECT, INSERT, UPDATE, DELETE"
"""The rights on tables outside the log: read models, sessions and tokens, and what was seen."""


UNOPENED = (
    "A backup is being put back into this database, or this was broken off; run `register restore` "
    "to its end first."
)


class NotMigratedError(Exception):
    """The database is not in today's shape."""


class ServerUserError(Exception):
    """The user as whom the server logs in could not be given its rights."""


def every_table() -> list[sa.MetaData]:
    return [log_tables.metadata, looks_tables.metadata, proving_tables.metadata, *CHANGED]


def migrate(url: str, server_url: str | None = None) -> None:
    """Bring the database to today's shape. On PostgreSQL the user has to own it; the user of
    `server_url`, if that is another, is made and given the server's rights."""
    database = Database(url, longest=None)
    try:
        with database.engine.connect() as connection:
            connection = connection.execution_options(append=True)
            with connection.begin():
                if is_unopened(connection):
                    raise NotMigratedError(UNOPENED)
                if not _is_in_todays_shape(connection):
                    upgrade(connection)
                if database.dialect == "postgresql":
                    _grant(connection)
                    _admit(connection, sa.make_url(server_url or url))
    finally:
        database.close()


def bring_into_shape(database: Database) -> None:
    """The same without giving anybody any rights. Raises `NotMigratedError` if the database comes
    from a newer version of the register."""
    with database.engine.connect() as connection:
        connection = connection.execution_options(append=True)
        with connection.begin():
            try:
                upgrade(connection)
            except CommandError as error:
                raise NotMigratedError(
                    f"It is of a newer version of the register: {error}"
                ) from None


def check_migrated(database: Database) -> None:
    """Raises `NotMigratedError`, which says what to do, if the database is not in today's shape."""
    with database.engine.connect() as connection:
        if not _is_in_todays_shape(connection):
            raise NotMigratedError(
                "The database is not in today's shape; run `register migrate` as its owner first."
            )


def not_in_shape(database: Database) -> list[str]:
    """A code word if the database is not in today's shape (any more)."""
    try:
        check_migrated(database)
    except NotMigratedError:
        return ["other_shape"]
    return []


def _is_in_todays_shape(connection: sa.Connection) -> bool:
    return MigrationContext.configure(connection).get_current_revision() == _last_revision()


@cache
def _last_revision() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Bring the tables to a revision, in the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _grant(connection: sa.Connection) -> None:
    _make_role(connection)
    run = connection.exec_driver_sql
    run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    run(f'REVOKE TEMPORARY ON DATABASE "{connection.engine.url.database}" FROM PUBLIC')
    run(f"GRANT USAGE ON SCHEMA public TO {SERVER_ROLE}")
    for table in sa.inspect(connection).get_table_names():
        run(f'REVOKE ALL ON "{table}" FROM {SERVER_ROLE}')
        run(f'GRANT {rights_on(table)} ON "{table}" TO {SERVER_ROLE}')
    run(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {SERVER_ROLE}")


def rights_on(table: str) -> str:
    """The server's rights on a table. A table that is not listed can only be read."""
    if any(table in metadata.tables for metadata in CHANGED):
        return CHANGES
    if table in BY_COLUMN:
        tables = {**log_tables.metadata.tables, **proving_tables.metadata.tables}
        columns = tables[table].columns
        given = [f'"{each.name}"' for each in columns if each.autoincrement is not True]
        return f"SELECT, INSERT ({', '.join(given)})"
    return RIGHTS.get(table, READS)


def _admit(connection: sa.Connection, server: sa.URL) -> None:
    """Give the server's rights to the user as whom it logs in, who is made if there is none."""
    owner, user = connection.engine.url.username, server.username
    if user is None or user == owner:
        return
    name = connection.dialect.identifier_preparer.quote(user)
    is_there = sa.text("SELECT count(*) FROM pg_roles WHERE rolname = :user")
    is_admitted = sa.text(f"SELECT pg_has_role(:user, '{SERVER_ROLE}', 'MEMBER')")
    try:
        if not connection.scalar(is_there, {"user": user}):
            _once(connection, f"CREATE ROLE {name} LOGIN {_password(connection, server)}")
        if not connection.scalar(is_admitted, {"user": user}):
            _once(connection, f"GRANT {SERVER_ROLE} TO {name}")
    except sa.exc.ProgrammingError:
        raise ServerUserError(
            f"The database's owner may not make the user {user}. Have a superuser run: "
            f"CREATE ROLE {name} LOGIN PASSWORD '...'; GRANT {SERVER_ROLE} TO {name};"
        ) from None


def _once(connection: sa.Connection, statement: str) -> None:
    """Run a statement about users, which belong to the whole PostgreSQL server: the migration of
    another database may just have done the same."""
    with suppress(sa.exc.IntegrityError), connection.begin_nested():
        connection.exec_driver_sql(statement)


def _password(connection: sa.Connection, server: sa.URL) -> str:
    """The clause for a password. It is sent as a verifier: the server may log what it is sent."""
    if server.password is None:
        return ""
    driver: Any = connection.connection.driver_connection
    verifier = driver.pgconn.encrypt_password(
        str(server.password).encode(), str(server.username).encode(), b"scram-sha-256"
    )
    return f"PASSWORD '{verifier.decode()}'"


def _make_role(connection: sa.Connection) -> None:
    """Make the role, unless it is there. Roles belong to the whole PostgreSQL server, so the
    migration of another database may have made it, or may be making it now."""
    version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    set_role = "SET" if int(version) >= 160000 else "MEMBER"
    connection.exec_driver_sql(
        f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVER_ROLE}') THEN
                CREATE ROLE {SERVER_ROLE} NOLOGIN;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
        """
    )
    connection.exec_driver_sql(
        f"""
        DO $$ BEGIN
            IF NOT pg_has_role('{SERVER_ROLE}', '{set_role}') THEN
                GRANT {SERVER_ROLE} TO CURRENT_USER;
            END IF;
        END $$
        """
    )
