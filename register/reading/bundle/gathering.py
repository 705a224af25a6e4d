"""Gathers all that is held about one worker or one service user."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from events.access import account_of
from events.directory import CoverNamed
from events.event import Event
from events.ids import own_id
from events.log.log import Log
from events.requests import Masked
from register.declarations.declaration import Declaration
from register.projections import service_users
from register.projections.asked_as_well import asked_as_well
from register.projections.barred import barred
from register.projections.change import person_index
from register.projections.exclusions import exclusions
from register.projections.hidden import restricted
from register.projections.inbox import inbox
from register.projections.register_list import register_list
from register.reading.bundle.masking import ANOTHER_PERSON, Masks
from register.reading.bundle.of_declaration import Pictures, Whose, declared, entries
from register.reading.looks.finding import Wanted, all_of
from register.reading.looks.telling import DID
from register.reading.unguarded import Unguarded

LEFT_OUT = (
    "What others wrote, who they are, and what could harm somebody is left out, and what may be "
    "withheld by law. You may ask why, and complain."
)
MOST_LABELS = 500

Notices = Callable[[str], Iterable[dict[str, Any]]]
"""What was sent to a person; each says for which alert, if for any."""


@dataclass(frozen=True)
class Held:
    """What there is of somebody: what they declared or is about them, and where they acted."""

    declarations: Sequence[Declaration]
    acted_on: Sequence[Declaration]


@dataclass(frozen=True)
class Chosen:
    """What somebody decided to give, or to leave out besides."""

    restricted: Collection[UUID] = ()
    """Of what few may know: these are given."""
    words: Collection[UUID] = ()
    """Of these, what others wrote is given too."""
    hidden: Collection[str] = ()


class Gathering:
    def __init__(
        self, log: Log, unguarded: Unguarded, pictures: Pictures, notices: Notices
    ) -> None:
        self._log, self._unguarded = log, unguarded
        self._pictures, self._notices = pictures, notices

    def held(self, whose: Whose) -> Held:
        with self._log.database.read() as connection:
            about = list(connection.execute(self._about(whose)).scalars())
            acted = [] if whose.person is None else _acted(connection, whose.person)
        known = self._unguarded.declarations([*about, *acted])
        found = {each: state for each, state in known.items() if state is not None}
        return Held(
            [found[each] for each in dict.fromkeys(about) if each in found],
            [found[each] for each in dict.fromkeys(acted) if each in found and each not in about],
        )

    def _about(self, whose: Whose) -> sa.Select[Any] | sa.CompoundSelect[Any]:
        row, keyring = register_list.c, self._log.keyring
        if whose.service_user is not None:
            index = keyring.blind_index(whose.service_user)
            named = sa.select(row.declaration).where(row.service_user == index)
            of_pair = sa.select(exclusions.c.declaration).where(exclusions.c.service_user == index)
            return sa.union(named, of_pair)
        index = person_index(keyring, whose.person or "")
        own = sa.select(row.declaration).where(row.worker == whose.person)
        return sa.union(own, sa.select(barred.c.declaration).where(barred.c.person == index))

    def gathered(
        self, whose: Whose, held: Held, chosen: Chosen
    ) -> tuple[dict[str, Any], list[UUID], list[Masked]]:
        """The bundle, the declarations in it, and what was left out and why."""
        given = [each for each in held.declarations if _is_given(each, chosen)]
        acted_on = [each for each in held.acted_on if _is_given(each, chosen)]
        masks = Masks(self._others(whose, [*given, *acted_on]), chosen.hidden)
        bundle = {
            "about": whose.person or whose.service_user,
            "please_note": LEFT_OUT,
            "directory": list(self._directory(whose, masks)),
            "declarations": [
                declared(each, whose, masks, self._pictures, gives_words=each.id in chosen.words)
                for each in given
            ],
            "further": list(self._further(whose, given, masks)),
            "acted": [
                entry
                for each in acted_on
                for entry in entries(each, whose, masks, only_by=whose.person)
            ],
            "exclusions": list(self._exclusions(whose, given, masks)),
            **self._asked_and_told(whose, given, chosen),
            **self._looks(whose, given, chosen, masks),
        }
        return bundle, [each.id for each in (*given, *acted_on)], masks.made

    def _others(self, whose: Whose, declarations: Sequence[Declaration]) -> set[str]:
        """What others are called: everybody of the directory, and the service users there."""
        people = self._unguarded.names()
        own = people.get(whose.person) if whose.person else None
        mine = {whose.person or "", *(own.name.split() if own else ()), own.name if own else ""}
        found = {each for each in people if each != whose.person}
        found |= {words.name for each, words in people.items() if words and each != whose.person}
        for service in {place.service for each in declarations for place in each.places}:
            for pair in self._unguarded.labels_at(service, MOST_LABELS).items():
                if pair[0] != whose.service_user:
                    found |= set(pair)
        found |= {each.service_user for each in declarations if each.service_user}
        named = {part for each in found for part in (each, *each.split())}
        return {each for each in named if each not in mine and each != whose.service_user}

    def _directory(self, whose: Whose, masks: Masks) -> Iterator[dict[str, Any]]:
        if whose.service_user is not None:
            with self._log.database.read() as connection:
                index = self._log.keyring.blind_index(whose.service_user)
                streams = [service_users.stream_of(connection, index)]
        else:
            person = whose.person or ""
            streams = [own_id("person", person), account_of(person)]
        for stream in filter(None, streams):
            yield from (_fact(each, masks) for each in self._log.stream(stream))
        for event in self._log.after(0, topics=[CoverNamed.TOPIC]):
            if isinstance(event, CoverNamed) and whose.person in (event.person, event.covered_by):
                role = "you were away" if event.person == whose.person else "you covered"
                yield {
                    "at": event.moment.isoformat(),
                    "what": role,
                    "first_on": str(event.first_on),
                    "last_on": str(event.last_on),
                }

    def _further(
        self, whose: Whose, given: Sequence[Declaration], masks: Masks
    ) -> Iterator[dict[str, Any]]:
        for each in given:
            for event in self._unguarded.further(each) if each.worker == whose.person else ():
                yield _fact(event, masks)

    def _exclusions(
        self, whose: Whose, given: Sequence[Declaration], masks: Masks
    ) -> Iterator[dict[str, Any]]:
        for each in given:
            for exclusion in each.exclusions:
                other = masks.whole(f"exclusions.{each.id}", ANOTHER_PERSON)
                yield {
                    "declaration": str(each.id),
                    "worker": "you" if each.worker == whose.person else other,
                    "service_user": whose.service_user or other,
                    "stands": exclusion in each.excluding,
                }

    def _asked_and_told(
        self, whose: Whose, given: Sequence[Declaration], chosen: Chosen
    ) -> dict[str, Any]:
        """Alerts to a worker, or about what concerns a service user; and the notices of them."""
        row = inbox.c
        with self._log.database.read() as connection:
            few = restricted(connection) - set(chosen.restricted)
            asked: sa.ColumnElement[bool]
            if whose.person is None:
                asked = row.subject.in_([each.id for each in given])
            else:
                also = sa.select(asked_as_well.c.alert).where(
                    asked_as_well.c.person == whose.person
                )
                asked = sa.or_(row.person == whose.person, row.alert.in_(also))
            query = sa.select(inbox).where(asked).order_by(row.raised_at)
            alerts = [each for each in connection.execute(query) if each.subject not in few]
        theirs = {str(each.alert) for each in alerts}
        notices = [] if whose.person is None else list(self._notices(whose.person))
        return {
            "alerts": [
                {
                    "raised_at": each.raised_at.isoformat(),
                    "due_at": each.due_at.isoformat(),
                    "asked": whose.called(each.person),
                    "to": each.why,
                    "state": each.state,
                }
                for each in alerts
            ],
            "notices": [
                {name: value for name, value in each.items() if name != "alert"}
                for each in notices
                if each["alert"] is None or each["alert"] in theirs
            ],
        }

    def _looks(
        self, whose: Whose, given: Sequence[Declaration], chosen: Chosen, masks: Masks
    ) -> dict[str, Any]:
        """Who looked at what is given, and at what the worker looked."""
        ids = {each.id for each in given}
        with self._log.database.read() as connection:
            few = restricted(connection) - set(chosen.restricted)
        looked_at = [
            _look(kept, masks, whose)
            for each in given
            for kept in all_of(self._log, Wanted(declaration=each.id, limit=200))
            if kept.only(lambda seen: seen.declaration in ids) is not None
        ]
        by_them = [
            _look(kept, masks, whose)
            for kept in _looks_by(self._log, whose)
            if kept.only(lambda seen: seen.declaration not in few) is not None
        ]
        return {"looked_at_it": looked_at, "looked_themselves": by_them}


def _looks_by(log: Log, whose: Whose) -> Iterable[Any]:
    if whose.person is None:
        return ()
    return all_of(log, Wanted(lookers=[whose.person], limit=200))


def _look(kept: Any, masks: Masks, whose: Whose) -> dict[str, Any]:
    look = kept.look
    is_other = look is not None and look.by != whose.person
    if is_other and not any(each.place == "looks" for each in masks.made):
        masks.whole("looks", ANOTHER_PERSON)
    return {
        "at": kept.first_at.isoformat(),
        "times": kept.count,
        "who": whose.called(look.by) if look else "erased",
        "what": DID[look.shown] if look else "erased",
    }


def _acted(connection: sa.Connection, person: str) -> list[UUID]:
    asked = sa.select(inbox.c.subject).where(inbox.c.person == person)
    also = sa.select(asked_as_well.c.subject).where(asked_as_well.c.person == person)
    return list(connection.execute(sa.union(asked, also)).scalars())


def _is_given(declaration: Declaration, chosen: Chosen) -> bool:
    return not is_withheld(declaration) or declaration.id in chosen.restricted


def is_withheld(declaration: Declaration) -> bool:
    """Whether it is left out unless somebody decides otherwise: few may know of it, or it is about
    a colleague."""
    return declaration.is_restricted or declaration.subjects != frozenset()


OTHERS = ("line_manager", "changed_by", "added_by", "removed_by", "made_by", "ended_by")
"""The facts that name somebody else."""


def _fact(event: Event, masks: Masks) -> dict[str, Any]:
    facts = msgspec.to_builtins(event)
    shown = {name: facts[name] for name in facts if name not in HEADER and facts[name] is not None}
    for name in OTHERS:
        if name in shown:
            shown[name] = masks.whole(f"directory.{event.position}.{name}", ANOTHER_PERSON)
    return {"at": event.moment.isoformat(), "what": event.TOPIC.replace("-", " "), **shown}


HEADER = ("originator_id", "originator_version", "position", "recorded_at", "person")
