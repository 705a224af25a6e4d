"""Legal holds: nothing that one is on is erased while it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID, uuid4

import sqlalchemy as sa
from pydantic import Field

from events.declarations import DeclarationCorrected, DeclarationMade
from events.event import Event
from events.holds import HoldLifted, HoldPlaced, HoldReason, HoldWords
from events.log.log import Log
from events.log.sealing import Keyring
from events.names import HoldOn
from register.answers import Answers, PersonId, Reference, Text, read
from register.declarations.declaration import Declaration
from register.declarations.ids import NO_SUCH_DECLARATION, declaration_id, parse_id
from register.directory.directory import Directory
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from register.projections import holds
from register.projections.change import held_index
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.standing.officers import is_officer, may_deal_with
from register.standing.seeing import may_see
from register.turns.running import Turns
from register.turns.turn import Turn

HELD = "There is a legal hold on this: nothing of it is erased until that is lifted."
ONE_OF_THEM = "Say what it is on: one declaration, one person or one service user."
NO_SUCH_HOLD = "There is no hold with that id that stands."
NOT_YOURS = "A data protection officer lifts this, or whoever placed it."


class HoldWanted(Answers):
    """What is not to be erased, and why. It is on one of the three."""

    declaration: str | None = Field(
        default=None,
        title="A declaration, by its id",
        description="It stands at the end of its address",
        json_schema_extra={"x-widget": "line"},
    )
    person: PersonId | None = Field(default=None, title="A person, and all that they declared")
    service_user: Reference | None = Field(default=None, title="All about a service user")
    reason: Text = Field(title="Why may it not be erased?")


class HoldLiftedSaid(Answers):
    reason: Text = Field(title="Why may it be erased again?")


@dataclass(frozen=True)
class Hold:
    id: UUID
    on: HoldOn
    placed_by: str
    placed_at: datetime
    words: HoldWords | None
    """None once they are erased."""
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lifted_because: str | None = None


class Holds:
    def __init__(self, log: Log, turns: Turns, read: Reader, unguarded: Unguarded) -> None:
        self._log, self._turns, self._read = log, turns, read
        self._unguarded = unguarded

    def known_to(self, by: str) -> list[Hold]:
        """The holds that stand, the oldest first, as far as this person may know of them."""
        with self._log.database.read() as connection:
            standing = holds.every(connection)
        known = sorted(self._holds(standing), key=lambda each: each.placed_at)
        return [each for each in known if self._may_know(by, each)]

    def one(self, by: str, id_text: str) -> Hold:
        """A hold that this person may know of. Raises `NotFoundError`."""
        found = next(iter(self._holds([parse_id(id_text, "hold")])), None)
        if found is None or not self._may_know(by, found):
            raise NotFoundError(NO_SUCH_HOLD)
        return found

    def place(self, by: str, body: object) -> tuple[Hold, bool]:
        """Place a hold; gives it, and whether it is new. Raises a refusal."""
        self._check_may_hold(by)
        words = self._words(by, read(HoldWanted, body))
        return self._turns.run(_place, by, words, self._holds)

    def lift(self, by: str, id_text: str, body: object) -> Hold:
        self._check_may_hold(by)
        found = self.one(by, id_text)
        said = read(HoldLiftedSaid, body)
        if found.placed_by != by and not self._is_officer(by):
            raise ForbiddenError(NOT_YOURS)
        return self._turns.run(_lift, by, found.id, said.reason, self._holds)

    def _holds(self, streams: Sequence[UUID]) -> list[Hold]:
        events = self._log.streams(list(streams)) if streams else ()
        found = groupby(events, key=lambda event: event.originator_id)
        read_back = (_hold(list(its)) for _, its in found)
        return [each for each in read_back if each is not None]

    def _is_officer(self, by: str) -> bool:
        directory = self._read.directory()
        return is_officer(directory.people[by], directory)

    def _check_may_hold(self, by: str) -> None:
        if not (self._is_officer(by) or self._read.directory().directs(by)):
            raise ForbiddenError("Only data protection officers and service directors hold this.")

    def _may_know(self, by: str, hold: Hold) -> bool:
        """An officer knows of all but those on themselves, and on what they must not know of; a
        director of those that they placed, and on declarations that they see."""
        if hold.words is None:
            return self._is_officer(by)
        if hold.words.declaration is not None:
            return self._may_know_of(by, hold.words.declaration)
        if not self._is_officer(by):
            return hold.placed_by == by
        return hold.words.person != by

    def _may_know_of(self, by: str, declaration: UUID) -> bool:
        known, directory = self._unguarded.declaration(declaration), self._read.directory()
        if known is None:
            return False
        person = directory.people[by]
        may = may_deal_with(person, known.matter, directory)
        return may or (bool(directory.directs(by)) and may_see(person, known, directory))

    def _words(self, by: str, wanted: HoldWanted) -> HoldWords:
        given = [wanted.declaration, wanted.person, wanted.service_user]
        if sum(each is not None for each in given) != 1:
            raise InvalidError.of("declaration", ONE_OF_THEM)
        if wanted.declaration is not None:
            declaration = declaration_id(wanted.declaration)
            if not self._may_know_of(by, declaration):
                raise NotFoundError(NO_SUCH_DECLARATION)
            return HoldWords(wanted.reason, declaration=declaration)
        directory = self._read.directory(wanted.service_user)
        if wanted.person is not None:
            self._check_person(by, wanted.person, directory)
            return HoldWords(wanted.reason, person=wanted.person)
        served = directory.service_of(wanted.service_user or "")
        if not self._is_officer(by) and served not in directory.directs(by):
            raise InvalidError.of("service_user", "They are at no service that you direct.")
        return HoldWords(wanted.reason, service_user=wanted.service_user)

    def _check_person(self, by: str, person: str, directory: Directory) -> None:
        known = directory.people.get(person)
        if known is None:
            raise InvalidError.of("person", "Nobody here has that id.")
        if person == by:
            raise ForbiddenError("Nobody holds what is about themselves.")
        if not self._is_officer(by) and directory.directs(by).isdisjoint(known.services):
            raise InvalidError.of("person", "They work at no service that you direct.")


Look = Callable[[Sequence[UUID]], list[Hold]]


def _place(turn: Turn, by: str, words: HoldWords, look: Look) -> tuple[Hold, bool]:
    about = held_index(turn.log.keyring, words.declaration, words.person, words.service_user)
    standing = holds.standing(turn.connection, [about] if about else [])
    same = (each for each in look(standing) if each.placed_by == by and each.words == words)
    if (known := next(same, None)) is not None:
        turn.log.database.vouch(turn.connection)
        return known, False
    hold = uuid4()
    turn.append([HoldPlaced(originator_id=hold, on=_on(words), placed_by=by, words=words)])
    return look([hold])[0], True


def _on(words: HoldWords) -> HoldOn:
    if words.declaration is not None:
        return HoldOn.DECLARATION
    return HoldOn.PERSON if words.person is not None else HoldOn.SERVICE_USER


def _lift(turn: Turn, by: str, hold: UUID, reason: str, look: Look) -> Hold:
    (known,) = look([hold])
    if known.lifted_by is None:
        turn.append([HoldLifted(originator_id=hold, lifted_by=by, words=HoldReason(reason))])
    elif (known.lifted_by, known.lifted_because) != (by, reason):
        raise ConflictError("This hold is lifted already.")
    else:
        turn.log.database.vouch(turn.connection)
    return look([hold])[0]


def _hold(events: Sequence[Event]) -> Hold | None:
    found: Hold | None = None
    for event in events:
        match event:
            case HoldPlaced():
                by, at = event.placed_by, event.moment
                found = Hold(event.originator_id, event.on, by, at, event.words)
            case HoldLifted() if found is not None:
                because = event.words.reason if event.words else None
                found = Hold(
                    found.id,
                    found.on,
                    found.placed_by,
                    found.placed_at,
                    found.words,
                    event.lifted_by,
                    event.moment,
                    because,
                )
    return found


# What is held


def is_held(connection: sa.Connection, keyring: Keyring, declaration: Declaration) -> bool:
    """Whether a hold stands on a declaration: on itself, on its worker or whomever it is or was
    about, or on a service user whom it ever named."""
    people = {declaration.worker, *(declaration.subjects or ())}
    indexes = [
        held_index(keyring, declaration.id, None, None),
        *(held_index(keyring, None, each, None) for each in people),
        *(held_index(keyring, None, None, each) for each in service_users_of(declaration)),
    ]
    return bool(holds.standing(connection, [each for each in indexes if each is not None]))


def is_held_of(
    connection: sa.Connection,
    keyring: Keyring,
    *,
    person: str | None = None,
    service_user: str | None = None,
) -> bool:
    """Whether a hold stands on a person or a service user themselves."""
    indexes = (
        held_index(keyring, None, person, None),
        held_index(keyring, None, None, service_user),
    )
    return bool(holds.standing(connection, [each for each in indexes if each is not None]))


def service_users_of(declaration: Declaration) -> set[str]:
    """The references that it ever named, as far as they can be read."""
    return {*_named(declaration.past), *filter(None, [declaration.service_user])}


def _named(past: Iterable[Event]) -> Iterable[str]:
    for event in past:
        if isinstance(event, DeclarationMade | DeclarationCorrected):
            reference = getattr(event.words, "service_user", None)
            if reference is not None:
                yield reference
