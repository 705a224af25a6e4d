"""Statements that would change an entry, and entries that are found again as they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.logs import rows

COLUMNS = "id, originator_id, originator_version, topic, state, recorded_at"
SAME_ID = (
    f"INTO entries ({COLUMNS}) SELECT id, originator_id, originator_version + 100, 'forged', state,"
    " recorded_at FROM entries WHERE id = 2"
)
SAME_VERSION = (
    "INTO entries (originator_id, originator_version, topic, state, recorded_at)"
    " SELECT originator_id, originator_version, 'forged', state, recorded_at"
    " FROM entries WHERE id = 2"
)


ON_BOTH = [
    "UPDATE entries SET topic = 'forged'",
    "UPDATE entries SET id = 999 WHERE id = 2",
    "UPDATE entries SET state = state WHERE id = 2",
    "UPDATE entries SET topic = 'forged' FROM entry_keys AS k WHERE k.master = 1",
    "WITH two AS (SELECT 2 AS id) UPDATE entries SET topic = 'forged' WHERE id IN two",
    "DELETE FROM entries",
    "DELETE FROM entries WHERE id = 2",
    "TRUNCATE entries",
    f"INSERT {SAME_ID}",
    f"INSERT {SAME_VERSION}",
    f"INSERT {SAME_ID} ON CONFLICT (id) DO UPDATE SET topic = 'forged'",
    f"INSERT {SAME_VERSION} ON CONFLICT (originator_id, originator_version)"
    " DO UPDATE SET topic = 'forged'",
    "MERGE INTO entries USING (SELECT 2 AS id) AS wanted ON entries.id = wanted.id"
    " WHEN MATCHED THEN UPDATE SET topic = 'forged'",
    "MERGE INTO entries USING (SELECT 2 AS id) AS wanted ON entries.id = wanted.id"
    " WHEN MATCHED THEN DELETE",
]


@contextmanager
def unchanged(url: str) -> Iterator[None]:
    before = rows(url)
    assert len(before) == 3
    yield
    assert rows(url) == before
