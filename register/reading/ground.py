"""What the register stands on, and what that lacks: said when a server starts."""

from __future__ import annotations

from collections.abc import Sequence

from events.log import sqlite
from events.log.database import Database

ROLLBACK_JOURNAL = (
    "SQLite {version} is used with the rollback journal, because it can lose what was stored in "
    "the quicker WAL mode, and there is no other build for this machine."
)


def shortcomings(database: Database) -> Sequence[str]:
    """Sentences for whoever keeps the register; none if all is as it should be."""
    if database.dialect == "sqlite" and sqlite.journal() != sqlite.WAL:
        return [ROLLBACK_JOURNAL.format(version=sqlite.driver.sqlite_version)]
    return []
