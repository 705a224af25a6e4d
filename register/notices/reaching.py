"""How people are reached: the devices and the number that they add, and what they choose."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from events.ids import own_id
from events.log.log import Log
from events.log.sealing import SealBrokenError
from events.names import Cause, Channel, Delivery, Pace
from register.access.sealed_rows import opened, sealed
from register.errors import FieldError, InvalidError
from register.notices.choosing import Plan, email_of, email_way, paces_of, ways_of
from register.notices.queueing import add, notice
from register.notices.subscriptions import as_text, public_key, subscription_in
from register.notices.tables import choices, notices, outbox, ways

MOST_DEVICES = 10
NUMBER = "number"
PLAIN_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
NOT_A_NUMBER = "Give a telephone number like 07700 900123 or +44 7700 900123."
NO_MORE = f"You have {MOST_DEVICES} devices. Remove one that you no longer use first."
WAITS_ALREADY = "A trial is under way. Wait until it has come, or has failed."


@dataclass(frozen=True)
class Reached:
    """One way to a person, as they see it."""

    id: UUID
    channel: Channel
    added_at: datetime | None
    """None for the e-mail address, which the directory has."""
    shown: str
    """The address or the number; empty for a device."""
    last: LastSent | None


@dataclass(frozen=True)
class LastSent:
    """How the last message by a way stands."""

    state: Delivery
    at: datetime


class Reaching:
    """Everybody's own ways to be reached. `plan` says over which channels the register tells."""

    def __init__(
        self, log: Log, plan: Callable[[], Plan], push_hosts: Collection[str] = ()
    ) -> None:
        self._log = log
        self._plan = plan
        self.push_hosts = push_hosts

    @property
    def public_key(self) -> str:
        """As a browser takes it that subscribes to pushes."""
        return public_key(self._log.keyring)

    def channels(self) -> list[Channel]:
        return [each for each in Channel if each in self._plan().channels]

    def floor(self) -> list[Channel]:
        """The channels that nobody may do without."""
        return [each for each in self.channels() if each in self._plan().floor]

    def of(self, person: str) -> list[Reached]:
        """How somebody is reached, by e-mail first."""
        with self._log.database.read() as connection:
            found = ways_of(connection, self._log, person, self._plan().channels)
            rows = {row.id: row for row in connection.execute(_theirs(person))}
            return [
                Reached(
                    way.id,
                    way.channel,
                    rows[way.id].added_at if way.id in rows else None,
                    self._shown(person, way.channel, rows.get(way.id)),
                    _last(connection, way.id),
                )
                for way in found
            ]

    def _shown(self, person: str, channel: Channel, row: sa.Row[Any] | None) -> str:
        if channel is Channel.PUSH:
            return ""
        if row is None:
            return email_of(self._log, person) or ""
        try:
            return opened(self._log.keyring, row, row.id)
        except SealBrokenError:
            return ""

    def address(self, person: str, way: UUID) -> str | None:
        """Where to send by a way; None if it is there no more."""
        if way == email_way(person):
            return email_of(self._log, person)
        with self._log.database.read() as connection:
            row = connection.execute(_theirs(person).where(ways.c.id == way)).first()
        try:
            return None if row is None else opened(self._log.keyring, row, way)
        except SealBrokenError:
            return None

    def paces(self, person: str) -> dict[Channel, Pace]:
        with self._log.database.read() as connection:
            return paces_of(connection, person, self._plan().floor)

    # What people change

    def choose(self, person: str, chosen: dict[Channel, Pace]) -> None:
        """Choose when to be told over each channel. Raises `InvalidError` for never, where the
        policies say that nobody may do without."""
        wrong = [
            FieldError(each, "Your policy says that everybody gets this: choose when.")
            for each, pace in chosen.items()
            if pace is Pace.NEVER and each in self._plan().floor
        ]
        if wrong:
            raise InvalidError(wrong)
        rows = [{"person": person, "channel": each, "pace": pace} for each, pace in chosen.items()]
        theirs = sa.and_(choices.c.person == person, choices.c.channel.in_(list(chosen)))
        with self._log.database.write() as connection:
            connection.execute(sa.delete(choices).where(theirs))
            connection.execute(sa.insert(choices), rows)

    def add_device(self, person: str, subscription: str) -> None:
        """Have pushes sent to the browser that gave this. Raises `InvalidError`."""
        found = subscription_in(subscription, self.push_hosts)
        way = own_id("way", Channel.PUSH, person, found.endpoint)
        with self._log.database.write() as connection:
            others = connection.execute(_theirs(person).where(ways.c.channel == Channel.PUSH))
            if sum(each.id != way for each in others) >= MOST_DEVICES:
                raise InvalidError.of("subscription", NO_MORE)
            self._put(connection, person, way, Channel.PUSH, as_text(found))

    def set_number(self, person: str, number: str) -> None:
        """Have texts sent to a number. Raises `InvalidError`."""
        plain = number_in(number)
        with self._log.database.write() as connection:
            others = sa.and_(ways.c.person == person, ways.c.channel == Channel.TEXT)
            connection.execute(sa.delete(ways).where(others))
            self._put(connection, person, uuid4(), Channel.TEXT, plain)

    def remove(self, person: str, way: str) -> None:
        """Use a device or a number no longer. What waits for it goes another way."""
        with self._log.database.write() as connection:
            theirs = [row.id for row in connection.execute(_theirs(person)) if str(row.id) == way]
            connection.execute(sa.delete(ways).where(ways.c.id.in_(theirs)))

    def try_out(self, person: str) -> None:
        """Send a trial by every way. Raises `InvalidError` while one is under way."""
        now = self._log.right_now()
        with self._log.database.write() as connection:
            if _trial_waits(connection, person):
                raise InvalidError.of("trial", WAITS_ALREADY)
            add(connection, [notice(uuid4(), person, Cause.TRIAL, now)])

    def _put(
        self, connection: sa.Connection, person: str, way: UUID, channel: Channel, words: str
    ) -> None:
        connection.execute(sa.delete(ways).where(ways.c.id == way))
        row = {
            "id": way,
            "person": person,
            "channel": channel,
            "added_at": self._log.right_now(),
            **sealed(self._log.keyring, words, way),
        }
        connection.execute(sa.insert(ways), row)

    # Of everybody

    def counts(self, people: Collection[str], has_email: Collection[str]) -> dict[str, int]:
        """By how many ways each of these people can be reached."""
        plan = self._plan()
        by_mail = has_email if Channel.EMAIL in plan.channels else ()
        counts = {each: int(each in by_mail) for each in people}
        query = (
            sa.select(ways.c.person, sa.func.count())
            .where(ways.c.channel.in_(list(plan.channels)))
            .group_by(ways.c.person)
        )
        with self._log.database.read() as connection:
            for person, count in connection.execute(query):
                if person in counts:
                    counts[person] += count
        return counts


def _theirs(person: str) -> sa.Select[Any]:
    return sa.select(ways).where(ways.c.person == person).order_by(ways.c.added_at)


def _last(connection: sa.Connection, way: UUID) -> LastSent | None:
    query = (
        sa.select(outbox.c.state, outbox.c.made_at, outbox.c.sent_at)
        .where(outbox.c.way == way)
        .order_by(outbox.c.made_at.desc())
    )
    row = connection.execute(query.limit(1)).first()
    return None if row is None else LastSent(Delivery(row.state), row.sent_at or row.made_at)


def _trial_waits(connection: sa.Connection, person: str) -> bool:
    query = sa.select(notices.c.id).where(
        notices.c.person == person,
        notices.c.cause == Cause.TRIAL,
        notices.c.spread_at.is_(None),
    )
    return connection.execute(query.limit(1)).first() is not None


def number_in(text: str) -> str:
    """A telephone number as gateways take it; one of this country may begin with 0. Raises
    `InvalidError`."""
    plain = re.sub(r"[\s().-]", "", text)
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    elif plain.startswith("0"):
        plain = f"+44{plain[1:]}"
    if not PLAIN_NUMBER.fullmatch(plain):
        raise InvalidError.of(NUMBER, NOT_A_NUMBER)
    return plain
