"""What was sent when, and what is stuck: for administrators, who may send it again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.log.log import Log
from events.names import Cause, Channel, Delivery, Unsent
from register.errors import NotFoundError
from register.notices.tables import carried, notices, outbox
from register.projections.inbox import inbox
from register.reading.reader import Reader
from register.standing.seeing import is_hidden_from

PAGE = 25
MOST_LOOKED_AT = 500
"""How far one page goes back at most, for somebody from whom much of it is hidden."""


@dataclass(frozen=True)
class Line:
    """One message, as the outbox shows it."""

    id: UUID
    person: str
    channel: Channel
    causes: frozenset[Cause]
    state: Delivery
    made_at: datetime
    send_at: datetime
    sent_at: datetime | None
    tries: int
    reason: Unsent | None

    @property
    def is_stuck(self) -> bool:
        """Whether it was tried, and waits to be tried again."""
        return self.state is Delivery.WAITING and self.reason is not None


class Outbox:
    def __init__(self, log: Log, read: Reader, matter: Callable[[UUID], Any]) -> None:
        self._log = log
        self._read = read
        self._declaration = matter

    def lines(self, by: str, *, only_stuck: bool = False) -> Sequence[Line]:
        """The latest messages, or those that are stuck or failed; without what is hidden from
        whoever looks: nothing is said of a message that is about nothing else."""
        query = sa.select(outbox).order_by(outbox.c.made_at.desc(), outbox.c.id)
        if only_stuck:
            waits = sa.and_(outbox.c.state == Delivery.WAITING, outbox.c.reason.is_not(None))
            query = query.where(sa.or_(waits, outbox.c.state == Delivery.FAILED))
        with self._log.database.read() as connection:
            rows = connection.execute(query.limit(MOST_LOOKED_AT)).all()
            told = _told(connection, [row.id for row in rows])
        shown: list[Line] = []
        known: dict[UUID, bool] = {}
        for row in rows:
            its = told.get(row.id, set())
            causes = {cause for cause, about in its if not self._hidden(by, about, known)}
            if len(shown) < PAGE and (causes or not its):
                shown.append(_line(row, frozenset(causes)))
        return shown

    def send_again(self, by: str, message: str) -> None:
        """Have a message sent now that is stuck or failed. Raises `NotFoundError` for one that is
        not shown."""
        if message not in {str(each.id) for each in self.lines(by, only_stuck=True)}:
            raise NotFoundError("There is no such message that is stuck.")
        now = {
            "state": Delivery.WAITING,
            "send_at": self._log.right_now(),
            "reason": None,
        }
        again = sa.update(outbox).where(
            outbox.c.id == UUID(message),
            outbox.c.state.in_((Delivery.WAITING, Delivery.FAILED)),
        )
        with self._log.database.write() as connection:
            connection.execute(again.values(now))

    def _hidden(self, by: str, subject: UUID | None, known: dict[UUID, bool]) -> bool:
        if subject is None:
            return False
        if subject not in known:
            declaration, directory = self._declaration(subject), self._read.directory()
            known[subject] = declaration is not None and is_hidden_from(
                directory.people[by], declaration, directory
            )
        return known[subject]


Told = set[tuple[Cause, UUID | None]]


def _told(connection: sa.Connection, messages: Collection[UUID]) -> dict[UUID, Told]:
    """Why each message is sent, each with what it is about."""
    query = (
        sa.select(carried.c.message, notices.c.cause, inbox.c.subject)
        .join(notices, notices.c.id == carried.c.notice)
        .outerjoin(inbox, inbox.c.alert == notices.c.alert)
        .where(carried.c.message.in_(list(messages)))
    )
    found: dict[UUID, Told] = {}
    for row in connection.execute(query):
        found.setdefault(row.message, set()).add((Cause(row.cause), row.subject))
    return found


def _line(row: sa.Row[Any], causes: frozenset[Cause]) -> Line:
    return Line(
        row.id,
        row.person,
        Channel(row.channel),
        causes,
        Delivery(row.state),
        row.made_at,
        row.send_at,
        row.sent_at,
        row.tries,
        None if row.reason is None else Unsent(row.reason),
    )
