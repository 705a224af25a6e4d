"""Passkeys: added by their owner, named, and used to sign in or to show again who one is.

Every use needs the device's owner (a PIN, a finger, a face), and the server checks that it was so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from events.ids import own_id
from events.log.database import Database
from events.log.sealing import Keyring, SealBrokenError
from register.access import sessions
from register.access.challenges import FIELD, LASTS, Challenges
from register.access.means import How, Proved, way_of
from register.access.recording import Recording, added, removed
from register.access.sealed_rows import opened, sealed
from register.access.tables import passkeys
from register.errors import InvalidError

MOST = 10
"""For one person: nobody has more devices, and an eleventh is an old one."""
LONGEST_NAME = 60
LONGEST_ID = 1023
"""Bytes; as WebAuthn has it."""
TIMEOUT = int(LASTS.total_seconds() * 1000)
REGISTER = "Declarations register"
SIGN_IN = "sign in"

NOT_READ = "What the passkey answered could not be read. Please try again."
NOT_KNOWN = "This passkey is not known here; it may have been removed. Please sign in another way."
NOT_PROVED = (
    "The passkey did not prove that it is you. Open it with your PIN, your finger or your face."
)
COPIED = (
    "This passkey may have been copied: it was used elsewhere since. Please sign in another way, "
    "remove it under your account, and tell the administrator."
)
NO_MORE = f"You have {MOST} passkeys. Remove one that you no longer use first."
ADDED_BEFORE = "This passkey was added before."
NO_NAME = f"Give the passkey a name of 1 to {LONGEST_NAME} characters."


@dataclass(frozen=True)
class Site:
    """The register as browsers know it: a passkey made for one opens no other."""

    host: str
    origin: str


@dataclass(frozen=True)
class Passkey:
    id: str
    name: str
    added_at: datetime
    used_at: datetime | None


class Passkeys:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        clock: Callable[[], datetime],
        record: Recording,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._record = record
        self._challenges = Challenges(keyring, clock)

    # Adding and removing

    def to_add(self, person: str, name: str, session: str, site: Site) -> str:
        """What the browser needs to make a passkey: JSON. `name` is what the device calls it by."""
        with self._database.read() as connection:
            theirs = sa.select(passkeys.c.id).where(passkeys.c.person == person)
            others = [
                PublicKeyCredentialDescriptor(id=each)
                for each in connection.execute(theirs).scalars()
            ]
        options = webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=REGISTER,
            user_id=self._keyring.fingerprint(f"passkey|{person}".encode()),
            user_name=name or REGISTER,
            challenge=self._challenges.new(_adding(session)),
            timeout=TIMEOUT,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=others,
        )
        return webauthn.options_to_json(options)

    def add(self, person: str, name: str, answer: str, session: str, site: Site) -> None:
        """Add a passkey to one's own, in a session. Raises `InvalidError`, and
        `UnauthenticatedError` where that has ended meanwhile."""
        name = named(name)
        said = _read(answer)
        challenge = _challenge_of(said)
        self._challenges.check(challenge, _adding(session))
        try:
            made = webauthn.verify_registration_response(
                credential=said,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except Exception:  # whatever the library stumbles over, a stranger sent it
            raise InvalidError.of(FIELD, NOT_PROVED) from None
        if len(made.credential_id) > LONGEST_ID:
            raise InvalidError.of(FIELD, NOT_READ)
        row = {
            "id": made.credential_id,
            "person": person,
            "public_key": made.credential_public_key,
            "counter": made.sign_count,
            "added_at": self._clock(),
            "used_at": None,
            **sealed(
                self._keyring,
                name,
                _sealed_for(person, made.credential_id, made.credential_public_key),
            ),
        }

        def add(connection: sa.Connection) -> None:
            sessions.check_goes_on(connection, person, session)
            self._challenges.use_up(connection, challenge)
            _check_has_room(connection, person, made.credential_id)
            connection.execute(sa.insert(passkeys), row)

        self._record(added(person, How.PASSKEY, name), add)

    def of(self, person: str) -> Sequence[Passkey]:
        """Somebody's passkeys, the oldest first."""
        query = sa.select(passkeys).where(passkeys.c.person == person).order_by(passkeys.c.added_at)
        with self._database.read() as connection:
            return [self._shown(row) for row in connection.execute(query)]

    def remove(self, by: str, person: str, given: str, session: str | None = None) -> None:
        """Remove a passkey of a person, and end the sessions that came of it, but not `session`, in
        which its owner removes it. Raises `InvalidError` if there is no such one."""
        one = next((each for each in self.of(person) if each.id == given), None)
        if one is None:
            raise InvalidError.of(FIELD, "There is no such passkey; it may be removed already.")
        this = base64url_to_bytes(given)
        way = way_of(How.PASSKEY, _name_of(this))

        def remove(connection: sa.Connection) -> None:
            is_it = sa.and_(passkeys.c.id == this, passkeys.c.person == person)
            connection.execute(sa.delete(passkeys).where(is_it))
            sessions.end_with_way(connection, person, way, by, session)

        self._record(removed(person, How.PASSKEY, by, one.name), remove)

    def _shown(self, row: sa.Row[Any]) -> Passkey:
        name = self._opened(row) or "A passkey"
        return Passkey(bytes_to_base64url(row.id), name, row.added_at, row.used_at)

    def _opened(self, row: sa.Row[Any]) -> str | None:
        """A passkey's name; None if the row is not as the register wrote it."""
        try:
            return opened(self._keyring, row, _sealed_for(row.person, row.id, row.public_key))
        except SealBrokenError:
            return None

    # Using one

    def to_use(self, site: Site, session: str | None = None) -> str:
        """What the browser needs to use a passkey: JSON. `session` is given by somebody who is
        signed in, and shows again who they are."""
        options = webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=self._challenges.new(_using(session)),
            timeout=TIMEOUT,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def used(self, answer: str, site: Site, session: str | None = None) -> Proved:
        """Whose passkey answered, and that it was they. Raises `InvalidError`."""
        said = _read(answer)
        challenge = _challenge_of(said)
        self._challenges.check(challenge, _using(session))
        with self._database.read() as connection:
            wanted = sa.select(passkeys).where(passkeys.c.id == _bytes(said.get("rawId")))
            row = connection.execute(wanted).first()
        if row is None or self._opened(row) is None:
            raise InvalidError.of(FIELD, NOT_KNOWN)
        try:
            proved = webauthn.verify_authentication_response(
                credential=said,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=0,  # checked below, where nobody can come between
                require_user_verification=True,
            )
        except Exception:  # whatever the library stumbles over, a stranger sent it
            raise InvalidError.of(FIELD, NOT_PROVED) from None
        with self._database.write() as connection:
            self._challenges.use_up(connection, challenge)
            _count_on(connection, row.id, proved.new_sign_count, self._clock())
        still = partial(_check_is_there, row.person, row.id)
        return Proved(row.person, How.PASSKEY, still, _name_of(row.id))


def named(name: str) -> str:
    """A passkey's name as it is kept. Raises `InvalidError`."""
    kept = " ".join(name.split())
    if not 1 <= len(kept) <= LONGEST_NAME or not kept.isprintable():
        raise InvalidError.of("name", NO_NAME)
    return kept


def _adding(session: str) -> str:
    return f"add|{session}"


def _using(session: str | None) -> str:
    return SIGN_IN if session is None else f"again|{session}"


def _sealed_for(person: str, id_of_passkey: bytes, public_key: bytes) -> UUID:
    """What its name is sealed for: whoever puts another person or key into the row breaks it."""
    return own_id("passkey", person, id_of_passkey.hex(), public_key.hex())


def _name_of(id_of_passkey: bytes) -> str:
    """What a session keeps of a passkey that was used in it."""
    return str(own_id("passkey", id_of_passkey.hex()))


def _read(answer: str) -> dict[str, Any]:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise InvalidError.of(FIELD, NOT_READ)
    return said


def _challenge_of(said: dict[str, Any]) -> bytes:
    """The challenge that the browser says it answers."""
    response = said.get("response")
    client = response.get("clientDataJSON") if isinstance(response, dict) else None
    return _bytes(_read(_bytes(client).decode(errors="replace")).get("challenge"))


def _bytes(text: object) -> bytes:
    try:
        return base64url_to_bytes(text) if isinstance(text, str) else b""
    except ValueError:
        raise InvalidError.of(FIELD, NOT_READ) from None


def _check_has_room(connection: sa.Connection, person: str, new: bytes) -> None:
    theirs = sa.select(passkeys.c.id).where(passkeys.c.person == person)
    if len(list(connection.execute(theirs))) >= MOST:
        raise InvalidError.of(FIELD, NO_MORE)
    same = sa.select(passkeys.c.id).where(passkeys.c.id == new)
    if connection.execute(same).first() is not None:
        raise InvalidError.of(FIELD, ADDED_BEFORE)


def _check_is_there(person: str, used: bytes, connection: sa.Connection) -> None:
    """Raises `InvalidError` once a passkey is removed."""
    this = sa.select(passkeys.c.id).where(passkeys.c.id == used, passkeys.c.person == person)
    if connection.execute(this).first() is None:
        raise InvalidError.of(FIELD, NOT_KNOWN)


def _count_on(connection: sa.Connection, used: bytes, counter: int, now: datetime) -> None:
    """Write down a use. A device that counts its uses counts on from what it said before; where it
    does not, there are two of it. Raises `InvalidError`."""
    counts_on = sa.or_(
        passkeys.c.counter < counter, sa.and_(passkeys.c.counter == 0, sa.literal(counter) == 0)
    )
    done = connection.execute(
        sa.update(passkeys)
        .where(passkeys.c.id == used, counts_on)
        .values(counter=counter, used_at=now)
    )
    if not done.rowcount:
        raise InvalidError.of(FIELD, COPIED)
