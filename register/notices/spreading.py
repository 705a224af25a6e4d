"""The turn in which what is to be told becomes messages: one for each way to its person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa

from events.alerts import AlertUnreachable
from events.event import Event
from events.ids import own_id
from events.log.log import Log
from events.names import Cause, Channel, Delivery, Pace
from register.directory.directory import Directory
from register.notices.choosing import (
    AN_HOUR,
    Plan,
    Way,
    chosen_for,
    next_morning,
    paces_of,
    ways_of,
)
from register.notices.message import NOTHING_WAITS
from register.notices.tables import carried, notices, outbox

AT_ONCE = 200
"""How much is spread in one turn."""
DEAD = timedelta(days=1)
"""After so long without success, all that waits for somebody goes as one message."""
KEPT = timedelta(days=90)
"""How long the outbox tells what was sent."""
FORGOTTEN_AT_ONCE = 1000


class Turning(Protocol):
    """A turn of the writer."""

    connection: sa.Connection
    log: Log

    @property
    def directory(self) -> Directory: ...
    @property
    def now(self) -> datetime: ...
    def append(self, events: Iterable[Event]) -> None: ...


TO_SPREAD = sa.select(notices).where(notices.c.spread_at.is_(None)).order_by(notices.c.made_at)


def spread(turn: Turning, plan: Plan) -> int:
    """Make messages of what is to be told; gives how much there was."""
    now, rows = turn.now, turn.connection.execute(TO_SPREAD.limit(AT_ONCE)).all()
    by_person = sorted(rows, key=attrgetter("person"))
    for person, its in groupby(by_person, key=attrgetter("person")):
        if turn.directory.is_here(person):
            _tell(turn, plan, person, list(its), now)
    if rows:
        done = sa.update(notices).where(notices.c.id.in_([row.id for row in rows]))
        turn.connection.execute(done.values(spread_at=now))
    return len(rows)


def _tell(
    turn: Turning, plan: Plan, person: str, rows: Sequence[sa.Row[Any]], now: datetime
) -> None:
    found = ways_of(turn.connection, turn.log, person, plan.channels)
    paces = paces_of(turn.connection, person, plan.floor)
    for (is_alert, _), its in groupby(sorted(rows, key=_sort), key=_sort):
        told = list(its)
        chosen = chosen_for({Cause(row.cause) for row in told}, found, paces)
        for way, pace in (chosen or dict.fromkeys(found, Pace.AT_ONCE)).items():
            place(turn.connection, person, way, pace, [row.id for row in told], now)
        if is_alert and not found:
            unreachable(turn, person, [row.alert for row in told])


def _sort(row: sa.Row[Any]) -> tuple[bool, bool]:
    """What is of one sort is told together. What happened to an account waits for nothing else."""
    return row.alert is not None, row.cause in NOTHING_WAITS


def unreachable(turn: Turning, person: str, alerts: Iterable[UUID]) -> None:
    """Record that nothing can reach somebody about these alerts, once for each: others are asked
    then."""
    wanted, now = sorted(set(alerts)), turn.now
    known = {
        event.originator_id
        for event in turn.log.streams(wanted)
        if isinstance(event, AlertUnreachable) and event.person == person
    }
    turn.append(
        [
            AlertUnreachable(originator_id=each, person=person, noticed_at=now)
            for each in wanted
            if each not in known
        ]
    )


def place(
    connection: sa.Connection,
    person: str,
    way: Way,
    pace: Pace,
    told: Sequence[UUID],
    now: datetime,
) -> None:
    """Have something told by a way: in the message that waits there, if none has tried to send it
    yet, or else in a new one."""
    at = _when(connection, person, way, pace, now)
    message = _joined(connection, way, at)
    if message is None:
        message = own_id("message", way.id, *told)
        add(connection, message, person, way, at, now)
    rows = [{"message": message, "notice": each} for each in told]
    connection.execute(sa.insert(carried), rows)


def add(
    connection: sa.Connection,
    message: UUID,
    person: str,
    way: Way,
    at: datetime,
    made_at: datetime,
) -> None:
    row = {
        "id": message,
        "person": person,
        "channel": way.channel,
        "way": way.id,
        "state": Delivery.WAITING,
        "made_at": made_at,
        "send_at": at,
        "tries": 0,
    }
    connection.execute(sa.insert(outbox), row)


def _joined(connection: sa.Connection, way: Way, at: datetime) -> UUID | None:
    """The message by this way that can take something more. Whoever would send it now waits for
    the end of this transaction."""
    untried = sa.and_(
        outbox.c.way == way.id, outbox.c.state == Delivery.WAITING, outbox.c.tries == 0
    )
    query = sa.select(outbox.c.id, outbox.c.send_at).where(untried).order_by(outbox.c.send_at)
    found = connection.execute(query.limit(1)).first()
    if found is None:
        return None
    taken = sa.update(outbox).where(untried, outbox.c.id == found.id)
    earlier = taken.values(send_at=min(at, found.send_at))
    return found.id if connection.execute(earlier).rowcount else None


def _when(connection: sa.Connection, person: str, way: Way, pace: Pace, now: datetime) -> datetime:
    if pace is Pace.DAILY:
        return next_morning(now)
    if way.channel is Channel.TEXT:
        last = connection.execute(LAST_TEXT, {"whose": person}).scalar()
        return now if last is None else max(now, last + AN_HOUR)
    # While the way is in trouble, what comes new waits with what waits already.
    again = connection.execute(NEXT_TRY, {"by": way.id}).scalar()
    return now if again is None else max(now, again)


LAST_TEXT = sa.select(sa.func.max(outbox.c.tried_at)).where(
    outbox.c.person == sa.bindparam("whose"), outbox.c.channel == Channel.TEXT
)
NEXT_TRY = sa.select(sa.func.min(outbox.c.send_at)).where(
    outbox.c.way == sa.bindparam("by"), outbox.c.state == Delivery.WAITING, outbox.c.tries > 0
)


# Once a day


def gather(turn: Turning) -> None:
    """Where nothing could be sent for a day, let one message tell all that waits there."""
    now = turn.now
    tried = sa.and_(outbox.c.state == Delivery.WAITING, outbox.c.tries > 0)
    stuck = sa.select(outbox.c.way).where(tried, outbox.c.made_at < now - DEAD)
    waiting = sa.select(outbox).where(
        outbox.c.way.in_(stuck), outbox.c.state == Delivery.WAITING, is_free(now)
    )
    rows = turn.connection.execute(waiting.order_by(outbox.c.way, outbox.c.made_at)).all()
    for _, its in groupby(rows, key=attrgetter("way")):
        messages = list(its)
        if len(messages) > 1:
            _gather(turn.connection, messages, now)


def is_free(now: datetime) -> sa.ColumnElement[bool]:
    """That nobody is sending it."""
    return sa.or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)


def _gather(connection: sa.Connection, messages: Sequence[sa.Row[Any]], now: datetime) -> None:
    taken = [each for each in messages if _let_go(connection, each.id, now)]
    if not taken:
        return
    first = taken[0]
    message = own_id("message", first.way, *(each.id for each in taken))
    way = Way(first.way, Channel(first.channel))
    add(connection, message, first.person, way, now, min(each.made_at for each in taken))
    told = sa.select(carried.c.notice).where(carried.c.message.in_([each.id for each in taken]))
    rows = [
        {"message": message, "notice": each}
        for each in dict.fromkeys(connection.execute(told).scalars())
    ]
    connection.execute(sa.insert(carried), rows)


def _let_go(connection: sa.Connection, message: UUID, now: datetime) -> bool:
    free = sa.update(outbox).where(
        outbox.c.id == message, outbox.c.state == Delivery.WAITING, is_free(now)
    )
    return bool(connection.execute(free.values(state=Delivery.GATHERED)).rowcount)


def forget(turn: Turning) -> None:
    """Remove from the outbox what is long over: no more at once than holds up nobody."""
    over = sa.and_(outbox.c.made_at < turn.now - KEPT, outbox.c.state != Delivery.WAITING)
    query = sa.select(outbox.c.id).where(over).order_by(outbox.c.made_at)
    old = turn.connection.execute(query.limit(FORGOTTEN_AT_ONCE)).scalars().all()
    of_these = carried.c.message.in_(old)
    told = turn.connection.execute(sa.select(carried.c.notice).where(of_these)).scalars().all()
    turn.connection.execute(sa.delete(carried).where(of_these))
    turn.connection.execute(sa.delete(outbox).where(outbox.c.id.in_(old)))
    is_carried = sa.exists().where(carried.c.notice == notices.c.id)
    done = sa.and_(notices.c.id.in_(told), ~is_carried)
    turn.connection.execute(sa.delete(notices).where(done))


def ways_that_tell(connection: sa.Connection, told: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """By which ways each of these notices was sent, or is to be."""
    query = (
        sa.select(carried.c.notice, outbox.c.way)
        .join(outbox, outbox.c.id == carried.c.message)
        .where(carried.c.notice.in_(list(told)))
    )
    found: dict[UUID, set[UUID]] = {each: set() for each in told}
    for notice, way in connection.execute(query):
        found[notice].add(way)
    return found
