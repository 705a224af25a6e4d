"""Each declaration that is stored is answered with a promise that it will be in the tree.

The digest that is promised has the entry's position in it, which is known only within the append's
transaction: it is computed there, or read again. It is signed after the commit: a promise that was
signed before would convict the register of whatever the database then did not take. Nothing of it
is stored, as the same entry and key always give the same promise.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct

from events.ids import own_id
from events.keeping import PromiseKeyNamed
from events.log.log import Log
from events.log.tables import entries
from events.log.waiting import BusyError
from events.proof.leaves import leaf_data
from events.proof.notes import Note, SecretKey
from events.proof.promises import Promise
from register.declarations.declaration import Declaration

STREAM = own_id("promise keys")
ASKS_EVERY = 1.0
"""Seconds."""

Begun = tuple[SecretKey, str]
Begin = Callable[[], Begun | None]
"""Gives the key with which is promised and the name of the log; None while nobody signs it."""

FIRST_ENTRY = sa.select(entries).where(
    entries.c.originator_id == sa.bindparam("stream"), entries.c.originator_version == 1
)


class Promised(Struct, frozen=True):
    """A promise, the note that says so, and the public key that has signed it, as text."""

    promise: Promise
    note: Note
    key: str


class Promises:
    """What the register promises: nothing until `begin` gives a key and the name of the log, and it
    is asked again until it does."""

    def __init__(self, log: Log, begin: Begin = lambda: None) -> None:
        self._log = log
        self._begin = begin
        self._begun: Begun | None = None
        self._asked_at = -ASKS_EVERY
        self.begin()

    def begin(self) -> Begun | None:
        """With what is promised; None if nothing is, for now."""
        if self._begun is None and time.monotonic() - self._asked_at >= ASKS_EVERY:
            self._asked_at = time.monotonic()
            with suppress(BusyError, sa.exc.OperationalError):  # what is declared is stored already
                self._begun = self._begin()
        return self._begun

    def of(self, declaration: Declaration) -> Promised | None:
        """What is promised of a declaration that is stored."""
        begun = self.begin()
        if begun is None:
            return None
        key, origin = begun
        digest = self._log.digests.at(declaration.id, declaration.position_of(1))
        if digest is None and (digest := self._stored(declaration.id)) is None:
            return None
        promise = Promise.of(origin, declaration.id, digest, declaration.received_at)
        return Promised(promise, promise.signed(key), str(key.public))

    def _stored(self, declaration: UUID) -> bytes | None:
        with self._log.database.read() as connection:
            row = connection.execute(FIRST_ENTRY, {"stream": declaration}).first()
        return None if row is None else leaf_data(*row)


def named_keys(log: Log) -> list[PromiseKeyNamed]:
    """The entries that name the keys with which was ever promised."""
    return [each for each in log.stream(STREAM) if isinstance(each, PromiseKeyNamed)]


def name_key(log: Log, key: SecretKey) -> None:
    """Let an entry of the log name the key, unless one does."""
    text = str(key.public)
    with log.database.write():
        if text not in {each.key for each in named_keys(log)}:
            log.append([PromiseKeyNamed(originator_id=STREAM, key=text)], whatever_the_clock=True)
