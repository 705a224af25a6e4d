"""What people looked for, kept for a day's work so that a list can be opened again.

A name or a case reference never stands in an address: the address has a random id in its place.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from events.ids import own_id
from events.log.database import Database
from events.log.sealing import Keyring, SealBrokenError, WrappedKey
from register.access.tables import sought

KEPT_FOR = timedelta(hours=12)
MOST_KEPT = 50
"""For one person, at the same time."""
WORDS = "words"


class Sought:
    """Keeps what people looked for, sealed, and gives it to the same person again."""

    def __init__(self, database: Database, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def keep(self, by: str, words: Mapping[str, str]) -> str:
        """Keep what somebody wrote into each field; gives the id that stands for it."""
        new, now = secrets.token_urlsafe(9), self._clock()
        sealed = json.dumps(dict(words)).encode()
        boxes, key = self._keyring.seal_parts({WORDS: sealed}, own_id("sought", by, new))
        row = {
            "id": new,
            "person": by,
            "at": now,
            "box": boxes[WORDS],
            "key": key.id,
            "master": key.master,
            "wrapped": key.wrapped,
        }
        with self._database.write() as connection:
            _forget(connection, by, now)
            connection.execute(sa.insert(sought), row)
        return new

    def kept(self, by: str, given: str) -> dict[str, str] | None:
        """What an id stands for; None if this person looked for nothing under it lately."""
        query = sa.select(sought).where(
            sought.c.id == given,
            sought.c.person == by,
            sought.c.at > self._clock() - KEPT_FOR,
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        key = WrappedKey(row.key, row.master, row.wrapped)
        place = own_id("sought", by, row.id)
        try:
            words: dict[str, str] = json.loads(self._keyring.open_part(WORDS, row.box, key, place))
        except SealBrokenError:
            return None
        return words


def _forget(connection: sa.Connection, by: str, now: datetime) -> None:
    """Forget what is too old, and of this person all but the latest."""
    connection.execute(sa.delete(sought).where(sought.c.at <= now - KEPT_FOR))
    latest = (
        sa.select(sought.c.id)
        .where(sought.c.person == by)
        .order_by(sought.c.at.desc())
        .limit(MOST_KEPT - 1)
    )
    surplus = sa.and_(sought.c.person == by, sought.c.id.not_in(latest))
    connection.execute(sa.delete(sought).where(surplus))
