"""Random histories: people of tests/cases do what the register lets them, and things change.

The same seed gives the same history, so a failing one can be lived again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from events.directory import (
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PersonWords,
    ServiceChanged,
    ServiceUserListed,
)
from events.event import Event
from events.ids import own_id
from events.names import Status, ToldBy
from register.acts import completing
from register.acts.confirming import waits
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.directory.directory import Directory, Person
from register.errors import RegisterError
from register.kinds import all_kinds, outcome_of
from register.kinds.kind import Completion
from register.policy import Policies
from register.register import Register
from register.standing.entering import enters_for
from register.standing.holding import who_holds
from tests.cast import POLICIES, asks_about
from tests.dropped_in import dropped_in
from tests.examples import worry_about_a_colleague
from tests.fields import Made, fields_of
from tests.registers import opened_register
from tests.wandering_clock import Clock

CALLS = 60
SYLLABLES = ["ba", "ke", "lo", "ñu", "ئا", *"ß字🎁 \n%\\\"'é}"]
WORRY = "worry-about-a-colleague"
FRIEND, CONCERN = "post-service-friendship", "colleague-concern"
KINDS = ["gift", "gift", "prior-acquaintance", FRIEND, FRIEND, *all_kinds(), CONCERN, WORRY]
"""The first more often: most can happen to them. Of the last few may know."""
REFERENCES = ["SU-1042", "su-1042", "SU-1077", "RV-007", "RV/unknown.1"]


class History:
    def __init__(self, register: Register, seed: int, clock: Clock) -> None:
        self.register = register
        self.clock = clock
        self.done: list[str] = []
        """What was taken, by the name of what was tried."""
        self._chance = random.Random(seed)
        self.declared: list[UUID] = []

    def begin(self) -> None:
        """With somebody of two services, and somebody of none."""
        self._move("amina", "ben", ("riverside", "elm-house"))
        self._move("gus", "ben", ())

    def go_on(self, calls: int) -> History:
        for _ in range(calls):
            self.clock.go_on()
            attempt = self._chance.choices(list(ATTEMPTS), weights=list(ATTEMPTS.values()))[0]
            try:
                attempt(self)
            except RegisterError:  # it leaves nothing behind: that is part of the history
                continue
            self.done.append(attempt.__name__)
        if calls:
            self._declare_at_least_once()
        return self

    def _declare_at_least_once(self) -> None:
        """Else a history in which nobody came to it would show nothing."""
        while not self.declared:
            with suppress(RegisterError):
                self.declare()

    # What may be tried

    def declare(self) -> None:
        worker = self._one_of([p for p in self._people() if "worker" in p.roles])
        chosen = UUID(int=self._chance.getrandbits(128), version=4)
        body = self._telling(self._one_of(KINDS))
        if not worker.services or self._chance.random() < 0.2:
            body["service"] = self._one_of(worker.services or sorted(self._directory().services))
        self.register.declare(worker.id, str(chosen), body)
        self.declared.append(chosen)

    def enter(self) -> None:
        by = self._one_of(self._people()).id
        theirs = enters_for(by, self._directory()) or ["amina"]
        chosen = UUID(int=self._chance.getrandbits(128), version=4)
        how = {"told_by": self._one_of([*ToldBy]).value, "told_on": self._past_day()}
        body = {**self._telling(self._one_of(KINDS)), "on_behalf_of": self._one_of(theirs), **how}
        self.register.declare(by, str(chosen), body)
        self.declared.append(chosen)

    def confirm(self) -> None:
        entered = self._a_declaration(waits)
        self.register.confirm(entered.worker, str(entered.id), {})

    def decide(self) -> None:
        declaration, by = self._whose_move("awaiting_decision")
        outcome = self._one_of(declaration.outcomes)
        body = {"outcome": outcome, "reason": self._text()}
        if outcome_of(declaration.kind, outcome).has_conditions:
            body["conditions"] = [self._action(by)]
        self.register.decide(by, str(declaration.id), body)

    def acknowledge(self) -> None:
        declaration, by = self._whose_move("awaiting_acknowledgement")
        actions = [
            self._action(self._one_of([declaration.worker, by]))
            for _ in range(self._chance.randrange(3))
        ]
        body = {
            "note": self._text(),
            "actions": actions,
            "confidentiality_discussed": self._one_of([True, False]),
            "risk_assessment": self._text(),
        }
        if self._chance.random() < 0.2:
            body["new_key_worker"] = self._one_of(self._people()).id
        self.register.acknowledge(by, str(declaration.id), body)

    def answer(self) -> None:
        declaration, by = self._whose_move("awaiting_answer")
        body = {
            "outcome": self._one_of(["appropriate", "not_appropriate"]),
            "no_longer_vulnerable": True,
            "no_imbalance_of_power": True,
            "reason": self._text(),
        }
        self.register.answer(by, str(declaration.id), body)

    def lift_exclusion(self) -> None:
        declaration = self._a_declaration(lambda each: each.excludes)
        by = who_holds(self._directory(), "line_manager", declaration.matter)
        self.register.lift_exclusion(by or "dev", str(declaration.id), {"reason": self._text()})

    def complete(self) -> None:
        declaration = self._a_declaration(lambda each: bool(each.actions))
        action = self._one_of(declaration.actions)
        if completing.done_by(declaration.kind, action.brought) is Completion:
            body = {"evidence": self._text()}
        else:
            day = london_day(self.clock()).isoformat()
            body = {"how": "By hand", "returned_on": day, "to": "Her daughter"}
        self.register.complete(action.by, str(declaration.id), action.id, body)

    def ask(self) -> None:
        declaration, by = self._whose_move("awaiting_decision", "awaiting_acknowledgement")
        self.register.ask(by, str(declaration.id), {"text": self._text()})

    def inform(self) -> None:
        declaration = self._a_declaration()
        self.register.inform(declaration.worker, str(declaration.id), {"text": self._text()})

    def correct(self) -> None:
        declaration = self._a_declaration()
        body = {"details": self._details(declaration.kind), "reason": self._text()}
        if asks_about(declaration.kind) and self._chance.random() < 0.3:
            body["service_user"] = self._one_of(REFERENCES)
        if self._chance.random() < 0.3:
            body["happened_on"] = self._past_day()
        self.register.correct(declaration.worker, str(declaration.id), body)

    def withdraw(self) -> None:
        declaration = self._a_declaration()
        self.register.withdraw(declaration.worker, str(declaration.id), {"reason": self._text()})

    def review(self) -> None:
        declaration = self._a_declaration(lambda each: bool(each.review) or each.is_unlooked)
        by = declaration.acts and who_holds(self._directory(), declaration.acts, declaration.matter)
        body = {"stands": self._one_of([True, False]), "reason": self._text()}
        if self._chance.random() < 0.3:
            body["settled"] = True
        self.register.review(by or "dev", str(declaration.id), body)

    def reopen(self) -> None:
        declaration = self._a_declaration(lambda each: each.is_settled)
        by = who_holds(self._directory(), declaration.settling_role, declaration.matter)
        self.register.reopen(by or "dev", str(declaration.id), {"reason": self._text()})

    def hand_over(self) -> None:
        declaration, by = self._whose_move(*Status)
        to = self._one_of(["safeguarding", "hr", "regulator"])
        body = {"to": to, "reference": self._text(), "note": self._one_of([None, self._text()])}
        self.register.hand_over(by, str(declaration.id), body)

    def add_note(self) -> None:
        declaration, by = self._whose_move(*Status)
        self.register.add_note(by, str(declaration.id), {"text": self._text()})

    def take_further(self) -> None:
        declaration = self._a_declaration(lambda each: each.kind == CONCERN)
        to = self._one_of(["whistleblowing", "regulator", "professional_body"])
        body = {"to": to, "reference": self._one_of([None, self._text()])}
        self.register.take_further(declaration.worker, str(declaration.id), body)

    def look_at(self) -> None:
        self.register.clock.tick()
        by = self._one_of(self._people()).id
        waiting = [str(alert.declaration) for alert in self.register.alerts(by)]
        self.register.look_at(by, self._one_of(waiting or [str(self._a_declaration().id)]))

    def move_somebody(self) -> None:
        directory = self._directory()
        person = self._one_of(self._people())
        allowed = directory.people.keys() - {person.id} - directory.reports(person.id)
        manager = self._one_of(sorted(allowed)) if allowed else None
        self._move(person.id, manager, self._some_services())

    def let_somebody_go(self) -> None:
        person = self._one_of(self._people())
        days = self._one_of([-1, 0, 2])
        left_on = None if person.left_on else london_day(self.clock()) + timedelta(days=days)
        stream = own_id("person", person.id)
        self._change(PersonLeft(originator_id=stream, person=person.id, left_on=left_on))

    def take_somebody_on(self) -> None:
        person = f"new-{len(self._directory().people)}"
        self._change(
            PersonJoined(
                originator_id=own_id("person", person),
                person=person,
                roles=("worker",),
                line_manager=self._one_of(self._people()).id,
                services=self._some_services(),
                left_on=None,
                words=PersonWords(self._text(), f"{person}@example.org"),
            )
        )

    def move_a_service_user(self) -> None:
        known = [each for each in self.register.log.after() if isinstance(each, ServiceUserListed)]
        listed = self._one_of(known)
        ended_on = self._one_of([None, london_day(self.clock())])
        service = self._one_of(sorted(self._directory().services))
        facts = {"service": service, "ended_on": ended_on, "words": listed.words}
        self._change(ServiceUserListed(originator_id=listed.originator_id, **facts))

    def change_director(self) -> None:
        service = self._one_of(list(self._directory().services.values()))
        self._change(
            ServiceChanged(
                originator_id=own_id("service", service.id),
                service=service.id,
                name=service.name,
                director=self._one_of(self._people()).id,
            )
        )

    # What it is tried with

    def _one_of(self, choices: Sequence[Any]) -> Any:
        if not choices:
            raise RegisterError("there is nothing to choose from yet")
        return self._chance.choice(choices)

    def _directory(self) -> Directory:
        return self.register.read.directory()

    def _some_services(self) -> tuple[str, ...]:
        services = sorted(self._directory().services)
        return tuple(self._chance.sample(services, self._chance.choice([0, 1, 1, 1, 1, 1, 2])))

    def _move(self, person: str, line_manager: str | None, services: tuple[str, ...]) -> None:
        moved = PersonMoved(
            originator_id=own_id("person", person),
            person=person,
            roles=self._directory().people[person].roles,
            line_manager=line_manager,
            services=services,
        )
        self._change(moved)

    def _people(self) -> list[Person]:
        return [*self._directory().people.values()]

    def _change(self, event: Event) -> None:
        self.register.change_directory([event])

    def _a_declaration(self, fits: Callable[[Declaration], bool] | None = None) -> Declaration:
        """One of those declared last; one that fits what is to be done, or now and then any."""
        known = [self.register.unguarded.declaration(each) for each in self.declared[-8:]]
        found = [each for each in known if each is not None]
        if fits is not None and self._chance.random() < 0.9:
            found = [each for each in found if fits(each)]
        return self._one_of(found)

    def _whose_move(self, *statuses: str) -> tuple[Declaration, str]:
        """A declaration, and mostly the one who must act."""
        declaration = self._a_declaration(lambda each: each.status in statuses)
        role = declaration.ruling.acts
        holder = role and who_holds(self._directory(), role, declaration.matter)
        return declaration, holder or self._one_of(self._people()).id

    def _text(self) -> str:
        return "x" + "".join(self._chance.choices(SYLLABLES, k=self._chance.randint(1, 30)))

    def _action(self, by: str) -> dict[str, str]:
        due_on = london_day(self.clock()) + timedelta(days=self._chance.randrange(9))
        return {"what": self._text(), "by": by, "due_on": due_on.isoformat()}

    def _past_day(self) -> str:
        return (london_day(self.clock()) - timedelta(days=self._chance.randrange(9))).isoformat()

    def _details(self, kind: str) -> dict[str, Any]:
        made = Made(
            self._chance, self._text, self._past_day, lambda: self._one_of(self._people()).id
        )
        return made.answers(fields_of(kind))

    def _telling(self, kind: str) -> dict[str, Any]:
        return {
            "kind": kind,
            "happened_on": self._past_day(),
            "captured_at": self.clock().isoformat(),
            **({"service_user": self._one_of(REFERENCES)} if asks_about(kind) else {}),
            "details": self._details(kind),
            "late_reason": self._one_of([None, self._text()]),
        }


ATTEMPTS: dict[Callable[[History], None], int] = {
    History.declare: 9,
    History.enter: 3,
    History.confirm: 2,
    History.decide: 6,
    History.acknowledge: 4,
    History.answer: 8,
    History.lift_exclusion: 3,
    History.complete: 6,
    History.ask: 4,
    History.inform: 4,
    History.correct: 5,
    History.withdraw: 2,
    History.review: 6,
    History.reopen: 2,
    History.hand_over: 2,
    History.add_note: 2,
    History.take_further: 3,
    History.look_at: 6,
    History.move_somebody: 3,
    History.let_somebody_go: 1,
    History.take_somebody_on: 1,
    History.move_a_service_user: 1,
    History.change_director: 1,
}
"""How often each is tried."""


@contextmanager
def lived(
    url: str, seed: int, calls: int = CALLS, policies: Policies = POLICIES
) -> Iterator[History]:
    """A random history, on a database of its own."""
    clock = Clock(random.Random(-seed))
    with (
        dropped_in(worry_about_a_colleague),
        opened_register(url, clock=clock, policies=policies) as register,
    ):
        history = History(register, seed, clock)
        history.begin()
        yield history.go_on(calls)
