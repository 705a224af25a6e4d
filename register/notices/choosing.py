"""By which ways somebody is told, and when: their own choice, within the floor of the policies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from events.ids import own_id
from events.log.log import Log
from events.names import Cause, Channel, Pace
from register.deadlines import LONDON
from register.directory.cache import words_of
from register.directory.directory import Directory
from register.notices.message import NOTHING_WAITS
from register.notices.tables import choices, ways
from register.policy import Policies

MORNING = time(8)
"""When the daily messages go."""
AN_HOUR = timedelta(hours=1)
"""No more than one text in this time: networks block the same words after some twenty."""


@dataclass(frozen=True)
class Way:
    """One way by which somebody can be reached: an address, a device or a number."""

    id: UUID
    channel: Channel


@dataclass(frozen=True)
class Plan:
    """Over which channels the register tells, and which of them nobody may do without."""

    channels: Collection[Channel]
    floor: Collection[Channel]


def floor(policies: Policies, directory: Directory) -> frozenset[Channel]:
    """The channels that the policies of today want for everybody, at whichever service."""
    day = directory.today
    names = {service.policy_on(day) for service in directory.services.values()} - {None}
    versions = {(name, policies.version_on(name, day)) for name in names if name is not None}
    packs = [policies.packs[name][version] for name, version in versions if version is not None]
    return frozenset(each for pack in packs for each in pack.notices.floor)


def ways_of(
    connection: sa.Connection, log: Log, person: str, channels: Collection[Channel]
) -> list[Way]:
    """The ways to a person over these channels, by e-mail first."""
    found = []
    if Channel.EMAIL in channels and email_of(log, person):
        found.append(Way(email_way(person), Channel.EMAIL))
    query = sa.select(ways.c.id, ways.c.channel).where(ways.c.person == person)
    rows = connection.execute(query.order_by(ways.c.channel, ways.c.added_at))
    return found + [Way(row.id, Channel(row.channel)) for row in rows if row.channel in channels]


def email_way(person: str) -> UUID:
    return own_id("way", Channel.EMAIL, person)


def email_of(log: Log, person: str) -> str | None:
    words = words_of(log, person)
    return (words.email or None) if words is not None else None


def paces_of(
    connection: sa.Connection, person: str, floor: Collection[Channel]
) -> dict[Channel, Pace]:
    """When somebody is told over each channel: at once where they chose nothing. Over a channel of
    the floor they are told."""
    query = sa.select(choices.c.channel, choices.c.pace).where(choices.c.person == person)
    chosen = {Channel(row.channel): Pace(row.pace) for row in connection.execute(query)}
    paces = dict.fromkeys(Channel, Pace.AT_ONCE) | chosen
    held = {each: Pace.AT_ONCE for each in floor if paces[each] is Pace.NEVER}
    return paces | held


def chosen_for(
    causes: Collection[Cause], found: Sequence[Way], paces: Mapping[Channel, Pace]
) -> dict[Way, Pace]:
    """The ways by which somebody is told something, and when. What happened to their account, and
    a trial, they are told at once by all; what is urgent, at once by those that they want."""
    if set(causes) <= NOTHING_WAITS:
        return dict.fromkeys(found, Pace.AT_ONCE)
    chosen = {way: paces[way.channel] for way in found}
    is_urgent = Cause.URGENT in causes
    return {
        way: Pace.AT_ONCE if is_urgent else pace
        for way, pace in chosen.items()
        if pace is not Pace.NEVER
    }


def next_morning(now: datetime) -> datetime:
    """The next moment at which daily messages go."""
    there = now.astimezone(LONDON)
    day = there.date() if there.time() < MORNING else there.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, LONDON).astimezone(now.tzinfo)
