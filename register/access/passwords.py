"""Passwords: for whoever has no better way to sign in. An organisation may do without them.

What is stored is the hash, sealed under the master key: a thief of the database has nothing to
guess at. A hash takes 64 MiB and a tenth of a second, so only a few are made at the same time.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from events.ids import own_id
from events.log.database import Database
from events.log.sealing import Keyring, SealBrokenError
from register.access import sessions
from register.access.common_passwords import is_common
from register.access.means import How, Proved, way_of
from register.access.recording import Recording, added, removed
from register.access.sealed_rows import opened, sealed
from register.access.signing_in import tell
from register.access.tables import passwords
from register.access.tries import Tries, Whence
from register.directory.by_email import folded
from register.errors import InvalidError, NotFoundError, UnavailableError

FEWEST, MOST_BYTES = 15, 1000
HASHED_AT_ONCE = 2
"""Hashes take 64 MiB and a processor core each; whoever declares needs them too."""
PATIENCE = 5.0
"""Seconds that a sign-in waits for its turn to be hashed."""

FIELD = "password"
NOT_RIGHT = "The e-mail address and the password do not go together. Please check both."
OFF = "Passwords are not used here. Please sign in another way."
TOO_SHORT = f"Use at least {FEWEST} characters. Several words are easy to remember."
TOO_LONG = f"Use no more than {MOST_BYTES} characters."
COMMON = (
    "Somebody would guess this early: it is common, or made of names that others know. "
    "Try four words that do not belong together."
)
BUSY = "Too many people are signing in just now. Please try again in a moment."


@dataclass(frozen=True)
class Password:
    """That somebody has one. Nobody can be shown which."""

    set_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Stored:
    """A hash, and since when it is the password's. No two of one person are set at the same time,
    so that this tells one from the next, however often it is hashed anew."""

    hashed: str
    set_at: datetime


class Passwords:
    """Sets and checks passwords. `is_on`: whether the organisation has any. `person_of`: says whose
    an e-mail address is."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        clock: Callable[[], datetime],
        tries: Tries,
        person_of: Callable[[str], str | None],
        record: Recording,
        *,
        is_on: bool = True,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self.is_on = is_on
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._tries = tries
        self._person_of = person_of
        self._record = record
        self.hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(HASHED_AT_ONCE)

    # Setting one

    def has_one(self, person: str) -> bool:
        return self.of(person) is not None

    def of(self, person: str) -> Password | None:
        with self._database.read() as connection:
            row = connection.execute(_of(person)).first()
        return None if row is None else Password(row.set_at, row.used_at)

    def set(
        self, person: str, password: str, around: Iterable[str], session: str | None = None
    ) -> None:
        """Set or change one's own password, and end all one's sessions but `session`, in which it
        is done: whoever knew the one before is out. `around` are names that others would try.
        Raises `InvalidError`, and `UnauthenticatedError` where that session has ended meanwhile."""
        self._check_on()
        password = _normal(password)
        check(password, around)
        with self._turn():
            made = self.hasher.hash(password)
        row, ended = {"person": person, "used_at": None, **self._row(person, made)}, 0

        def put(connection: sa.Connection) -> None:
            nonlocal ended
            if session is not None:
                sessions.check_goes_on(connection, person, session)
            set_at = _after_the_one_before(connection, person, self._clock())
            connection.execute(sa.delete(passwords).where(passwords.c.person == person))
            connection.execute(sa.insert(passwords), {**row, "set_at": set_at})
            ended = sessions.end_all(connection, person, session)

        self._record(added(person, How.PASSWORD), put)
        tell("sessions ended", sessions=ended)

    def remove(self, by: str, person: str, session: str | None = None) -> None:
        """Remove a person's password, and end the sessions that came of it, but not `session`, in
        which its owner removes it. Raises `InvalidError` where there is none."""
        if not self.has_one(person):
            raise InvalidError.of(FIELD, "There is no password; it may be removed already.")

        def remove(connection: sa.Connection) -> None:
            connection.execute(sa.delete(passwords).where(passwords.c.person == person))
            sessions.end_with_way(connection, person, way_of(How.PASSWORD), by, session)

        self._record(removed(person, How.PASSWORD, by), remove)

    # Using one

    def used(self, email: str, password: str, whence: Whence) -> Proved:
        """Whose e-mail address and password these are. Raises `InvalidError`, which says nothing of
        whether the address is known, and `TooManyError`."""
        self._check_on()
        person = self._person_of(email)
        return self._prove(person, person or f"address|{folded(email)}", password, whence)

    def shown_again(self, person: str, password: str, whence: Whence) -> Proved:
        """Check the password of somebody who is signed in. Raises `InvalidError`."""
        self._check_on()
        return self._prove(person, person, password, whence)

    def _prove(self, person: str | None, tried: str, password: str, whence: Whence) -> Proved:
        password = _normal(password)
        if len(password.encode()) > MOST_BYTES:
            raise InvalidError.of(FIELD, NOT_RIGHT)
        with self._turn():  # those who find no turn have not tried
            one = self._tries.begin(tried, whence)
            stored, nobodys = self._stored(person), self._nobodys
            is_it = self._fits(stored.hashed if stored else nobodys, password)
        if not is_it or person is None or stored is None:
            raise InvalidError.of(FIELD, NOT_RIGHT)
        self._tries.succeeded(one)
        self._note_use(person, stored, password)
        return Proved(person, How.PASSWORD, partial(_check_is_the_same, person, stored))

    def _fits(self, stored: str, password: str) -> bool:
        try:
            return self.hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def _note_use(self, person: str, stored: Stored, password: str) -> None:
        """Note the last use, and hash it anew where hashes are made otherwise by now; but not once
        there is another password."""
        changed: dict[str, object] = {"used_at": self._clock()}
        if self.hasher.check_needs_rehash(stored.hashed):
            with self._turn():
                changed |= self._row(person, self.hasher.hash(password))
        this = sa.update(passwords).where(_is(person, stored))

        def note(connection: sa.Connection) -> None:
            connection.execute(this.values(**changed))

        self._database.note(note)

    def _stored(self, person: str | None) -> Stored | None:
        if person is None:
            return None
        with self._database.read() as connection:
            row = connection.execute(_of(person)).first()
        try:
            hashed = None if row is None else opened(self._keyring, row, _place(person))
        except SealBrokenError:
            return None
        return None if hashed is None or row is None else Stored(hashed, row.set_at)

    def _row(self, person: str, made: str) -> dict[str, object]:
        return sealed(self._keyring, made, _place(person))

    @cached_property
    def _nobodys(self) -> str:
        """A hash that nothing fits: who is not known takes as long as who is."""
        return self.hasher.hash(secrets.token_urlsafe(32))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=PATIENCE):
            raise UnavailableError(BUSY)
        try:
            yield
        finally:
            self._turns.release()

    def _check_on(self) -> None:
        if not self.is_on:
            raise NotFoundError(OFF)


def check(password: str, around: Iterable[str]) -> None:
    """Raises `InvalidError` for a password that is too short, too long or too common."""
    if len(password) < FEWEST:
        raise InvalidError.of(FIELD, TOO_SHORT)
    if len(password.encode()) > MOST_BYTES:
        raise InvalidError.of(FIELD, TOO_LONG)
    if is_common(password, tuple(around)):
        raise InvalidError.of(FIELD, COMMON)


def _normal(password: str) -> str:
    """The same for each way to write the same characters, which keyboards choose between."""
    kept = unicodedata.normalize("NFKC", password)
    return kept.encode(errors="replace").decode()


def _of(person: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(passwords).where(passwords.c.person == person)


def _is(person: str, stored: Stored) -> sa.ColumnElement[bool]:
    return sa.and_(passwords.c.person == person, passwords.c.set_at == stored.set_at)


def _check_is_the_same(person: str, stored: Stored, connection: sa.Connection) -> None:
    """Raises `InvalidError` once somebody's password is another, or none."""
    this = sa.select(passwords.c.person).where(_is(person, stored))
    if connection.execute(this).first() is None:
        raise InvalidError.of(FIELD, NOT_RIGHT)


def _after_the_one_before(connection: sa.Connection, person: str, now: datetime) -> datetime:
    """When a password is set: later than the one before, also by a clock that went back."""
    before = connection.execute(_of(person)).first()
    was: datetime | None = None if before is None else before.set_at
    return now if was is None else max(now, was + timedelta(microseconds=1))


def _place(person: str) -> UUID:
    return own_id("password", person)
