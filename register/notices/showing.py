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
from register.standing.barring import is_barred

PAGE = 25
MOST_LOOKED_AT = 500
"""How far one page goes back at most, for somebody who is barred from much of it."""


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
        """The latest messages, or those that are stuck or failed; without any that is about
        something from which whoever looks is barred."""
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
            causes, subjects = told.get(row.id, (frozenset(), frozenset()))
            if len(shown) < PAGE and not any(self._hidden(by, each, known) for each in subjects):
                shown.append(_line(row, causes))
        return shown

    def send_again(self, by: str, message: str) -> None:
        """Have a message sent now that is stuck or failed. Raises `NotFoundError` for one that is
        not shown."""
        if message not in {str(each.id) for each in self.lines(by, only_stuck=True)}:
            raise NotFoundError("There is no such message that is stuck.")
        tried = sa.case((outbox.c.state == Delivery.FAILED, 0), else_=outbox.c.tries)
        now = {
            "state": Delivery.WAITING,
            "send_at": self._log.right_now(),
            "reason": None,
            "tries": tried,  # what failed for good has not arrived: it goes as new
        }
        again = sa.update(outbox).where(
            outbox.c.id == UUID(message),
            outbox.c.state.in_((Delivery.WAITING, Delivery.FAILED)),
        )
        with self._log.database.write() as connection:
            connection.execute(again.values(now))

    def _hidden(self, by: str, subject: UUID, known: dict[UUID, bool]) -> bool:
        if subject not in known:
            declaration = self._declaration(subject)
            known[subject] = declaration is not None and is_barred(
                by, declaration.matter, self._read.directory()
            )
        return known[subject]


Told = tuple[frozenset[Cause], frozenset[UUID]]


def _told(connection: sa.Connection, messages: Collection[UUID]) -> dict[UUID, Told]:
    """Why each message is sent, and what it is about."""
    query = (
        sa.select(carried.c.message, notices.c.cause, inbox.c.subject)
        .join(notices, notices.c.id == carried.c.notice)
        .outerjoin(inbox, inbox.c.alert == notices.c.alert)
        .where(carried.c.message.in_(list(messages)))
    )
    causes: dict[UUID, set[Cause]] = {}
    subjects: dict[UUID, set[UUID]] = {}
    for row in connection.execute(query):
        causes.setdefault(row.message, set()).add(Cause(row.cause))
        subjects.setdefault(row.message, set()).update({row.subject} - {None})
    return {each: (frozenset(causes[each]), frozenset(subjects[each])) for each in causes}


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
