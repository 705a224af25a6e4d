"""A log of any length, as the register itself would have written it.

Every declaration goes through the rules and the log's own append, with its words sealed; only the
turns of the writer are left out. All are settled but the last few, so that an inbox is as long in
a large register as in a small one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bench.bodies import any_declaration
from bench.organisation import WORKERS, changes
from events.event import Event
from register.acts import acknowledging, answering, completing, deciding, declaring
from register.acts.situation import Situation, situation_of
from register.alerts import alerting
from register.alerts.sorts import DECLARATIONS
from register.console import rebuilding
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.declarations.folding import evolve
from register.policy import ACTING
from register.register import Register
from register.ruling import publishing
from register.ruling.ruling import policy_in_force
from register.setup.migrating import migrate
from register.setup.opening import open_log, open_register
from register.setup.settings import Settings
from register.standing.holding import who_holds

BEGAN_AT = datetime(2026, 4, 2, 8, tzinfo=UTC)
AFTERNOON, NEXT_MORNING = timedelta(hours=6), timedelta(hours=18)
TOGETHER = 400
"""Declarations that come in on one day."""
LEFT_OPEN = 40
ENTRIES_EACH = 4
"""About as many as a declaration comes to until it is settled."""


def fill(settings: Settings, entries: int) -> None:
    """About as many entries, and the read models that belong to them."""
    register = open_register(settings)
    try:
        days = Days(register)
        register.change_directory(changes(register))
        while (missing := entries - register.log.last_position()) > ENTRIES_EACH * LEFT_OPEN:
            days.settle(days.declare(min(TOGETHER, missing // ENTRIES_EACH)))
        days.declare(LEFT_OPEN)
    finally:
        register.close()
    make_read_models(settings)


def copy_log(source: Settings, target: Settings) -> None:
    """Copy the entries as they are into another database, and make its read models."""
    migrate(target.url())
    read, written = open_log(source), open_log(target, as_owner=True)
    try:
        while True:
            start = written.last_position()
            batch = read.recorder.select_notifications(start, 5000, inclusive_of_start=False)
            if not batch:
                break
            written.recorder.insert_events(batch)
    finally:
        read.close()
        written.close()
    make_read_models(target)


def make_read_models(settings: Settings) -> None:
    log = open_log(settings, as_owner=True)
    try:
        rebuilding.rebuild(log, settings.data_dir, _quietly, accept=True)
    finally:
        log.close()


def _quietly(_done: int, _total: int) -> None:
    """Nobody waits to see how far it has come."""


class Days:
    """One working day after the other: declared in the morning, settled in the afternoon."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.dice = random.Random(1)
        self.now = BEGAN_AT
        register.log.clock = lambda: self.now

    def declare(self, count: int) -> list[Declaration]:
        self.now += NEXT_MORNING
        with self.register.log.database.write():
            events = [event for _ in range(count) for event in self._declared()]
            return self._take({}, events)

    def _declared(self) -> Sequence[Event]:
        policies, directory = self.register.policies, self.register.read.directory()
        worker = directory.people[self.dice.choice(WORKERS)]
        service = directory.services[worker.services[0]]
        telling = declaring.read_telling(any_declaration(self.dice, self.now), self.now)
        policy = policy_in_force(policies, service, telling.kind, london_day(self.now))
        self.register.log.append(publishing.publish(policies, policy, directory))
        new = UUID(int=self.dice.getrandbits(128), version=4)
        made = new, worker, service.id, telling.details, policy, directory, self.now
        receipt = declaring.Receipt(*made)
        return declaring.declare(None, telling, receipt)

    def settle(self, declarations: Iterable[Declaration]) -> None:
        """Whoever must act does, and whoever then has something to do has done it."""
        self.now += AFTERNOON
        with self.register.log.database.write():
            waiting = declarations
            while waiting := [each for each in waiting if each.waiting_for]:
                events = [event for each in waiting for event in self._done(each)]
                waiting = self._take({each.id: each for each in waiting}, events)

    def _done(self, declaration: Declaration) -> Sequence[Event]:
        directory = self.register.read.directory()
        by: str | None = declaration.worker
        if declaration.waiting_for in ACTING:
            role = declaration.waiting_for
            by = who_holds(directory, role, declaration.matter)
        policies = self.register.policies
        situation = situation_of(by, declaration, policies, directory, self.now)
        return SETTLING[declaration.status](situation)

    def _take(self, before: dict[UUID, Declaration], events: Iterable[Event]) -> list[Declaration]:
        log, directory = self.register.log, self.register.read.directory()
        after: dict[UUID, Declaration] = {}
        for event in log.append(events):
            stream = event.originator_id
            after[stream] = evolve(after.get(stream, before.get(stream)), event)
        log.append(
            alert
            for stream, declaration in after.items()
            for alert in alerting.follow(
                DECLARATIONS, before.get(stream), declaration, directory, self.now
            )
        )
        return list(after.values())


NEEDING_AN_ACTION = {"action", acknowledging.ANOTHER_KEY_WORKER}


def _acknowledge(situation: Situation) -> list[Event]:
    needs_action = not NEEDING_AN_ACTION.isdisjoint(situation.declaration.ruling.needs)
    action = {
        "what": "Bo will be the key worker from Monday",
        "by": situation.declaration.worker,
        "due_on": situation.next_due_on().isoformat(),
    }
    body = {
        "note": "We talked it through at supervision, and it stays as it is.",
        "actions": [action] if needs_action else [],
        "confidentiality_discussed": True,
        "risk_assessment": "None beyond the usual; see the care plan.",
    }
    return acknowledging.acknowledge(situation, body)


def _decide(situation: Situation) -> list[Event]:
    outcome = situation.declaration.outcomes[0]
    return deciding.decide(situation, {"outcome": outcome, "reason": "As agreed with the family."})


def _answer(situation: Situation) -> list[Event]:
    body = {
        "outcome": situation.declaration.outcomes[-1],
        "no_longer_vulnerable": False,
        "no_imbalance_of_power": False,
        "reason": "It is too early; please ask again in a year.",
    }
    return answering.answer(situation, body)


def _complete(situation: Situation) -> list[Event]:
    action = situation.declaration.open_actions[0]
    given_back = {
        "how": "By hand",
        "returned_on": london_day(situation.now).isoformat(),
        "to": "The one who gave it",
    }
    evidence = {"evidence": "Done, and told to the team."}
    one = replace(situation, part=action.id)
    return completing.complete(one, given_back if action.brought else evidence)


SETTLING: dict[str, Callable[[Situation], list[Event]]] = {
    "awaiting_acknowledgement": _acknowledge,
    "awaiting_decision": _decide,
    "awaiting_answer": _answer,
    "awaiting_action": _complete,
}
