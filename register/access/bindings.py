"""Who signs in as whom at a provider. The database has a blind index of the subject alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from events.log.database import Database
from events.log.sealing import Keyring
from register.access.marks import Marks
from register.access.means import How, Proved
from register.access.tables import bindings, used_once
from register.errors import ForbiddenError

UNKNOWN = "Nobody here is known by this sign-in. Ask the administrator."
NOTED_EVERY = timedelta(minutes=5)
"""The last use is written down at most this often."""


@dataclass(frozen=True)
class Binding:
    person: str
    provider: str
    bound_at: datetime
    last_used_at: datetime


@dataclass(frozen=True)
class Claimed:
    """Who somebody is at a provider: the blind index of that; and their address, if the provider
    has verified it and is trusted to."""

    provider: str
    subject: bytes
    email: str | None = None


class Bindings:
    """Finds who is bound to a subject of a provider, and takes what may be taken only once."""

    def __init__(self, database: Database, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._keyring = keyring
        self._marks = Marks(keyring)
        self._clock = clock

    def index(self, *told: str) -> bytes:
        """The blind index of what a provider says, such as its address and a subject."""
        return self._keyring.fingerprint(json.dumps(["provider", *told]).encode())

    def key_for(self, purpose: str) -> bytes:
        return self._keyring.key_for(purpose)

    def person(self, claimed: Claimed) -> str | None:
        """Whom a subject is bound to; that this was used is noted."""
        now = self._clock()
        with self._database.read() as connection:
            found = bound_to(connection, self._marks, claimed)
        if found is not None and now - found.last_used_at > NOTED_EVERY:
            self._database.note(lambda noting: _note_use(noting, claimed, now))
        return None if found is None else found.person

    def proved(self, person: str, claimed: Claimed) -> Proved:
        """That a person is who somebody is at a provider, as long as they are bound."""
        return Proved(person, How.PROVIDER, partial(self._check_is_bound, person, claimed))

    def _check_is_bound(self, person: str, claimed: Claimed, connection: sa.Connection) -> None:
        found = bound_to(connection, self._marks, claimed)
        if found is None or found.person != person:
            raise ForbiddenError(UNKNOWN)

    def of(self, person: str) -> list[Binding]:
        """The providers at which somebody can sign in."""
        query = sa.select(bindings).where(bindings.c.person == person)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(bindings.c.provider)).all()
        return [_binding(row) for row in rows]

    def is_first_use(self, what: bytes, kept_until: datetime) -> bool:
        """Take something that may be taken once; whether nobody has taken it before."""
        with self._database.write() as connection:
            return take_once(connection, what, kept_until, self._clock())


def take_once(connection: sa.Connection, what: bytes, kept_until: datetime, now: datetime) -> bool:
    """Take something within a transaction; whether nobody has taken it before. It is kept until it
    would be too old to be taken anyhow."""
    connection.execute(sa.delete(used_once).where(used_once.c.kept_until <= now))
    known = sa.select(used_once.c.hash).where(used_once.c.hash == what)
    if connection.execute(known).first() is not None:
        return False
    connection.execute(sa.insert(used_once), {"hash": what, "kept_until": kept_until})
    return True


def bound_to(connection: sa.Connection, marks: Marks, claimed: Claimed) -> Binding | None:
    query = sa.select(bindings).where(
        bindings.c.subject == claimed.subject, bindings.c.provider == claimed.provider
    )
    row = connection.execute(query).first()
    return None if row is None or not marks.is_ours(bindings, row) else _binding(row)


def is_bound(connection: sa.Connection, person: str, provider: str | None = None) -> bool:
    """Whether somebody is bound at a provider, or at any."""
    at = _one(person, provider) if provider else (bindings.c.person == person,)
    query = sa.select(bindings.c.person).where(*at)
    return connection.execute(query).first() is not None


def bind(
    connection: sa.Connection, marks: Marks, person: str, claimed: Claimed, now: datetime
) -> None:
    """Bind a subject that is nobody's. A row in its place that the register did not write goes."""
    row = {
        "subject": claimed.subject,
        "person": person,
        "provider": claimed.provider,
        "bound_at": now,
        "last_used_at": now,
    }
    connection.execute(sa.delete(bindings).where(bindings.c.subject == claimed.subject))
    connection.execute(sa.insert(bindings), marks.marked(bindings, row))


def unbind(connection: sa.Connection, person: str, provider: str) -> None:
    connection.execute(sa.delete(bindings).where(*_one(person, provider)))


def _one(person: str, provider: str) -> tuple[sa.ColumnElement[bool], ...]:
    return bindings.c.person == person, bindings.c.provider == provider


def _binding(row: sa.Row[tuple[object, ...]]) -> Binding:
    return Binding(row.person, row.provider, row.bound_at, row.last_used_at)


def _note_use(connection: sa.Connection, claimed: Claimed, now: datetime) -> None:
    of_it = bindings.c.subject == claimed.subject
    connection.execute(sa.update(bindings).where(of_it).values(last_used_at=now))
