"""The turns in which administrators make links, and people sign in with them."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from events.access import LinkMade, SignInAdded, SignInRemoved, account_of
from events.directory import PersonWords
from events.event import Event
from events.log.log import Log
from events.names import ChangeOf, How, Role
from register.access import links
from register.access.links import Link
from register.access.marks import Marks
from register.access.sessions import hash_of
from register.access.signing_in import LINK_IS_OVER, SigningIn
from register.access.tries import At, Tries, Whence
from register.answers import Answers, WholeNumber, read, within
from register.deadlines import london_day
from register.directory.cache import directory_at, names_at, words_of
from register.directory.directory import Directory
from register.errors import ForbiddenError, NotFoundError
from register.reading.reader import Reader
from register.standing.two_persons import check_may_change
from register.turns.proposing import propose
from register.turns.running import Turns
from register.turns.turn import Turn

DAYS, MOST_DAYS = 3, 14
WAITS = timedelta(days=1)
"""How long a link waits before it works, for somebody who can sign in already: they are told, and
can stop it."""
NOBODY = "There is nobody here with that id."


class LinkWanted(Answers):
    days: Annotated[WholeNumber, *within(1, MOST_DAYS)] = Field(
        default=DAYS,
        title="For how many days does it work?",
        description=f"A whole number from 1 to {MOST_DAYS}; {DAYS} if you leave it empty",
    )


@dataclass(frozen=True)
class Made:
    """A link as it is shown, once: the code is not stored."""

    person: str
    code: str
    link: Link


@dataclass(frozen=True)
class Slips:
    made: list[Made]
    without_number: list[str]
    """Those who could have one, but for whom no staff number is known."""


class Linking:
    """Links by administrators. `tries` limits how often a staff number may be guessed, by the slip:
    who has none cannot keep its worker from opening it."""

    def __init__(
        self, log: Log, turns: Turns, read: Reader, signing_in: SigningIn, tries: Tries
    ) -> None:
        self._log = log
        self._turns = turns
        self._read = read
        self._signing_in = signing_in
        self._tries = tries

    # Making

    def make(self, by: str, person: str, body: object) -> Made | None:
        """Make a link that signs somebody in, once. None if a second person has to agree first.
        Raises a refusal."""
        return self._turns.run(_make, by, person, body)

    def slips(self, by: str, body: object) -> Slips:
        """Make a link for each worker who never signed in, which is opened with their staff number.
        Those that were made before end."""
        return self._turns.run(_slips, by, body)

    def is_agreed(self, by: str, person: str) -> bool:
        """Whether a second person has agreed that somebody makes a link."""
        with self._log.database.read() as connection:
            return links.is_agreed(connection, person, by, self._log.clock())

    def never_came(self) -> list[str]:
        """The workers for whom slips are made."""
        with self._log.database.read() as connection:
            before = links.came_in_before(connection)
        return _never_came(self._log, self._read.directory(), before)

    # Its person

    def pending(self, person: str) -> Link | None:
        """The link that signs a person in, or will."""
        with self._log.database.read() as connection:
            return links.of(connection, person, self._log.clock())

    def stop(self, person: str) -> None:
        """End one's own link."""
        self._turns.run(_stop, person)

    # Signing in

    def found(self, code: str) -> Link | None:
        with self._log.database.read() as connection:
            return links.found(connection, Marks(self._log.keyring), code)

    def accept(
        self,
        code: str,
        number: str,
        whence: Whence,
        *,
        browser: str = "",
        instead_of: str | None = None,
    ) -> str:
        """Begin a session; gives its secret. Raises `NotFoundError` in the same words for a link
        that is over or used and for a wrong number, and `TooManyError`."""
        link, now = self.found(code), self._log.right_now()
        if link is None or link.is_over(now):
            raise NotFoundError(LINK_IS_OVER)
        if link.asks_number:
            one = self._tries.begin(hash_of(code).hex(), whence, At.SLIP)
            if not _is_number_of(self._log, link.person, number):
                raise NotFoundError(LINK_IS_OVER)
            self._tries.succeeded(one)
        if now < link.works_from:
            raise ForbiddenError(
                "This link does not work yet: it waits a day, so that its owner can stop it. "
                "Please use it after that."
            )
        with self._log.database.write() as connection:
            if not links.use_up(connection, code):
                raise NotFoundError(LINK_IS_OVER)
            if not _still_holds(self._log, link.person, self._read.directory()):
                raise NotFoundError(LINK_IS_OVER)
            return self._signing_in.begin(
                link.person, How.LINK, browser=browser, instead_of=instead_of
            )


def _still_holds(log: Log, person: str, directory: Directory) -> bool:
    """Whether the link of somebody is still right: they have not left since, and do not stand above
    or beside the workers by now if they did not when one person made it."""
    made = [each for each in log.stream(account_of(person)) if isinstance(each, LinkMade)][-1]
    if not directory.is_here_since(person, made.moment):
        return False
    if not needs_second(person, directory):
        return True
    return needs_second(person, directory_at(log, made.position, london_day(made.moment)))


def _days(body: object) -> timedelta:
    wanted = read(LinkWanted, body)
    return timedelta(days=wanted.days)


def _make(turn: Turn, by: str, person: str, body: object) -> Made | None:
    check_may_change(by, turn.directory)
    if not turn.directory.is_here(person):
        raise NotFoundError(NOBODY)
    lasts, now = _days(body), turn.log.right_now()
    if needs_second(person, turn.directory):
        if not links.is_agreed(turn.connection, person, by, now):
            propose(turn, by, ChangeOf.LINK, {"person": person})
            return None
        links.disagree(turn.connection, person, by)
    works_from = now + WAITS if _can_sign_in(turn, person) else now
    return _made(turn, Link(person, by, False, works_from, works_from + lasts))


def needs_second(person: str, directory: Directory) -> bool:
    """Whether somebody stands above or beside the workers: a link for them needs two people."""
    return directory.is_more_than_worker(person)


def _made(turn: Turn, link: Link) -> Made:
    code = links.add(turn.connection, Marks(turn.log.keyring), link)
    said = LinkMade(
        originator_id=account_of(link.person),
        person=link.person,
        made_by=link.made_by,
        works_from=link.works_from,
        works_until=link.works_until,
    )
    turn.append([said])
    return Made(link.person, code, link)


def _can_sign_in(turn: Turn, person: str) -> bool:
    """Whether somebody signed in before, or has any way to."""
    if links.came_in_before(turn.connection, [person]):
        return True
    return person in _with_a_way(turn.log.stream(account_of(person)))


def _with_a_way(events: Iterable[Event]) -> set[str]:
    """Those who can sign in by something that was added, and not removed since."""
    ways = Counter[str]()
    for event in events:
        if isinstance(event, SignInAdded):
            ways[event.person] += 1
        elif isinstance(event, SignInRemoved) and event.how is not How.LINK:
            ways[event.person] -= 1
    return {person for person, count in ways.items() if count > 0}


def _slips(turn: Turn, by: str, body: object) -> Slips:
    check_may_change(by, turn.directory)
    lasts, words = _days(body), names_at(turn.log)
    people = _never_came(turn.log, turn.directory, links.came_in_before(turn.connection))
    with_number = [each for each in people if _number(words.get(each))]
    now = turn.log.right_now()
    made = [_made(turn, Link(each, by, True, now, now + lasts)) for each in with_number]
    return Slips(made, [each for each in people if each not in with_number])


def _never_came(log: Log, directory: Directory, before: set[str]) -> list[str]:
    """Workers who are nothing else, who are here, and who never signed in."""
    topics = (SignInAdded.TOPIC, SignInRemoved.TOPIC)
    before = before | _with_a_way(log.after(topics=topics, words=False))
    people = (
        each.id
        for each in directory.people.values()
        if Role.WORKER in each.roles and directory.is_here(each.id) and each.id not in before
    )
    return sorted(each for each in people if not needs_second(each, directory))


def _stop(turn: Turn, person: str) -> None:
    if links.end(turn.connection, person):
        said = SignInRemoved(
            originator_id=account_of(person), person=person, how=How.LINK, removed_by=person
        )
        turn.append([said])


def _is_number_of(log: Log, person: str, number: str) -> bool:
    known = _number(words_of(log, person))
    return bool(known) and hmac.compare_digest(known.encode(), _plain(number).encode())


def _number(words: PersonWords | None) -> str:
    return _plain(words.staff_number or "") if words else ""


def _plain(number: str) -> str:
    """A staff number, however it is written."""
    return "".join(number.split()).casefold()


def agreed(turn: Turn, person: str, by: str, now: datetime) -> None:
    """Note that a second person agrees: whoever asked makes the link, and is shown it."""
    if not turn.directory.is_here(person):
        raise NotFoundError(NOBODY)
    links.agree(turn.connection, person, by, now)
