"""Marks on the rows that sign people in. Only whoever has the keys can make one: a row that was
written or changed by hand in the database signs nobody in."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from events.log.sealing import Keyring

PURPOSE_OF_KEY = "marks of rows that sign people in"
MARKED = {
    "sessions": ("hash", "id", "person", "how", "ways", "began_at", "verified_at"),
    "tokens": ("hash", "id", "person", "scopes", "services", "made_at", "ends_at"),
    "invites": ("hash", "person", "expires_at"),
    "links": ("hash", "person", "made_by", "asks_number", "works_from", "works_until"),
    "bindings": ("subject", "person", "provider"),
}
"""What the mark of a row binds, by table: who comes in by it, how, and until when. Passkeys and
passwords need none, as each is sealed for its person."""


class Marks:
    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.key_for(PURPOSE_OF_KEY)

    def marked(self, table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as it is stored, with its mark."""
        return {**row, "mark": self._mark(table, row)}

    def is_ours(self, table: sa.Table, row: sa.Row[Any]) -> bool:
        """Whether the register itself wrote a row so."""
        return hmac.compare_digest(row.mark, self._mark(table, row._asdict()))

    def _mark(self, table: sa.Table, row: Mapping[str, Any]) -> bytes:
        bound = [table.name, *(_plain(row[name]) for name in MARKED[table.name])]
        return hmac.digest(self._key, json.dumps(bound).encode(), "sha256")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.hex() if isinstance(value, bytes) else value
