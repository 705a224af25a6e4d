"""How often somebody may try to sign in, counted in the database, so over all processes.

A try is counted before it is known whether it succeeds, and given back when it does: a hundred that
come at the same time are no more than the limit. A stranger who guesses uses up what devices that
nobody knows may try for one person. Somebody's own device has tries of its own: no stranger can
lock them out there. What is tried in one way uses up nothing of another: whoever is new here has no
such device, and a slip, which nobody else can try.
"""

from __future__ import annotations

import hmac
import math
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

import sqlalchemy as sa

from events.log.database import Database
from events.log.sealing import Keyring
from register.access.tables import tries
from register.errors import TooManyError

COUNTED_FOR = timedelta(hours=1)
FROM_ONE_ADDRESS = 10
"""For one person from one address: more than anybody needs who remembers half of it."""
FROM_UNKNOWN_DEVICES = 50
"""For one person from all devices that nobody knows: a stranger with many addresses gets 1,200
guesses a day, of which none is among the common passwords."""
FROM_A_KNOWN_DEVICE = 10
"""For one person from a device on which they signed in before: a stranger cannot use these up."""
BY_AN_ADDRESS = 300
"""For all people together from one address: a whole home signs in from one at the change of shift,
and whoever tries one password on everybody gets no further."""

ID_BYTES, MARK_BYTES = 16, 16
MOST_PEOPLE = 12
"""How many people a device is known by: the latest. More do not share one."""


class At(StrEnum):
    """What is tried, each counted for itself."""

    SIGN_IN = "tries"
    SLIP = "slips"
    """The staff number that opens one slip."""
    PROVIDER = "answers"
    """Coming back from a provider, with what it does not believe."""


USUAL_WORDS = (
    "There were too many tries to sign in like this. Please sign in on a device on which you did "
    "before, or in another way, or try again in {wait}."
)
TOO_MANY = {
    At.SIGN_IN: USUAL_WORDS,
    At.PROVIDER: USUAL_WORDS,
    At.SLIP: "There were too many tries to open this slip. Please try again in {wait}, or ask for "
    "a new one.",
}


@dataclass(frozen=True)
class Whence:
    """Where a try comes from."""

    address: str = ""
    """Empty for this machine, from which everybody may come: it has a proxy."""
    device: str = ""
    """What the cookie of the browser says about who signed in there before."""


@dataclass(frozen=True)
class Try:
    """One that is counted until it is given back."""

    id: bytes


class Tries:
    def __init__(self, database: Database, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def begin(self, person: str | None, whence: Whence, at: At = At.SIGN_IN) -> Try:
        """Count a try to be somebody: their id, whatever else they are named by, or None where the
        answer itself says who they are. Raises `TooManyError` if there were too many."""
        budgets, now = self._budgets(person, whence, at), self._clock()
        new = Try(secrets.token_bytes(ID_BYTES))
        with self._database.read() as connection:  # whoever only guesses waits for nobody
            _check(connection, budgets, now, at)
        with self._database.write() as connection:
            connection.execute(sa.delete(tries).where(tries.c.at <= now - COUNTED_FOR))
            _check(connection, budgets, now, at)
            rows = [{"id": new.id, "budget": each, "at": now} for each in budgets]
            if rows:
                connection.execute(sa.insert(tries), rows)
        return new

    def succeeded(self, one: Try) -> None:
        """Give a try back: it was who they said."""
        self._database.note(partial(_give_back, one))

    # Devices

    def knows(self, device: str, person: str) -> bool:
        """Whether somebody signed in on a device before."""
        id_of_device, marks = _parts(device)
        mark = self._mark(id_of_device, person)
        return any(hmac.compare_digest(each, mark) for each in marks)

    def first_known(self, device: str, people: Iterable[str]) -> str | None:
        """One of those who signed in on a device before, where it is not known yet who comes."""
        _, marks = _parts(device)
        return next((each for each in people if self.knows(device, each)), None) if marks else None

    def known(self, device: str, person: str) -> str:
        """What the device's cookie says once a person has signed in on it. It names nobody."""
        id_of_device, marks = _parts(device)
        id_of_device = id_of_device or secrets.token_bytes(ID_BYTES)
        mark = self._mark(id_of_device, person)
        latest = [mark, *(each for each in marks if each != mark)][:MOST_PEOPLE]
        return ".".join(urlsafe_b64encode(each).decode() for each in (id_of_device, *latest))

    def _mark(self, id_of_device: bytes, person: str) -> bytes:
        return self._blinded(f"device|{id_of_device.hex()}|{person}")[:MARK_BYTES]

    def _budgets(self, person: str | None, whence: Whence, at: At) -> dict[bytes, int]:
        """Of what a try takes one, by the blinded name; each with how much of it there is."""
        address, device = whence.address, whence.device
        if person is not None and self.knows(device, person):
            of_device = f"{at}|device|{_parts(device)[0].hex()}|{person}"
            return {self._blinded(of_device): FROM_A_KNOWN_DEVICE}
        named: dict[str, int] = {}
        if address:
            named[f"{at}|address|{address}"] = BY_AN_ADDRESS
        if person is not None:
            named[f"{at}|person and address|{person}|{address}"] = FROM_ONE_ADDRESS
            named[f"{at}|person|{person}"] = FROM_UNKNOWN_DEVICES
        return {self._blinded(each): most for each, most in named.items()}

    def _blinded(self, name: str) -> bytes:
        return self._keyring.fingerprint(name.encode())


def _check(connection: sa.Connection, budgets: Mapping[bytes, int], now: datetime, at: At) -> None:
    """Raises `TooManyError` where one of them is used up."""
    for budget, most in budgets.items():
        latest = (
            sa.select(tries.c.at)
            .where(tries.c.budget == budget, tries.c.at > now - COUNTED_FOR)
            .order_by(tries.c.at.desc())
            .limit(1)
            .offset(most - 1)
        )
        counted = connection.execute(latest).scalar()
        if counted is not None:
            raise _too_many(counted + COUNTED_FOR - now, at)


def _too_many(wait: timedelta, at: At) -> TooManyError:
    minutes = max(1, math.ceil(wait / timedelta(minutes=1)))
    in_words = "1 minute" if minutes == 1 else f"{minutes} minutes"
    seconds = max(1, math.ceil(wait.total_seconds()))
    return TooManyError(seconds, TOO_MANY[at].format(wait=in_words))


def _give_back(one: Try, connection: sa.Connection) -> None:
    connection.execute(sa.delete(tries).where(tries.c.id == one.id))


def _parts(device: str) -> tuple[bytes, list[bytes]]:
    """The id of a device and its marks; none where it is not a cookie of ours."""
    try:
        id_of_device, *marks = (urlsafe_b64decode(each) for each in device.split("."))
    except ValueError:
        return b"", []
    if len(id_of_device) != ID_BYTES:
        return b"", []
    return id_of_device, marks[:MOST_PEOPLE]
