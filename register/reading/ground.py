"""What the register stands on, and what that lacks: said when a server starts."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from events.log import sqlite
from events.log.database import Database
from events.log.log import Log

ROLLBACK_JOURNAL = (
    "SQLite {version} is used with the rollback journal, because it can lose what was stored in "
    "the quicker WAL mode, and there is no other build for this machine."
)


OWNER = (
    "The server logs in to PostgreSQL as the owner of the log, or as somebody who can become it; "
    "give it a user of its own, as docs/keeping.md says."
)
CLOCK = (
    "The clock was changed, so nothing is stored: put it right, or run `register clock accept` if "
    "it is right now."
)
IS_MORE = sa.text(
    "SELECT rolsuper OR rolcreaterole OR pg_has_role(session_user, relowner, 'MEMBER')"
    " FROM pg_roles, pg_class"
    " WHERE rolname = session_user AND pg_class.oid = 'public.entries'::regclass"
)


def shortcomings(database: Database) -> Sequence[str]:
    """Sentences for whoever keeps the register; none if all is as it should be."""
    if database.dialect == "sqlite" and sqlite.journal() != sqlite.WAL:
        return [ROLLBACK_JOURNAL.format(version=sqlite.driver.sqlite_version)]
    if database.dialect == "postgresql" and logs_in_as_owner(database):
        return [OWNER]
    return []


def not_writable(database: Database) -> list[str]:
    """A code word if the database only lets itself be read, as one that follows another does."""
    if database.dialect == "sqlite":
        return []
    with database.read() as connection:
        is_standby = connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar()
    return ["read_only"] if is_standby else []


def clock_parted(log: Log) -> str | None:
    """What is wrong with the clock, if anything is."""
    if log.watch is None or not log.watch.partings(log.database.ahead):
        return None
    return CLOCK


def logs_in_as_owner(database: Database) -> bool:
    """Whether the user of PostgreSQL can change the log, whatever rights it has just now."""
    with database.read() as connection:
        return bool(connection.execute(IS_MORE).scalar())
