"""A year of an organisation in which people are silent, on a clock that jumps to the next moment at
which anything is due; the check of alerts is asked there."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

from events.alerts import (
    AlertDone,
    AlertEscalated,
    AlertPassed,
    AlertRaised,
    AlertReminded,
    AlertRepeated,
)
from events.directory import PersonWords
from events.event import Event
from events.names import Because, Step, Why
from register.alerts.sort import alert_id
from register.deadlines import LONDON
from register.declarations.keys import key_of
from register.declarations.names import DECLARATION
from register.directory.directory import Person
from register.directory.files import Files
from register.directory.loading import compare
from register.directory.service import Service
from register.errors import RegisterError
from register.policy import Policies
from register.projections import inbox
from register.register import Register
from tests.cast import POLICIES
from tests.registers import opened_empty
from tests.usual import USUAL

FIRST = datetime(2026, 9, 1, 6, tzinfo=UTC)
LAST_RESORT = ("last-1", "last-2")
A_MOMENT = timedelta(seconds=11)
"""Longer than the clock waits between two looks at what is due."""


@dataclass(frozen=True)
class Size:
    declarations: int
    days: int
    teams: int
    team: int
    patience: int
    """For how many days after the last declaration the year goes on."""


SMALL = Size(declarations=12, days=42, teams=2, team=3, patience=49)
WHOLE = Size(declarations=1000, days=365, teams=48, team=10, patience=98)


@dataclass
class Record:
    """What became of one alert."""

    why: Why
    declaration: UUID
    person: str | None
    told: set[tuple[Any, ...]] = field(default_factory=set)
    rung: int = 0
    reminders: int = 0
    is_at_last: bool = False
    last_told_at: datetime = FIRST
    is_done: bool = False

    @property
    def outcome(self) -> str:
        if not self.is_done:
            return "with the last resort, repeated" if self.is_at_last else "open"
        if self.is_at_last:
            return "acted on at the last resort"
        if self.rung:
            return "acted on once it went on"
        return "acted on after a reminder" if self.reminders else "acted on at once"


def nothing(_year: Year) -> None:
    return


@dataclass
class Trouble:
    """What goes wrong in a year."""

    name: str
    heeds: Callable[[Year, str], float]
    """How likely somebody acts who is told something now."""
    daily: Callable[[Year], None] = nothing
    policies: Callable[[], Policies] = lambda: POLICIES
    services: tuple[tuple[str, str], ...] = (
        ("elm", "residential-short-breaks"),
        ("oak", "supported-living"),
    )
    expects_faults: Callable[[Year], bool] = lambda _year: False
    runs: Callable[[Year], bool] = lambda _year: True
    """Whether the clock goes on now."""
    ticks: Callable[[Year], None] = lambda year: year.register.clock.tick()
    declares: Callable[[Year, str], tuple[str, dict[str, Any]]] | None = None


class Year:
    def __init__(self, register: Register, trouble: Trouble, size: Size, clock: YearClock) -> None:
        self.register, self.trouble, self.size, self.clock = register, trouble, size, clock
        self.chance = random.Random(trouble.name)
        self.alerts: dict[UUID, Record] = {}
        self.twice: list[tuple[UUID, tuple[Any, ...]]] = []
        self.faults: Counter[str] = Counter()
        self.asked: set[UUID] = set()
        self.moments = 0
        self._read_to = 0
        self._ticked_at = FIRST - timedelta(days=1)
        self._number = count()
        self._to_do: list[tuple[datetime, int, Callable[[], None]]] = []

    @property
    def now(self) -> datetime:
        return self.clock.now

    @property
    def people(self) -> Files:
        return organisation(self.trouble, self.size)

    def at(self, moment: datetime, work: Callable[[], None]) -> None:
        heapq.heappush(self._to_do, (moment, next(self._number), work))

    def live(self) -> Year:
        self._plan()
        end = FIRST + timedelta(days=self.size.days + self.size.patience)
        while (then := self._next()) is not None and then <= end:
            self.clock.now = max(then, self.now)
            self.moments += 1
            while self._to_do and self._to_do[0][0] <= self.now:
                heapq.heappop(self._to_do)[2]()
            self._tick()
            self._hear()
        return self

    def _plan(self) -> None:
        workers = [person.id for person, _ in self.people.people if person.id.startswith("worker")]
        for number in range(self.size.declarations):
            day = FIRST + timedelta(days=self.chance.randrange(self.size.days))
            moment = day + timedelta(minutes=self.chance.randrange(16 * 60))
            by = self.chance.choice(workers)
            self.at(moment, partial(self._declare, by, number))
        if self.trouble.daily is nothing:
            return
        for each in range(self.size.days + self.size.patience):
            day_of = FIRST.date() + timedelta(days=each)
            self.at(datetime.combine(day_of, time(0, 1), LONDON), lambda: self.trouble.daily(self))

    def _next(self) -> datetime | None:
        with self.register.log.database.read() as connection:
            step = inbox.next_step_at(connection)
        if step is not None:  # never before the clock looks again
            step = max(step, self._ticked_at + A_MOMENT)
        then = self._to_do[0][0] if self._to_do else None
        return min((each for each in (step, then) if each is not None), default=None)

    def _tick(self) -> None:
        if not self.trouble.runs(self):
            self._ticked_at = self.now + timedelta(minutes=20)
            if self.trouble.expects_faults(self):
                self.faults.update(map(str, self.register.alert_check.make().found))
            return
        self.trouble.ticks(self)
        self._ticked_at = self.now
        found = self.register.alert_check.make().found
        assert not found, (self.now, found)

    # What people do

    def _declare(self, by: str, number: int) -> None:
        kind, answers = ("gift", {}) if self.chance.random() < 0.6 else (MEETING, {})
        if self.trouble.declares is not None:
            kind, answers = self.trouble.declares(self, by)
        body = {
            "kind": kind,
            "happened_on": str(self.now.astimezone(LONDON).date()),
            "captured_at": self.now.isoformat(),
            "service_user": None if answers else "SU-1042",
            "details": answers or USUAL[kind],
            "late_reason": None,
        }
        chosen = UUID(int=self.chance.getrandbits(128), version=4)
        self.register.declare(by, str(chosen), body)
        if number % 10 == 0 and not answers:
            later = self.now + timedelta(days=12)
            self.at(later, lambda: self._correct(by, chosen, kind))

    def _correct(self, by: str, declaration: UUID, kind: str) -> None:
        changed = {"gift": {"item": "A mug"}, MEETING: {"place": "The market"}}[kind]
        body = {"details": {**USUAL[kind], **changed}, "reason": "I had it wrong"}
        self.try_(lambda: self.register.correct(by, str(declaration), body))

    def try_(self, work: Callable[[], object]) -> None:
        try:
            work()
        except RegisterError:  # somebody else was quicker, or it is theirs no more
            return

    def _hear(self) -> None:
        """What the log says since the last time: whoever is told may act on it a while later."""
        for event in self.register.log.after(self._read_to, words=False):
            self._read_to = event.position
            for person in self._told(event):
                if self.chance.random() < self.trouble.heeds(self, person):
                    alert = event.originator_id
                    delay = timedelta(minutes=self.chance.randrange(10, 20 * 60))
                    self.at(self.now + delay, partial(self._act, alert, person))

    def _told(self, event: Event) -> Iterator[str]:
        if isinstance(event, AlertRaised):
            self.alerts[event.originator_id] = Record(event.why, event.subject.id, event.person)
        record = self.alerts.get(event.originator_id)
        if record is None:
            return
        person = getattr(event, "person", None)
        match event:
            case AlertDone():
                record.is_done = True
                return
            case AlertReminded(step=Step.QUIET):
                return
            case AlertReminded():
                record.reminders += 1
                self._once(event, record, ("remind", person, event.offset))
            case AlertEscalated():
                record.rung = event.rung
                record.is_at_last = event.because == Because.LAST_RESORT
                self._once(event, record, ("escalate", person))
            case AlertRepeated():
                record.is_at_last = True
                self._once(event, record, ("repeat", person, event.round))
            case AlertRaised() | AlertPassed():
                record.person = person
            case _:
                return
        record.last_told_at = self.now
        if person is not None:
            yield person

    def _once(self, event: Event, record: Record, step: tuple[Any, ...]) -> None:
        if step in record.told:
            self.twice.append((event.originator_id, step))
        record.told.add(step)

    def _act(self, alert: UUID, by: str) -> None:
        record = self.alerts[alert]
        if record.is_done or not self.register.read.directory().is_here(by):
            return
        self.try_(lambda: self._do(alert, record, by))

    def _do(self, alert: UUID, record: Record, by: str) -> None:
        id_text, register = str(record.declaration), self.register
        self.register.note_shown(by, [record.declaration])
        match record.why:
            case Why.DECIDE if self._asks_first(record.declaration):
                register.ask(by, id_text, {"text": "Who else was there?"})
                self.asked.add(record.declaration)
            case Why.DECIDE:
                outcome = self.chance.choice(["keep", "keep", "return"])
                register.decide(by, id_text, {"outcome": outcome, "reason": "We talked"})
            case Why.ACKNOWLEDGE:
                register.acknowledge(
                    by, id_text, {"note": "We talked.", "actions": self._agreed(by)}
                )
            case Why.ANSWER:
                register.answer(by, id_text, {"outcome": "not_appropriate", "reason": "No"})
            case Why.INFORM:
                register.inform(by, id_text, {"text": "Only I"})
            case Why.REVIEW:
                register.review(by, id_text, {"stands": True, "reason": "As before"})
            case Why.COMPLETE:
                self._complete(alert, record, by)

    def _asks_first(self, declaration: UUID) -> bool:
        return declaration not in self.asked and self.chance.random() < 0.2

    def _agreed(self, by: str) -> list[dict[str, Any]]:
        if self.chance.random() < 0.6:
            return []
        due_on = self.now.astimezone(LONDON).date() + timedelta(
            days=self.chance.randrange(self.size.patience - 28)
        )
        return [{"what": "Talk it over", "by": by, "due_on": str(due_on)}]

    def _complete(self, alert: UUID, record: Record, by: str) -> None:
        declaration = self.register.read.declaration(by, str(record.declaration))
        for action in declaration.open_actions:
            if alert_id(DECLARATION, declaration.id, key_of(action)) == alert:
                returned = {"how": "By hand", "returned_on": str(self.now.date()), "to": "Her son"}
                body = returned if action.brought else {"evidence": "We did"}
                self.register.complete(by, str(declaration.id), action.id, body)


MEETING = "out-of-hours-encounter"


class YearClock:
    def __init__(self) -> None:
        self.now = FIRST

    def __call__(self) -> datetime:
        return self.now


def organisation(trouble: Trouble, size: Size) -> Files:
    """Services with a director each, teams with a line manager each; two of the last resort."""
    found = Files()
    share = size.teams // len(trouble.services) or 1
    for service, policy in trouble.services:
        adopted = ((date(2026, 4, 1), policy),)
        found.services.append(Service(service, service.title(), f"director-{service}", adopted))
        found.people.append(_person(f"director-{service}", None, service))
        for team in range(share):
            manager = f"manager-{service}-{team}"
            found.people.append(_person(manager, f"director-{service}", service))
            for each in range(size.team):
                found.people.append(_person(f"worker-{service}-{team}-{each}", manager, service))
    found.people += [_person(each, None, trouble.services[0][0]) for each in LAST_RESORT]
    return found


def _person(name: str, manager: str | None, service: str) -> tuple[Person, PersonWords]:
    roles = ("administrator",) if name in LAST_RESORT else ("worker",)
    words = PersonWords(name.title(), f"{name}@example.org")
    return Person(name, roles, manager, (service,)), words  # type: ignore[arg-type]


def managers(year: Year) -> list[str]:
    people = year.register.read.directory().people
    return [each for each in people if each.startswith("manager") and people[each].left_on is None]


@contextmanager
def lived(url: str, trouble: Trouble, size: Size) -> Iterator[Year]:
    clock = YearClock()
    with opened_empty(url, clock, trouble.policies(), LAST_RESORT) as register:
        files = organisation(trouble, size)
        directory = register.read.directory()
        register.change_directory(compare(files, register.log, directory, register.policies).events)
        yield Year(register, trouble, size, clock).live()


def outcomes(year: Year) -> Counter[str]:
    return Counter(record.outcome for record in year.alerts.values())
