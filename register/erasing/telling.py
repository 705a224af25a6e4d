"""Tells whoever must act of what people asked, and of what is due to go: by notices, which say no
more than that something waits.

What is due to be told follows from the day alone, and a notice is known by its id: however often
this is asked, and by how many clocks, nobody is told the same twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from events.ids import own_id
from events.log.log import Log
from events.names import Cause
from register.deadlines import close_of, london_day, working_days_from
from register.declarations.matter import Matter
from register.directory.directory import Directory
from register.erasing.coming import Reached, Retention
from register.erasing.waiting import Unanswered, unanswered
from register.notices.choosing import MORNING
from register.notices.queueing import add_new, notice
from register.reading.reader import Reader
from register.ruling.ruling import DEFAULT_NATION
from register.standing.officers import may_deal_with, may_hear_that_nobody_acts, officers
from register.turns.running import Turns
from register.turns.turn import Turn

NEARLY = 5
"""So many working days before it is due, it is said again."""
EACH_WEEK = 7
"""After so many days what is late is said again."""
EACH_TIME = 28
"""Every so many days it is told what is due to go: fewer than are looked ahead, so all of it is
told before it is due."""
MOST_WHOSE_OWN = 2
"""So many people something is the own of at most: whose it is, and who entered it for them."""


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

    def nobody_acts(self, by: str) -> bool:
        """Whether something waits for a data protection officer, and none of them may deal with
        it, as far as this administrator may hear of it."""
        directory = self._read.directory()
        there = officers(directory)
        if len(there) > MOST_WHOSE_OWN:
            return False
        with self._log.database.read() as connection:
            waiting = unanswered(self._log, connection)
        if any(not {*there} - {each.asked_by} for each in waiting):
            return True
        due = (each.declaration.matter for each in self._retention.undecided())
        return any(may_hear_that_nobody_acts(by, each, there, directory) for each in due)

    def _tell_what_is_coming(self) -> int:
        due = self._retention.undecided(self._looked_up_to)
        matters = [each.declaration.matter for each in due]
        return self._turns.run(_tell_of_coming, matters) if matters else 0


def _tell_of_coming(turn: Turn, matters: Sequence[Matter]) -> int:
    """Tell the officers of what they may deal with, and the administrators of what none may."""
    directory, there = turn.directory, officers(turn.directory)

    def deals(officer: str) -> bool:
        known = directory.people[officer]
        return any(may_deal_with(known, each, directory) for each in matters)

    def hears(person: str) -> bool:
        return any(may_hear_that_nobody_acts(person, each, there, directory) for each in matters)

    occasion = Occasion("coming", str(_day(turn.now).toordinal() // EACH_TIME))
    others = [each for each in _administrators(directory) if hears(each)]
    told = _tell(turn, occasion, [each for each in there if deals(each)], Cause.PROTECTION)
    return told + _tell(turn, occasion, others, Cause.NO_OFFICER)


def tell_of_what_waits(turn: Turn, streams: Sequence[UUID] | None = None) -> int:
    """Tell of each request and complaint that is not answered, or of some of them: once when it
    comes in, once when it is nearly due, once when it is late, and each week from then on."""
    waiting = unanswered(turn.log, turn.connection, streams)
    return sum(_tell_of(turn, each) for each in waiting)


def _tell_of(turn: Turn, waits: Unanswered) -> int:
    """Tell the officers, but whoever asked; where there is none, the administrators, who can have
    somebody made one."""
    occasion = Occasion(waits.stream, step_of(waits.due_on, _day(turn.now)), waits.position)
    able = [each for each in officers(turn.directory) if each != waits.asked_by]
    if able:
        return _tell(turn, occasion, able, Cause.PROTECTION)
    return _tell(turn, occasion, _administrators(turn.directory), Cause.NO_OFFICER)


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


def _tell(turn: Turn, occasion: Occasion, whom: Iterable[str], cause: Cause) -> int:
    """Write a notice for each of them who has not been told this."""
    about = ("notice", occasion.about, occasion.step, cause)
    ids = {own_id(*about, each): each for each in whom}
    rows = [
        notice(known_by, person, cause, turn.now, position=occasion.position)
        for known_by, person in ids.items()
    ]
    return add_new(turn.connection, rows)


def _administrators(directory: Directory) -> list[str]:
    return [each.id for each in directory.people.values() if each.administers(directory.today)]
