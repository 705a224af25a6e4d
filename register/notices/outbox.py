"""The messages that wait: taken by one sender at a time, sent, and recorded.

A message is taken with a lease, so any number of senders work at once, and one that dies loses
nothing: when its lease is over, another takes the message. From the second try on it may have
arrived already.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.alerts import AlertFailed, AlertSent
from events.log.tables import entries
from events.names import AlertState, Cause, Channel, Delivery, Pace, Unsent
from register.deadlines import close_of
from register.notices.choosing import Plan, Way, ways_of
from register.notices.message import Later, Message, Never, Notice, Outcome, Taken
from register.notices.spreading import (
    Turning,
    is_free,
    place,
    unreachable,
    ways_that_tell,
)
from register.notices.tables import carried, notices, outbox, ways
from register.projections.for_officers import for_officers
from register.projections.inbox import inbox

OF_OTHERS_TOO = (Cause.ESCALATED, Cause.REPEATED, Cause.URGENT)
"""What is told to others as well than whoever was asked first."""
LEASE = timedelta(seconds=60)
"""How long a message is one sender's: far longer than sending may take."""
FIRST_ASKED = timedelta(minutes=1)
"""How long after it was taken it is first asked what became of a message."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


def take(
    connection: sa.Connection, sender: UUID, channel: Channel, now: datetime, most: int
) -> list[UUID]:
    """Take messages that are to be sent now. They are this sender's once this is committed. What is
    behind one by the same way that was tried in vain waits for it, and gathers meanwhile."""
    earlier = outbox.alias("earlier")
    is_behind = sa.exists().where(
        earlier.c.way == outbox.c.way,
        earlier.c.state == Delivery.WAITING,
        earlier.c.tries > 0,
        earlier.c.made_at < outbox.c.made_at,
    )
    due = sa.and_(
        outbox.c.channel == channel,
        outbox.c.state == Delivery.WAITING,
        outbox.c.send_at <= now,
        is_free(now),
        ~is_behind,
    )
    wanted = sa.select(outbox.c.id).where(due).order_by(outbox.c.send_at).limit(most)
    found = connection.execute(wanted.with_for_update(skip_locked=True)).scalars().all()
    lease = {
        "leased_by": sender,
        "leased_until": now + LEASE,
        "tries": outbox.c.tries + 1,
        "tried_at": now,
    }
    taking = sa.update(outbox).values(lease)
    return [
        each
        for each in found
        if connection.execute(taking.where(outbox.c.id == each, due)).rowcount
    ]


def give_back(connection: sa.Connection, sender: UUID, taken: Sequence[UUID]) -> None:
    """Let others send messages that were taken, and not tried."""
    own = sa.and_(outbox.c.id.in_(taken), outbox.c.leased_by == sender)
    free = {"leased_by": None, "leased_until": None, "tries": outbox.c.tries - 1}
    connection.execute(sa.update(outbox).where(own).values(free))


def message(connection: sa.Connection, wanted: UUID) -> Message:
    """A message with what it tells: of alerts, and of what officers answer, those still open."""
    row = connection.execute(sa.select(outbox).where(outbox.c.id == wanted)).one()
    told = (
        sa.select(
            notices,
            inbox.c.due_at,
            inbox.c.state,
            inbox.c.person.label("held_by"),
            for_officers.c.due_on,
            for_officers.c.is_answered,
        )
        .join(carried, carried.c.notice == notices.c.id)
        .outerjoin(inbox, inbox.c.alert == notices.c.alert)
        .outerjoin(entries, entries.c.id == notices.c.position)
        .outerjoin(for_officers, for_officers.c.stream == entries.c.originator_id)
        .where(carried.c.message == wanted)
        .order_by(notices.c.made_at)
    )
    still = [
        Notice(each.id, Cause(each.cause), each.alert, each.position, _due_at(each))
        for each in connection.execute(told)
        if _is_wanted(each)
    ]
    return Message(row.id, row.person, Channel(row.channel), row.way, row.tries, still)


NOBODY_SENDS, NOT_CARRIED = timedelta(minutes=10), timedelta(hours=1)
"""How late what nobody tries to send may be, and how old what was tried in vain."""


def stuck(
    connection: sa.Connection, channels: Collection[Channel], now: datetime
) -> dict[str, bool]:
    """What keeps messages, in code words: whether it does."""
    waits = sa.and_(outbox.c.state == Delivery.WAITING, outbox.c.channel.in_(channels))
    late = sa.and_(waits, outbox.c.send_at < now - NOBODY_SENDS, is_free(now))
    tried = sa.and_(waits, outbox.c.reason.is_not(None), outbox.c.made_at < now - NOT_CARRIED)
    unspread = sa.and_(notices.c.spread_at.is_(None), notices.c.made_at < now - NOBODY_SENDS)
    return {
        "nobody_sends": _is_any(connection, late),
        "not_carried": _is_any(connection, tried),
        "not_spread": _is_any(connection, unspread),
    }


def _is_any(connection: sa.Connection, which: sa.ColumnElement[bool]) -> bool:
    return bool(connection.execute(sa.select(sa.exists().where(which))).scalar())


def _due_at(row: sa.Row[Any]) -> datetime | None:
    due_at: datetime | None = row.due_at
    return due_at if row.due_on is None else close_of(row.due_on)


def _is_wanted(row: sa.Row[Any]) -> bool:
    """Whether to tell it still: not once it is done, nor to whom it has passed away from. To whom
    it went on, it stays."""
    if row.alert is None:
        return not row.is_answered
    is_theirs = row.held_by == row.person or row.cause in OF_OTHERS_TOO
    return is_theirs and row.state is not None and row.state != AlertState.DONE


# What came of it


def record(turn: Turning, plan: Plan, sender: UUID, sent: Message, outcome: Outcome) -> bool:
    """Record what came of sending; False if the message is no longer this sender's."""
    now = turn.now
    if isinstance(outcome, Later):
        over = {"send_at": now + wait(sent.tries), "reason": outcome.why}
    elif isinstance(outcome, Never):
        over = {"state": Delivery.FAILED, "reason": outcome.why}
    elif sent.notices:
        ask_at = now + FIRST_ASKED if isinstance(outcome, Taken) else None
        over = {"state": Delivery.SENT, "sent_at": now, "ask_at": ask_at, "reason": None}
    else:
        over = {"state": Delivery.NEEDLESS, "reason": None}
    if not _end(turn.connection, sender, sent.id, over):
        return False
    if isinstance(outcome, Never):
        say_failed(turn, sent, sent.causes, outcome.why)
        tell_otherwise(turn, plan, sent, outcome.why, now)
    elif not isinstance(outcome, Later):
        _sent(turn, sent, now)
    return True


def _end(connection: sa.Connection, sender: UUID, sent: UUID, over: dict[str, Any]) -> bool:
    own = sa.and_(
        outbox.c.id == sent, outbox.c.leased_by == sender, outbox.c.state == Delivery.WAITING
    )
    free = {"leased_by": None, "leased_until": None}
    return bool(connection.execute(sa.update(outbox).where(own).values(over | free)).rowcount)


def wait(tries: int) -> timedelta:
    """How long to wait after so many tries: longer each time, and never the same for all."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(tries - 1, 10)))
    return longest * (500 + secrets.randbelow(501)) / 1000


def _sent(turn: Turning, sent: Message, now: datetime) -> None:
    """Record in the life of each alert by what its person was told: once, to however many of their
    devices it went."""
    known = {
        (event.originator_id, event.cause)
        for event in turn.log.streams(sent.alerts)
        if isinstance(event, AlertSent) and event.channel is sent.channel
    }
    turn.append(
        [
            AlertSent(
                originator_id=alert,
                person=sent.person,
                channel=sent.channel,
                cause=position,
                sent_at=now,
            )
            for alert, position in sent.causes
            if (alert, position) not in known
        ]
    )


def say_failed(
    turn: Turning, sent: Message, causes: Collection[tuple[UUID, int]], why: Unsent
) -> None:
    """Record in the life of each alert that its person was not told."""
    turn.append(
        [
            AlertFailed(
                originator_id=alert,
                person=sent.person,
                channel=sent.channel,
                cause=position,
                reason=why,
                is_final=True,
                failed_at=turn.now,
            )
            for alert, position in causes
        ]
    )


def tell_otherwise(turn: Turning, plan: Plan, sent: Message, why: Unsent, now: datetime) -> None:
    """Tell what could not arrive by another way at once, whatever was chosen."""
    if why is Unsent.GONE:
        turn.connection.execute(sa.delete(ways).where(ways.c.id == sent.way))
    found = ways_of(turn.connection, turn.log, sent.person, plan.channels)
    tried = ways_that_tell(turn.connection, [each.id for each in sent.notices])
    lost = []
    for notice in sent.notices:
        left = _others(found, sent.way, tried[notice.id])
        if left:
            place(turn.connection, sent.person, left[0], Pace.AT_ONCE, [notice.id], now)
        elif notice.alert is not None and not _is_told(turn.connection, notice.id):
            lost.append(notice.alert)
    unreachable(turn, sent.person, lost)


def _others(found: Sequence[Way], failed: UUID, tried: set[UUID]) -> list[Way]:
    return [each for each in found if each.id != failed and each.id not in tried]


def _is_told(connection: sa.Connection, notice: UUID) -> bool:
    """Whether a message that tells it was sent, or may still be."""
    query = (
        sa.select(outbox.c.id)
        .join(carried, carried.c.message == outbox.c.id)
        .where(
            carried.c.notice == notice,
            outbox.c.state.in_((Delivery.WAITING, Delivery.SENT, Delivery.ARRIVED)),
        )
    )
    return connection.execute(query.limit(1)).first() is not None
