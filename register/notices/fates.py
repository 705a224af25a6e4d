"""What became of messages that were taken: it is asked for until it is known, rarer and rarer.

Whoever asks puts the next question off before they ask: one that dies leaves it to be asked again,
and what a slow one learns counts only if nobody asked since.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.alerts import AlertArrived, AlertSent
from events.event import Event
from events.names import Channel, Delivery, Unsent
from register.notices.choosing import Plan
from register.notices.message import Fate
from register.notices.outbox import FIRST_ASKED, LEASE, message, say_failed, tell_otherwise, wait
from register.notices.spreading import Turning
from register.notices.tables import carried, notices, outbox

RAREST = timedelta(hours=6)
GIVEN_UP = timedelta(days=3)
"""So long Notify tries to deliver; it is not asked after that."""


@dataclass(frozen=True)
class Asked:
    """A message of which it is asked what became of it, and until when nobody else asks."""

    id: UUID
    channel: Channel
    until: datetime


def is_any_to_ask(connection: sa.Connection, channels: Collection[Channel], now: datetime) -> bool:
    return connection.execute(_due(channels, now).limit(1)).first() is not None


def take(
    connection: sa.Connection, channels: Collection[Channel], now: datetime, most: int
) -> list[Asked]:
    """Take messages of which it is to be asked now, those that waited longest first."""
    found = connection.execute(_due(channels, now).limit(most).with_for_update(skip_locked=True))
    until = now + LEASE
    putting_off = sa.update(outbox).values(ask_at=until)
    return [
        Asked(row.id, Channel(row.channel), until)
        for row in found.all()
        if connection.execute(
            putting_off.where(outbox.c.id == row.id, outbox.c.ask_at == row.ask_at)
        ).rowcount
    ]


def _due(channels: Collection[Channel], now: datetime) -> sa.Select[Any]:
    query = sa.select(outbox.c.id, outbox.c.channel, outbox.c.ask_at)
    is_due = sa.and_(outbox.c.ask_at <= now, outbox.c.channel.in_(list(channels)))
    return query.where(is_due).order_by(outbox.c.ask_at)


def record(turn: Turning, plan: Plan, asked: Asked, fate: Fate) -> None:
    """Record what became of a message, unless somebody else did."""
    row = turn.connection.execute(sa.select(outbox).where(outbox.c.id == asked.id)).one()
    if row.ask_at != asked.until:
        return
    now = turn.now
    over = sa.update(outbox).where(outbox.c.id == asked.id).values(_stands(row, fate, now))
    turn.connection.execute(over)
    sent = _sent(turn, asked)
    if fate is Fate.ARRIVED:
        turn.append(_arrived(turn, sent))
    elif fate is Fate.REFUSED:
        told = message(turn.connection, asked.id)
        say_failed(turn, told, [(each.originator_id, each.cause) for each in sent], Unsent.REFUSED)
        tell_otherwise(turn, plan, told, Unsent.REFUSED, now)


def _stands(row: sa.Row[Any], fate: Fate, now: datetime) -> dict[str, Any]:
    """How a message stands by what became of it."""
    match fate:
        case Fate.UNKNOWN:
            return {"ask_at": next_question(row.sent_at, now)}
        case Fate.ARRIVED:
            return {"ask_at": None, "state": Delivery.ARRIVED}
        case Fate.REFUSED:
            failed: dict[str, Any] = {"state": Delivery.FAILED, "reason": Unsent.REFUSED}
        case Fate.CAME_BACK:
            again = now + wait(row.tries)
            failed = {"state": Delivery.WAITING, "reason": Unsent.NOT_TAKEN, "send_at": again}
    return failed | {"ask_at": None, "sent_at": None}


def next_question(sent_at: datetime, now: datetime) -> datetime | None:
    """When it is asked again: after as long as it has been under way; None if it never is."""
    over = sent_at + GIVEN_UP
    if now >= over:
        return None
    return min(now + min(max(now - sent_at, FIRST_ASKED), RAREST), over)


def _sent(turn: Turning, asked: Asked) -> Sequence[AlertSent]:
    """What the log says of what the message told, done since or not."""
    query = (
        sa.select(notices.c.alert, notices.c.position)
        .join(carried, carried.c.notice == notices.c.id)
        .where(carried.c.message == asked.id, notices.c.alert.is_not(None))
    )
    told = {(row.alert, row.position) for row in turn.connection.execute(query)}
    return [
        event
        for event in turn.log.streams(sorted({alert for alert, _ in told}))
        if isinstance(event, AlertSent)
        and event.channel is asked.channel
        and (event.originator_id, event.cause) in told
    ]


def _arrived(turn: Turning, sent: Sequence[AlertSent]) -> list[Event]:
    """That each arrived: once, to however many places it went."""
    known = {
        (event.originator_id, event.cause)
        for event in turn.log.streams(sorted({each.originator_id for each in sent}))
        if isinstance(event, AlertArrived) and event.channel in {each.channel for each in sent}
    }
    return [
        AlertArrived(
            originator_id=each.originator_id,
            person=each.person,
            channel=each.channel,
            cause=each.cause,
            arrived_at=turn.now,
        )
        for each in sent
        if (each.originator_id, each.cause) not in known
    ]
