"""Each declaration that is stored is answered with a promise that it will be in the tree.

The digest that is promised has the entry's position in it, which is known only once the entry is
stored. The promise is made of the entry as it stands after the commit, and not within it: one that
was signed before would convict the register of whatever the database then did not take. Nothing of
it is stored, as the same entry and key always give the same promise.
"""

from __future__ import annotations

import sqlalchemy as sa
from msgspec import Struct

from events.ids import own_id
from events.keeping import PromiseKeyNamed
from events.log.database import Database
from events.log.log import Log
from events.log.tables import entries
from events.proof.leaves import leaf_data
from events.proof.notes import Note, SecretKey
from events.proof.promises import Promise
from register.declarations.declaration import Declaration

STREAM = own_id("promise keys")

FIRST_ENTRY = sa.select(entries).where(
    entries.c.originator_id == sa.bindparam("stream"), entries.c.originator_version == 1
)


class Promised(Struct, frozen=True):
    """A promise, the note that says so, and the public key that has signed it, as text."""

    promise: Promise
    note: Note
    key: str


class Promises:
    """What the register promises. Without a key or without a name for its log, nothing."""

    def __init__(
        self, database: Database, key: SecretKey | None = None, origin: str | None = None
    ) -> None:
        self._database = database
        self._key = key
        self._origin = origin

    def of(self, declaration: Declaration) -> Promised | None:
        """What is promised of a declaration that is stored."""
        if self._key is None or self._origin is None:
            return None
        with self._database.read() as connection:
            row = connection.execute(FIRST_ENTRY, {"stream": declaration.id}).first()
        if row is None:
            return None
        digest, received_at = leaf_data(*row), declaration.received_at
        promise = Promise.of(self._origin, declaration.id, digest, received_at)
        return Promised(promise, promise.signed(self._key), str(self._key.public))


def named_keys(log: Log) -> list[PromiseKeyNamed]:
    """The entries that name the keys with which was ever promised."""
    return [each for each in log.stream(STREAM) if isinstance(each, PromiseKeyNamed)]


def name_key(log: Log, key: SecretKey) -> None:
    """Let an entry of the log name the key, unless one does."""
    text = str(key.public)
    with log.database.write():
        if text not in {each.key for each in named_keys(log)}:
            log.append([PromiseKeyNamed(originator_id=STREAM, key=text)], whatever_the_clock=True)
