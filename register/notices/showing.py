"""What was sent when, and what is stuck: to everybody their own, and to administrators all, who may
send it again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
PLACE = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{32}")
MOMENT = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class Place:
    """Where a message stands among those of the outbox."""

    made_at: datetime
    message: UUID

    def __str__(self) -> str:
        return f"{self.made_at.astimezone(UTC).strftime(MOMENT)}-{self.message.hex}"


def place_in(text: str) -> Place | None:
    """The place that a text gives; None if it gives none."""
    if not PLACE.fullmatch(text):
        return None
    made_at, message = text.split("-")
    try:
        return Place(datetime.strptime(made_at, MOMENT).replace(tzinfo=UTC), UUID(message))
    except ValueError:  # there is no such day
        return None


@dataclass(frozen=True)
class Told:
    """One thing that a message tells; of an alert, its id and its deadline."""

    cause: Cause
    alert: UUID | None
    due_at: datetime | None
    subject: UUID | None


@dataclass(frozen=True)
class Line:
    """One message, as the outbox shows it."""

    id: UUID
    person: str
    channel: Channel
    told: Sequence[Told]
    state: Delivery
    made_at: datetime
    send_at: datetime
    sent_at: datetime | None
    tries: int
    reason: Unsent | None

    @property
    def causes(self) -> frozenset[Cause]:
        return frozenset(each.cause for each in self.told)

    @property
    def is_stuck(self) -> bool:
        """Whether it was tried, and waits to be tried again."""
        return self.state is Delivery.WAITING and self.reason is not None


@dataclass(frozen=True)
class Lines:
    items: Sequence[Line]
    next: Place | None
    """The `after` of the next page; None on the last page."""


class Outbox:
    def __init__(self, log: Log, read: Reader, matter: Callable[[UUID], Any]) -> None:
        self._log = log
        self._read = read
        self._declaration = matter

    def lines(self, by: str, *, only_stuck: bool = False) -> Sequence[Line]:
        """The latest messages to anybody, or those that are stuck or failed."""
        return self.page(by, to=None, only_stuck=only_stuck).items

    def page(
        self,
        by: str,
        *,
        to: str | None,
        only_stuck: bool = False,
        after: Place | None = None,
        limit: int = PAGE,
    ) -> Lines:
        """One page of the messages to one person, or to anybody, the latest first; without what is
        hidden from whoever looks: nothing is said of a message that is about nothing else."""
        query = _query(to, only_stuck, after)
        with self._log.database.read() as connection:
            rows = connection.execute(query.limit(MOST_LOOKED_AT)).all()
            told = _told(connection, [row.id for row in rows])
        shown: list[Line] = []
        known: dict[UUID, bool] = {}
        within = bool(self._read.person(by).within)
        for row in rows:
            its = told.get(row.id, [])
            known_to = self._known_to(by, its, known)
            if known_to or not (its or within):
                shown.append(_line(row, known_to))
            if len(shown) > limit:
                break
        is_over = len(shown) <= limit and len(rows) < MOST_LOOKED_AT
        last = None if is_over or not shown else shown[:limit][-1]
        return Lines(shown[:limit], None if last is None else Place(last.made_at, last.id))

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

    def _known_to(self, by: str, told: Sequence[Told], known: dict[UUID, bool]) -> list[Told]:
        if self._read.person(by).within:  # a token for some services sees what is of these alone
            subjects = {each.subject for each in told if each.subject is not None}
            visible = self._read.visible(by, sorted(subjects))
            return [each for each in told if each.subject in visible]
        return [each for each in told if not self._is_hidden(by, each.subject, known)]

    def _is_hidden(self, by: str, subject: UUID | None, known: dict[UUID, bool]) -> bool:
        if subject is None:
            return False
        if subject not in known:
            declaration, directory = self._declaration(subject), self._read.directory()
            known[subject] = declaration is not None and is_hidden_from(
                directory.people[by], declaration, directory
            )
        return known[subject]


def _query(to: str | None, only_stuck: bool, after: Place | None) -> sa.Select[Any]:
    query = sa.select(outbox).order_by(outbox.c.made_at.desc(), outbox.c.id)
    if to is not None:
        query = query.where(outbox.c.person == to)
    if only_stuck:
        waits = sa.and_(outbox.c.state == Delivery.WAITING, outbox.c.reason.is_not(None))
        query = query.where(sa.or_(waits, outbox.c.state == Delivery.FAILED))
    if after is not None:
        at_once = sa.and_(outbox.c.made_at == after.made_at, outbox.c.id > after.message)
        query = query.where(sa.or_(outbox.c.made_at < after.made_at, at_once))
    return query


def _told(connection: sa.Connection, messages: Collection[UUID]) -> Mapping[UUID, list[Told]]:
    """What each message tells."""
    query = (
        sa.select(
            carried.c.message,
            notices.c.cause,
            notices.c.alert,
            inbox.c.due_at,
            inbox.c.subject,
        )
        .join(notices, notices.c.id == carried.c.notice)
        .outerjoin(inbox, inbox.c.alert == notices.c.alert)
        .where(carried.c.message.in_(list(messages)))
        .order_by(notices.c.made_at, notices.c.id)
    )
    found: dict[UUID, list[Told]] = {}
    for row in connection.execute(query):
        told = Told(Cause(row.cause), row.alert, row.due_at, row.subject)
        found.setdefault(row.message, []).append(told)
    return found


def _line(row: sa.Row[Any], told: Sequence[Told]) -> Line:
    return Line(
        row.id,
        row.person,
        Channel(row.channel),
        told,
        Delivery(row.state),
        row.made_at,
        row.send_at,
        row.sent_at,
        row.tries,
        None if row.reason is None else Unsent(row.reason),
    )
