"""Brings a database to today's shape, and gives the server only the rights that it needs."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from events.log import tables as log_tables
from events.log.database import Database
from register import projections
from register.access import tables as access_tables
from register.reading import seen_up_to
from register.setup.settings import SERVER_ROLE

CHANGED = [projections.metadata, access_tables.metadata, seen_up_to.metadata]
MIGRATIONS = Path(__file__).parent.parent / "migrations"

READS = "SELECT"
ADDS = "SELECT, INSERT"
RIGHTS = {
    "entries": ADDS,
    "entry_keys": "SELECT, INSERT, DELETE",
    "photographs": "SELECT, INSERT, DELETE",
    "tracking": "SELECT, INSERT, UPDATE",
}
CHANGES = "SELECT, INSERT, UPDATE, DELETE"
"""The rights on tables outside the log: read models, sessions and tokens, and what was seen."""


class NotMigratedError(Exception):
    """The database is not in today's shape."""


def every_table() -> list[sa.MetaData]:
    return [log_tables.metadata, *CHANGED]


def migrate(url: str) -> None:
    """Bring the database to today's shape. On PostgreSQL the user has to own it."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            connection = connection.execution_options(append=True)
            with connection.begin():
                upgrade(connection)
                if database.dialect == "postgresql":
                    _grant(connection)
    finally:
        database.close()


def check_migrated(database: Database) -> None:
    """Raises `NotMigratedError`, which says what to do, if the database is not in today's shape."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with database.engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() != head:
            raise NotMigratedError(
                "The database is not in today's shape; run `register migrate` as its owner first."
            )


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Bring the tables to a revision, in the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _grant(connection: sa.Connection) -> None:
    _make_role(connection)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {SERVER_ROLE}")
    for table in sa.inspect(connection).get_table_names():
        connection.exec_driver_sql(f'REVOKE ALL ON "{table}" FROM {SERVER_ROLE}')
        connection.exec_driver_sql(f'GRANT {rights_on(table)} ON "{table}" TO {SERVER_ROLE}')
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {SERVER_ROLE}")


def rights_on(table: str) -> str:
    """The server's rights on a table. A table that is not listed can only be read."""
    if any(table in metadata.tables for metadata in CHANGED):
        return CHANGES
    return RIGHTS.get(table, READS)


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
