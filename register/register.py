"""The register: everything that can be done with it.

Every write is one turn of the writer: read the state, apply a pure rule, append what it gives,
write the read models. What a turn reads cannot change before it is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row

from events.alerts import AlertOpened
from events.declarations import PhotographErased
from events.event import Event
from events.ids import own_id
from events.log.log import Log
from events.log.writer import BusyError, Writer
from register.access.signing_in import SigningIn
from register.acts import (
    acknowledging,
    answering,
    asking,
    completing,
    correcting,
    deciding,
    declaring,
    lifting,
    photographing,
    withdrawing,
)
from register.acts.situation import Situation
from register.alerts import alerting
from register.answers import Answers
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.declarations.ids import NO_SUCH_DECLARATION, declaration_id, parse_id
from register.demo.marking import is_demo
from register.directory.cache import DirectoryCache
from register.directory.directory import Directory
from register.directory.files import Files
from register.directory.loading import TOPICS, Load, compare
from register.directory.previewing import LoadPreview, preview_load
from register.errors import ConflictError, NotFoundError, UnavailableError
from register.kinds import all_kinds
from register.kinds.kind import Lead
from register.photographs import cleaning
from register.photographs.keeping import Added, Photographs, Prepared
from register.policy import Policies
from register.reading import seen_up_to
from register.reading.auditing import Audit
from register.reading.reader import Reader
from register.ruling import advising, publishing
from register.ruling.advising import Advice
from register.ruling.previewing import Preview, previewed
from register.ruling.ruling import policy_in_force, policy_of_receipt
from register.turns import Done, Draft, Order, Rule, Turns

Result = TypeVar("Result")
Verb = Callable[[Situation, object], Sequence[Event]]


class Register:
    """What people do with the register; what they look at is in `read`.

    `by` is always the id of the person who does it.
    """

    def __init__(self, log: Log, policies: Policies, *, queue_size: int = 1000) -> None:
        self.log = log
        self.policies = policies
        self.read = Reader(log)
        self.audit = Audit(log, self.read)
        self.photographs = Photographs(log, self.read)
        self.signing_in = SigningIn(log.database, log.recorder.clock, self.read.directory)
        self._directory = DirectoryCache(log)
        self._turns = Turns(log, self.read, self._directory)
        self._writer = Writer(log.database, capacity=queue_size, on_rollback=self._directory.forget)
        self._passed_on: date | None = None
        publishing.check_unchanged(policies, self.read.directory())

    def close(self) -> None:
        self._writer.close()
        self.log.close()

    @cached_property
    def is_demo(self) -> bool:
        """Whether everything in it is made up; pages say so."""
        return is_demo(self.log)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What this thread does within is stored all together, or not at all.

        Everybody else waits meanwhile: it is not for a register that people use.
        """
        try:
            with self.log.database.write():
                yield
        except BaseException:
            self._directory.forget()
            self.read.forget()
            self._passed_on = None
            raise

    def declare(self, by: str, id_text: str, body: object) -> Done:
        return self._record(self._declaration(by, id_text, body))

    async def declare_async(self, by: str, id_text: str, body: object) -> Done:
        """The same, without a thread that waits: many declare at once."""
        order = self._declaration(by, id_text, body)
        with unavailable_when_busy():
            return await asyncio.wrap_future(
                self._writer.run_together(order, self._turns.carry_out)
            )

    def preview(self, by: str, body: object) -> Preview:
        """What would follow if this were declared now; nothing is stored."""
        now, directory = self.log.recorder.clock(), self.read.directory()
        declaring.check_may_declare(directory.people[by])
        telling = declaring.read_telling(body, now)
        receipt = self._receipt(by, own_id("preview"), telling, directory, now)
        (made, *_) = declaring.declare(None, telling, receipt)
        return previewed(made, directory)

    def advise(self, by: str, kind: str, lead: Lead, answers: Answers) -> Advice:
        """What the policy at somebody's service says of what they tell; nothing is stored."""
        directory = self.read.directory()
        declaring.check_may_declare(directory.people[by])
        service = directory.services[directory.people[by].service or ""]
        today = london_day(self.log.recorder.clock())
        policy = policy_in_force(self.policies, service, kind, today)
        return advising.advise(all_kinds()[kind], lead, answers, policy)

    def decide(self, by: str, declaration: str, body: object) -> Declaration:
        return self._act(deciding.decide, by, declaration, body)

    def acknowledge(self, by: str, declaration: str, body: object) -> Declaration:
        return self._act(acknowledging.acknowledge, by, declaration, body)

    def answer(self, by: str, declaration: str, body: object) -> Declaration:
        return self._act(answering.answer, by, declaration, body)

    def lift_exclusion(self, by: str, declaration: str, body: object) -> Declaration:
        return self._act(lifting.lift, by, declaration, body)

    def complete(self, by: str, declaration: str, action: str, body: object) -> Declaration:
        def verb(situation: Situation, body: object) -> Sequence[Event]:
            return completing.complete(situation, body, action)

        return self._act(verb, by, declaration, body)

    def ask(self, by: str, declaration: str, body: object) -> Declaration:
        return self._act(asking.ask, by, declaration, body)

    def inform(self, by: str, declaration: str, body: object) -> Declaration:
        return self._act(asking.inform, by, declaration, body)

    def correct(self, by: str, declaration: str, body: object) -> Declaration:
        return self._act(correcting.correct, by, declaration, body)

    def withdraw(self, by: str, declaration: str, body: object) -> Declaration:
        return self._act(withdrawing.withdraw, by, declaration, body)

    def add_photograph(self, by: str, id_text: str, photograph: str, sent: bytes) -> Added:
        """Add a picture, given as bytes; it is cleaned and sealed before the writer's turn."""
        declaration = self.read.declaration(by, id_text)
        photographing.check_may_add(self.situation(by, declaration))
        new = parse_id(photograph, "photograph")
        cleaning.check(sent)
        if declaration.photograph(new) is None:
            photographing.check_has_room(declaration)
        prepared = self.photographs.prepare(declaration.id, new, sent)
        return self._turn(lambda now: self._add_photograph(by, prepared, now))

    def erase_photograph(self, id_text: str, photograph: str) -> None:
        """Destroy the key of a photograph: for the administrator, at the console."""
        wanted, erased = declaration_id(id_text), parse_id(photograph, "photograph")
        self._turn(lambda now: self._erase_photograph(wanted, erased, now))

    def alerts(self, by: str) -> Sequence[Row[Any]]:
        """What awaits somebody, most urgent first; also what has come to them from a leaver."""
        if self._passed_on != self.read.directory().today:
            self._passed_on = self._turn(self._pass_on)
        return self.read.alerts(by)

    def look_at(self, by: str, declaration: str) -> Declaration:
        """A declaration as it stands; the register keeps that its alert was opened, and beside it
        is kept that its worker has seen what became of it."""
        found = self.read.declaration(by, declaration)
        if found.worker == by and self.read.has_unseen(found.id):
            self.note_seen(by, found.position, found.id)
        if self.read.unopened_alerts(by, found.id):
            self._turn(lambda now: self._open(by, found.id, now))
        return found

    def note_seen(self, by: str, up_to: int, declaration: UUID | None = None) -> None:
        """Somebody has seen what became of one of their declarations, or of all of them."""
        self.log.database.note(
            lambda connection: seen_up_to.note(connection, by, up_to, declaration)
        )

    def change_directory(self, events: Iterable[Event]) -> None:
        """Take events of people and services; open alerts go where the roles have gone."""
        self._passed_on = self._turn(lambda now: self._change_directory(events, now))

    def preview_load(self, files: Files) -> LoadPreview:
        """What the files would change; nothing is stored."""
        return preview_load(files, self.log, self.policies, self.read.directory)

    def load(self, files: Files, known_at: int | None = None) -> Load:
        """Take people, services and service users from files: only what is new is recorded.

        `known_at`: a position; where the directory has changed since, nothing is taken.
        """
        return self._turn(lambda now: self._load(files, known_at, now))

    def _turn(self, work: Callable[[datetime], Result]) -> Result:
        def turn() -> Result:
            with self._directory.unless_it_fails():
                return work(self.log.now())

        if self.log.database.is_writing:
            return self._within(turn)
        with unavailable_when_busy():
            return self._writer.run(turn)

    def _record(self, order: Order) -> Done:
        if self.log.database.is_writing:
            (done,) = self._within(lambda: self._turns.carry_out([order]))
            if isinstance(done, Exception):
                raise done
            return done
        with unavailable_when_busy():
            return self._writer.run_together(order, self._turns.carry_out).result()

    def _within(self, turn: Callable[[], Result]) -> Result:
        """A turn of a thread that holds the append lock already."""
        with self.log.database.write() as connection, connection.begin_nested():
            return turn()

    def _declaration(self, by: str, id_text: str, body: object) -> Order:
        declaring.check_may_declare(self.read.person_lately(by))
        new = declaring.chosen_id(id_text)
        telling = declaring.read_telling(body, self.log.recorder.clock())
        return Order(new, self._declaring(by, new, telling))

    def _declaring(self, by: str, new: UUID, telling: declaring.Telling) -> Rule:
        def rule(
            before: Declaration | None, directory: Directory, now: datetime
        ) -> Sequence[Event]:
            declaring.check_may_declare(directory.people[by])
            receipt = self._receipt(by, new, telling, directory, now)
            events = declaring.declare(before, telling, receipt)
            if not events:
                return []
            return [*publishing.publish(self.policies, receipt.policy, directory), *events]

        return rule

    def _receipt(
        self,
        by: str,
        new: UUID,
        telling: declaring.Telling,
        directory: Directory,
        now: datetime,
    ) -> declaring.Receipt:
        worker = directory.people[by]
        service = directory.services[worker.service or ""]
        policy = policy_in_force(self.policies, service, telling.kind, london_day(now))
        return declaring.Receipt(new, worker, service.id, policy, directory, now)

    def clause_in_words(self, declaration: Declaration) -> str | None:
        """The clause that a declaration falls under, in our own words."""
        source = declaration.outcome.source
        if source.policy is None or source.version is None:
            return None
        return self.policies.packs[source.policy][source.version].clauses.get(source.clause)

    def situation(self, by: str, declaration: Declaration) -> Situation:
        """What a rule would look at if somebody acted on this declaration now."""
        directory = self.read.directory()
        policy = policy_of_receipt(self.policies, declaration, directory)
        now = self.log.recorder.clock()
        return Situation(declaration, directory.people[by], directory, policy, now)

    def _add_photograph(self, by: str, prepared: Prepared, now: datetime) -> Added:
        sealed = prepared.sealed
        before = self._known(sealed.declaration)
        directory = self._directory.now(now)
        policy = policy_of_receipt(self.policies, before, directory)
        situation = Situation(before, directory.people[by], directory, policy, now)
        was_sent = self.photographs.was_sent(sealed)
        events = photographing.add(situation, prepared.added(by, now), was_sent=was_sent)
        (done,) = self._turns.store([Draft(before.id, before, events)], now)
        if done.is_new:
            self.photographs.keep(sealed, done.declaration.version)
        photograph = photographing.found(done.declaration, sealed.photograph)
        return Added(photograph, done.is_new)

    def _erase_photograph(self, declaration: UUID, photograph: UUID, now: datetime) -> None:
        before = self._known(declaration)
        erased = PhotographErased(originator_id=before.id, photograph=photograph, erased_at=now)
        events = photographing.erase(before, erased)
        self.photographs.erase(before.id, photographing.found(before, photograph))
        self._turns.store([Draft(before.id, before, events)], now)

    def _known(self, declaration: UUID) -> Declaration:
        found = self.read.known(declaration)
        if found is None:
            raise NotFoundError(NO_SUCH_DECLARATION)
        return found

    def _act(self, verb: Verb, by: str, id_text: str, body: object) -> Declaration:
        def rule(
            before: Declaration | None, directory: Directory, now: datetime
        ) -> Sequence[Event]:
            if before is None:
                raise NotFoundError(NO_SUCH_DECLARATION)
            policy = policy_of_receipt(self.policies, before, directory)
            return verb(Situation(before, directory.people[by], directory, policy, now), body)

        return self._record(Order(declaration_id(id_text), rule)).declaration

    def _open(self, by: str, declaration: UUID, now: datetime) -> None:
        alerts = self.read.unopened_alerts(by, declaration)
        events = [AlertOpened(originator_id=each, opened_by=by, opened_at=now) for each in alerts]
        self._turns.take(events, now)

    def _change_directory(self, events: Iterable[Event], now: datetime) -> date:
        self._directory.now(now)
        self._turns.take(events, now)
        return self._pass_on(now)

    def _load(self, files: Files, known_at: int | None, now: datetime) -> Load:
        if known_at is not None and any(self.log.after(known_at, topics=TOPICS, words=False)):
            raise ConflictError("The directory has changed since you looked; nothing was taken.")
        load = compare(files, self.log, self._directory.now(now), self.policies)
        self._change_directory(load.events, now)
        return load

    def _pass_on(self, now: datetime) -> date:
        """Bring every open alert to whoever holds its role now; gives the day that it holds."""
        directory = self._directory.now(now)
        drafts = []
        for declaration in self.read.open_declarations():
            held = self.read.holders_of_alerts(declaration.id)
            passed = alerting.pass_on(declaration, held, directory, now)
            drafts.append(Draft(declaration.id, declaration, passed))
        self._turns.store(drafts, now)
        return directory.today


@contextmanager
def unavailable_when_busy() -> Iterator[None]:
    try:
        yield
    except BusyError:
        raise UnavailableError(
            "The register is busy and has stored nothing; please send it again."
        ) from None
