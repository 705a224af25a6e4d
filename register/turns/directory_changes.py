"""The turns that change the directory, and pass alerts on when roles change hands."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from events.directory import ProposedWords
from events.event import Event
from events.names import ChangeOf
from register.access import links
from register.alerts import alerting
from register.directory.files import Files
from register.directory.loading import TOPICS, Load
from register.errors import ConflictError
from register.policy import Policies
from register.projections import inbox
from register.reading.wanted import names_in, wanted
from register.standing.two_persons import check_may_change, risen
from register.turns.proposing import propose
from register.turns.turn import Turn


def change(turn: Turn, events: Iterable[Event]) -> None:
    """Store events of people and services, and pass open alerts on to the new role holders. A link
    for whoever they were does not let anybody in as whom they are by now."""
    before = turn.directory
    turn.append(events)
    for person in sorted(risen(before, turn.directory)):
        links.end_all(turn.connection, person)
    pass_on(turn)


def load(
    turn: Turn, files: Files, policies: Policies, known_at: int | None, by: str | None
) -> Load:
    """Store the changes that files bring, and propose those that wait for a second person. Raises
    `ConflictError` if the directory has changed since the position `known_at`."""
    log = turn.log
    if by is not None:
        check_may_change(by, turn.directory)
    if known_at is not None and any(log.after(known_at, topics=TOPICS, words=False)):
        raise ConflictError("The directory has changed since you looked; nothing was taken.")
    found = wanted(files, log, turn.directory, policies, by)
    new = found.load
    new.events = [msgspec.structs.replace(event, changed_by=by) for event in new.events]
    change(turn, new.events)
    if by is not None:
        new.waiting = [
            propose(turn, by, ChangeOf.DIRECTORY, each.facts, names_in(files, each))
            for each in found.waiting
        ]
        new.waiting += [
            propose(
                turn, by, ChangeOf.ADDRESS, {"person": person}, ProposedWords({person: each.words})
            )
            for person, each in found.addresses.items()
        ]
    if not (new.events or new.waiting):
        log.database.vouch(turn.connection)
    return new


def pass_on(turn: Turn) -> None:
    """Pass every open alert on to the person whose duty it is now: all of them together, so that
    many cost no more statements than a few. An alert about a sort of stream that this code does not
    know stays with its person."""
    directory, now = turn.directory, turn.now
    held = inbox.all_holders(turn.connection)
    turn.read(list(held))
    drafts = []
    for each, people in held.items():
        stood = turn.stood(each)
        if stood is None:
            continue
        passed = alerting.pass_on(stood.sort, stood.state, people, directory, now)
        if passed:
            drafts.append(turn.draft(stood.sort, each, stood.state, passed, now))
    turn.store(drafts)
    turn.is_passed_on()
