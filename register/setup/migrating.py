"""Bringing a database to today's shape, and giving the server no more rights than it needs."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import events.log.tables
from events.log.database import Database
from register import projections
from register.setup.settings import SERVER_ROLE

MIGRATIONS = Path(__file__).parent.parent / "migrations"

RIGHTS = {
    "entries": "SELECT, INSERT",
    "photographs": "SELECT, INSERT, DELETE",
    "alembic_version": "SELECT",
}
EVERY_RIGHT = "SELECT, INSERT, UPDATE, DELETE"
"""On read models, keys, sessions and tracking: what is not the log can be made again or ended."""


class NotMigratedError(Exception):
    """The database is not in today's shape."""


def every_table() -> list[sa.MetaData]:
    return [events.log.tables.metadata, projections.metadata]


def migrate(url: str) -> None:
    """Bring the database to today's shape. On PostgreSQL the user has to own it."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            connection = connection.execution_options(append=True)
            with connection.begin():
                _upgrade(connection)
                if database.dialect == "postgresql":
                    _grant(connection)
    finally:
        database.close()


def check_migrated(database: Database) -> None:
    """Raises `NotMigratedError` with what to do."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with database.engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() != head:
            raise NotMigratedError(
                "The database is not in today's shape; run `register migrate` as its owner first."
            )


def _upgrade(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _grant(connection: sa.Connection) -> None:
    _make_role(connection)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {SERVER_ROLE}")
    for table in sa.inspect(connection).get_table_names():
        rights = RIGHTS.get(table, EVERY_RIGHT)
        connection.exec_driver_sql(f'GRANT {rights} ON "{table}" TO {SERVER_ROLE}')
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {SERVER_ROLE}")


def _make_role(connection: sa.Connection) -> None:
    """Roles are the whole server's: another database may have made it, or be making it now."""
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
