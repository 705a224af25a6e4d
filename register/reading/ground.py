"""What the register stands on, and what that lacks: said when a server starts."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from events.log import sqlite
from events.log.database import Database

ROLLBACK_JOURNAL = (
    "SQLite {version} is used with the rollback journal, because it can lose what was stored in "
    "the quicker WAL mode, and there is no other build for this machine."
)


OWNER = (
    "The server logs in to PostgreSQL as the owner of the log, or as somebody who can become it; "
    "give it a user of its own, as docs/keeping.md says."
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


def logs_in_as_owner(database: Database) -> bool:
    """Whether the user of PostgreSQL can change the log, whatever rights it has just now."""
    with database.read() as connection:
        return bool(connection.execute(IS_MORE).scalar())
