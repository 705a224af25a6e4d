"""Whether the triggers that keep the log append-only are there, as the migrations made them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from events.log.database import Database, engine_to
from register.setup.migrating import migrate

GUARDED = (
    "entries",
    "tree_leaves",
    "tree_nodes",
    "checkpoints",
    "successions",
    "tombstones",
    "tombstoned",
)
"""The tables to which rows are added, and nothing else."""

ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
ON_POSTGRESQL = (
    "SELECT tgname, tgrelid::regclass::text, tgenabled::text, tgtype, prosrc"
    " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal"
)
BEFORE_ALL_CHANGES = 2 | 8 | 16 | 32
"""As PostgreSQL writes it: before a statement that deletes, updates or truncates."""


def changed_triggers(database: Database) -> Iterator[str]:
    """The names of those that are missing, or are not what they were."""
    with database.read() as connection:
        if database.dialect == "sqlite":
            there = {row[0]: row[1] for row in connection.exec_driver_sql(ON_SQLITE)}
            made = _as_made()
            yield from sorted(name for name in made if there.get(name) != made[name])
        else:
            found = {row[0]: row[1:] for row in connection.exec_driver_sql(ON_POSTGRESQL)}
            for table in GUARDED:
                name = f"{table}_append_only"
                if not _is_right(found.get(name), table):
                    yield name


@cache
def _as_made() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'made.sqlite'}"
        migrate(url)
        engine = engine_to(url)
        try:
            with engine.connect() as connection:
                return {row[0]: row[1] for row in connection.execute(sa.text(ON_SQLITE))}
        finally:
            engine.dispose()


def _is_right(row: object, table: str) -> bool:
    if not isinstance(row, tuple):
        return False
    on, enabled, kind, source = row
    return bool(
        on == table
        and enabled == "A"
        and kind == BEFORE_ALL_CHANGES
        and source.strip().startswith("BEGIN RAISE EXCEPTION")
    )
