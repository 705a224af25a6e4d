"""Tells whoever must act of what people asked, and of what is due to go: by notices, which say no
more than that something waits.

What is due to be told follows from the day alone, and a notice is known by its id: however often
this is asked, and by how many clocks, nobody is told the same twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from events.ids import own_id
from events.log.log import Log
from events.names import Cause
from register.deadlines import close_of, london_day, working_days_from
from register.directory.directory import Directory
from register.erasing.coming import Reached, Retention
from register.erasing.waiting import Unanswered, unanswered
from register.notices.choosing import MORNING
from register.notices.queueing import add_new, notice
from register.reading.reader import Reader
from register.ruling.ruling import DEFAULT_NATION
from register.standing.officers import may_deal_with, officers
from register.turns.running import Turns
from register.turns.turn import Turn

NEARLY = 5
"""So many working days before it is due, it is said again."""
EACH_WEEK = 7
"""After so many days what is late is said again."""
EACH_TIME = 28
"""Every so many days it is told what is due to go: fewer than are looked ahead, so all of it is
told before it is due."""
May = Callable[[str], bool]


@dataclass(frozen=True)
class Occasion:
    """What there is to tell: of what, which step of it, and from which entry on."""

    about: object
    step: str
    position: int | None = None


class OfficersTold:
    def __init__(self, log: Log, turns: Turns, read: Reader, retention: Retention) -> None:
        self._log, self._turns, self._read = log, turns, read
        self._retention = retention
        self._looked_up_to: Reached = {}

    def tell(self) -> int:
        """Tell what is due to be told by now; gives how many notices that were. For the clock."""
        return self._turns.run(tell_of_what_waits) + self._tell_what_is_coming()

    def nobody_acts(self) -> bool:
        """Whether something waits for a data protection officer, and there is none who may deal
        with it."""
        there = officers(self._read.directory())
        if len(there) > 1:  # one of them asked it at most
            return False
        with self._log.database.read() as connection:
            waiting = unanswered(self._log, connection)
        if any(not {*there} - {each.asked_by} for each in waiting):
            return True
        return not there and any(True for _ in self._retention.undecided())

    def _tell_what_is_coming(self) -> int:
        directory, now = self._read.directory(), self._log.clock()
        occasion = Occasion("coming", str(_day(now).toordinal() // EACH_TIME))
        there = officers(directory)
        matters = [
            each.declaration.matter for each in self._retention.undecided(self._looked_up_to)
        ]

        def may(person: str) -> bool:
            known = directory.people[person]
            return any(may_deal_with(known, each, directory) for each in matters)

        is_to_tell = bool(matters) and (not there or any(map(may, there)))
        return self._turns.run(_tell, occasion, may) if is_to_tell else 0


def tell_of_what_waits(turn: Turn, streams: Sequence[UUID] | None = None) -> int:
    """Tell of each request and complaint that is not answered, or of some of them: once when it
    comes in, once when it is nearly due, once when it is late, and each week from then on."""
    waiting = unanswered(turn.log, turn.connection, streams)
    return sum(_tell_of(turn, each) for each in waiting)


def _tell_of(turn: Turn, waits: Unanswered) -> int:
    occasion = Occasion(waits.stream, step_of(waits.due_on, _day(turn.now)), waits.position)
    return _tell(turn, occasion, lambda person: person != waits.asked_by)


def step_of(due_on: date, today: date) -> str:
    """The step of what is due on a day, as things stand today."""
    late = (today - due_on).days
    if late > 0:
        return f"late {(late - 1) // EACH_WEEK}"
    close = close_of(due_on)
    nearly = working_days_from(close, -NEARLY, DEFAULT_NATION, close)
    return "nearly" if today >= london_day(nearly) else "new"


def _day(now: datetime) -> date:
    """The day in London; it begins in the morning, when people are up."""
    return london_day(now - timedelta(hours=MORNING.hour))


def _tell(turn: Turn, occasion: Occasion, may: May) -> int:
    """Write a notice for everybody who must act and has not been told this."""
    whom, cause = _whom(turn.directory, may)
    ids = {own_id("notice", occasion.about, occasion.step, each): each for each in whom}
    rows = [
        notice(known_by, person, cause, turn.now, position=occasion.position)
        for known_by, person in ids.items()
    ]
    return add_new(turn.connection, rows)


def _whom(directory: Directory, may: May) -> tuple[Iterable[str], Cause]:
    """The officers who may deal with it; where there is none, the administrators, who can have
    somebody made one."""
    able = [each for each in officers(directory) if may(each)]
    if able:
        return able, Cause.PROTECTION
    today = directory.today
    administrators = [each.id for each in directory.people.values() if each.administers(today)]
    return administrators, Cause.NO_OFFICER
