"""All that people and the register do about erasing, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID, uuid4

import sqlalchemy as sa

from events.erasing import ErasureAsked, ErasureWords
from events.ids import own_id
from events.log.log import Log
from events.names import ErasureOf, ErasureState
from events.proof.tombstones import Tombstone
from events.safekeeping import MasterKeyDestroyed
from register.acts.photographing import found as photograph_in
from register.answers import read as read_body
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.declarations.ids import parse_id
from register.directory.directory import Directory
from register.erasing import recording
from register.erasing.asking import (
    NO_SUCH_ERASURE,
    ErasureRefusal,
    ErasureWanted,
    check_has_left,
    check_may_ask,
    check_may_decide,
    check_names_it,
    check_waits,
    may_agree,
    named,
)
from register.erasing.destroying import destroy, forget_looks
from register.erasing.erasure import Erasure, erasure_of
from register.erasing.reach import declarations_of, reach_of
from register.errors import NotFoundError
from register.projections import erasures
from register.projections.erasures import erasures as TABLE
from register.proving.tables import tombstones
from register.proving.tombstones import kept_tombstones
from register.reading.looks.look import AN_HOUR
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.standing.officers import is_officer
from register.turns.running import Turns

MASTER_KEYS = own_id("master keys")
"""The stream that says which master keys were destroyed."""
LOOKS_FOLLOW = AN_HOUR + timedelta(minutes=5)
"""For so long after an erasing, looks from just before it may have to go as well."""

DECIDED = tuple(each for each in ErasureState if each is not ErasureState.ASKED)

IsHeld = Callable[[sa.Connection, Erasure, Sequence[Declaration]], bool]
"""Whether a legal hold stands on anything that would go."""


@dataclass(frozen=True)
class Standing:
    """An erasure, and what somebody wants to know of it."""

    erasure: Erasure
    may_decide: bool
    is_published: bool
    complete_on: date | None
    """The day on which no copy can be opened any more; None before the keys are destroyed."""
    is_complete: bool


@dataclass(frozen=True)
class Gone:
    """How many erasures were done, and how many looks went after earlier ones."""

    erasures: int
    looks: int


class Erasures:
    def __init__(self, log: Log, turns: Turns, read: Reader, unguarded: Unguarded) -> None:
        self._log, self._turns, self._read = log, turns, read
        self._unguarded = unguarded
        self.backup_days = 30
        self.is_held: IsHeld = lambda _connection, _erasure, _declarations: False

    # Asking and deciding

    def ask(self, by: str | None, body: object) -> tuple[Erasure, bool]:
        """Ask that something be erased; gives it, and whether it is new. `by` is None for whoever
        keeps the register, and for what a policy asks."""
        wanted = read_body(ErasureWanted, body)
        check_names_it(wanted)
        declaration, photograph = named(wanted)
        known = None if declaration is None else self._unguarded.declaration(declaration)
        directory = self._read.directory()
        if by is not None:
            check_may_ask(directory.people[by], wanted, known, directory)
        elif wanted.person is not None:
            check_has_left(wanted.person, directory)
        if declaration is not None and known is None:
            raise NotFoundError("There is no declaration with that id.")
        if photograph is not None and known is not None:
            photograph_in(known, photograph)
        asked = ErasureAsked(
            originator_id=uuid4(),
            of=ErasureOf(wanted.of),
            asked_by=by,
            declaration=declaration,
            version=wanted.entry,
            photograph=photograph,
            person=wanted.person,
            words=ErasureWords(wanted.reason, wanted.service_user),
        )
        return self._turns.run(recording.ask, asked, self._one)

    def confirm(self, by: str, id_text: str) -> Erasure:
        """A second person agrees. Raises a refusal."""
        erasure = self._known(by, id_text)
        declarations, directory = self._about(erasure), self._read.directory()
        check_may_decide(directory.people[by], erasure, declarations, directory)
        is_theirs = erasure.confirmed_by == by
        if is_theirs and erasure.state in (ErasureState.CONFIRMED, ErasureState.DONE):
            return erasure
        return self._confirm(by, erasure, declarations, directory)

    def confirm_by_policy(self, erasure: UUID) -> Erasure:
        """The same for what goes without anybody's word, as the policy says."""
        found = self._one(erasure)
        return self._confirm(None, found, self._about(found), self._read.directory())

    def _confirm(
        self,
        by: str | None,
        erasure: Erasure,
        declarations: Sequence[Declaration],
        directory: Directory,
    ) -> Erasure:
        check_waits(erasure)
        if erasure.person is not None:
            check_has_left(erasure.person, directory)
        reach = reach_of(self._log, erasure)

        def is_held(connection: sa.Connection) -> bool:
            return self.is_held(connection, erasure, declarations)

        return self._turns.run(recording.confirm, by, erasure.id, reach, is_held, self._one)

    def refuse(self, by: str, id_text: str, body: object) -> Erasure:
        """A second person does not agree; or whoever asked takes it back."""
        erasure, said = self._known(by, id_text), read_body(ErasureRefusal, body)
        directory = self._read.directory()
        if by != erasure.asked_by:
            check_may_decide(directory.people[by], erasure, self._about(erasure), directory)
        same = (by, said.reason) == (erasure.refused_by, erasure.refused_because)
        if erasure.state is ErasureState.REFUSED and same:
            return erasure
        check_waits(erasure)
        return self._turns.run(recording.refuse, by, erasure.id, said.reason, self._one)

    def ask_by_policy(self, declarations: Sequence[UUID], reason: str) -> list[UUID]:
        """Ask for the erasure of those for which no policy did before, all in one turn. Gives what
        waits of these that a policy asked for, now or before."""
        return self._turns.run(recording.ask_by_policy, declarations, reason, self._by_policies)

    def decided_of_policies(self, declarations: Sequence[UUID]) -> set[UUID]:
        """Those of the declarations for which a policy asked, and it is decided."""
        found = self._by_policies(declarations, DECIDED)
        return {each.declaration for each in found if each.declaration is not None}

    def _by_policies(
        self, declarations: Sequence[UUID], states: Sequence[ErasureState]
    ) -> list[Erasure]:
        with self._log.database.read() as connection:
            streams = erasures.naming(connection, declarations, states)
        found = self._erasures(streams, words=False).values()
        is_whole = (each for each in found if each.of is ErasureOf.DECLARATION)
        return [each for each in is_whole if each.asked_by is None]

    # Looking

    def all(self, by: str) -> list[Standing]:
        """Those of which somebody may know, the newest first: officers of all but those to which
        they are party, others of those for which they asked."""
        with self._log.database.read() as connection:
            streams = erasures.listed(connection)
        found = self._erasures(streams)
        known = (found[each] for each in streams if each in found)
        return [self._standing(by, each) for each in known if self._may_know(by, each)]

    def one(self, by: str, id_text: str) -> Standing:
        return self._standing(by, self._known(by, id_text))

    def to_decide(self, by: str) -> int:
        """How many wait for this officer."""
        directory = self._read.directory()
        if not is_officer(directory.people[by], directory):
            return 0
        with self._log.database.read() as connection:
            streams = erasures.listed(connection, [ErasureState.ASKED])
        return sum(self._may_decide(by, each) for each in self._erasures(streams).values())

    def _standing(self, by: str, erasure: Erasure) -> Standing:
        with self._log.database.read() as connection:
            is_it = tombstones.c.erasure == erasure.id
            is_published = bool(kept_tombstones(connection, is_it))
        ends_at = self._ends_at(erasure)
        return Standing(
            erasure,
            erasure.state is ErasureState.ASKED and self._may_decide(by, erasure),
            is_published,
            None if erasure.done_at is None else london_day(ends_at or self.due_at(erasure)),
            ends_at is not None,
        )

    def due_at(self, erasure: Erasure) -> datetime:
        """When copies from before have lived long enough."""
        assert erasure.done_at is not None
        return erasure.done_at + timedelta(days=self.backup_days)

    def _ends_at(self, erasure: Erasure) -> datetime | None:
        """When the last master key was destroyed that opens what copies from before hold; None as
        long as there is one."""
        if erasure.master is None:
            return None
        gone = {
            each.version: each.moment
            for each in self._log.stream(MASTER_KEYS)
            if isinstance(each, MasterKeyDestroyed)
        }
        if erasure.master not in gone or self._log.keyring.oldest <= erasure.master:
            return None
        return max(at for version, at in gone.items() if version <= erasure.master)

    def _may_decide(self, by: str, erasure: Erasure) -> bool:
        directory = self._read.directory()
        is_another = by != erasure.asked_by
        person = directory.people[by]
        return is_another and may_agree(person, erasure, self._about(erasure), directory)

    def _may_know(self, by: str, erasure: Erasure) -> bool:
        directory = self._read.directory()
        if by == erasure.asked_by:
            return True
        return may_agree(directory.people[by], erasure, self._about(erasure), directory)

    def _known(self, by: str, id_text: str) -> Erasure:
        found = self._one(parse_id(id_text, "erasure"))
        if not self._may_know(by, found):
            raise NotFoundError(NO_SUCH_ERASURE)
        return found

    def _one(self, erasure: UUID) -> Erasure:
        found = self._erasures([erasure])
        if erasure not in found:
            raise NotFoundError(NO_SUCH_ERASURE)
        return found[erasure]

    def _about(self, erasure: Erasure) -> list[Declaration]:
        """The declarations that would go, or go, or of which something does."""
        wanted = erasure.declarations or tuple(declarations_of(self._log, erasure))
        if erasure.declaration is not None:
            wanted = (erasure.declaration,)
        found = self._unguarded.declarations(list(wanted))
        return [each for each in found.values() if each is not None]

    def _erasures(self, streams: Sequence[UUID], *, words: bool = True) -> dict[UUID, Erasure]:
        events = self._log.streams(list(streams), words=words) if streams else ()
        found = (
            erasure_of(list(its)) for _, its in groupby(events, key=lambda each: each.originator_id)
        )
        return {each.id: each for each in found if each is not None}

    # What the register does by itself

    def due(self) -> list[Tombstone]:
        """What was published and is not destroyed yet, in order."""
        done = sa.select(TABLE.c.stream).where(TABLE.c.state == ErasureState.DONE)
        with self._log.database.read() as connection:
            return list(kept_tombstones(connection, tombstones.c.erasure.not_in(done)).values())

    def unpublished(self) -> list[Erasure]:
        """What was confirmed, and no place outside has taken it yet."""
        with self._log.database.read() as connection:
            streams = erasures.listed(connection, [ErasureState.CONFIRMED])
            taken = kept_tombstones(connection, tombstones.c.erasure.in_(streams))
        return list(self._erasures([each for each in streams if each not in taken]).values())

    def waiting_since(self, moment: datetime) -> bool:
        """Whether anything was confirmed before a moment and is not erased yet."""
        with self._log.database.read() as connection:
            streams = erasures.listed(connection, [ErasureState.CONFIRMED])
        found = self._erasures(streams).values()
        return any(each.confirmed_at and each.confirmed_at < moment for each in found)

    def erase_due(self) -> Gone:
        """Destroy what was published, as the owner of the database, and looks that have to follow.
        If it raises, what came before is destroyed."""
        due = self.due()
        for tombstone in due:
            self._turns.run(destroy, tombstone)
        lately = self._lately_done()
        looks = [self._turns.run(forget_looks, each.declarations) for each in lately]
        return Gone(len(due), sum(looks))

    def _lately_done(self) -> list[Erasure]:
        now = self._log.clock()
        return [each for each in self.done() if each.done_at and now < each.done_at + LOOKS_FOLLOW]

    def done(self) -> list[Erasure]:
        with self._log.database.read() as connection:
            streams = erasures.listed(connection, [ErasureState.DONE])
        return list(self._erasures(streams).values())

    def master_due(self, by: datetime | None = None) -> int:
        """The newest master key that has to be destroyed by now, as copies from before an erasing
        have lived long enough; 0 if none has."""
        by = by or self._log.clock()
        ended = (each for each in self.done() if self.due_at(each) <= by)
        left = (each.master or 0 for each in ended if self._ends_at(each) is None)
        return max(left, default=0)
