"""What people may look at: declarations, their history, alerts, lists and entries."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from operator import attrgetter
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from events.directory import PersonJoined, PersonRenamed, PersonWords
from events.event import Event, SpoiledEntry
from events.ids import own_id
from events.log.log import Log
from events.log.mapper import Entry
from register.declarations.as_at import AsAt, position_of, read_as_at
from register.declarations.declaration import Declaration
from register.declarations.ids import NO_SUCH_DECLARATION, declaration_id
from register.declarations.news import Liftings, News, news_of
from register.declarations.news_to_others import NewsToOthers, steps_of
from register.directory.cache import DirectoryCache, Known, directory_at
from register.directory.directory import Directory, Person
from register.directory.lately import lately
from register.errors import (
    FieldError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnavailableError,
)
from register.projections import inbox, register_list, service_users
from register.projections.change import person_index
from register.projections.register_list import OVER
from register.projections.sight import Sight
from register.reading import awaited, seen_up_to
from register.reading.entries import ShownEntry, shown
from register.reading.hiding import hidden_streams
from register.reading.news import NewsFor
from register.reading.received import WhatElse
from register.reading.unguarded import Unguarded
from register.reading.view import Look, View
from register.ruling.adding_up import BesidesAbout
from register.standing.seeing import check_may_see, may_see


@dataclass(frozen=True)
class Page:
    items: Sequence[Declaration]
    next: int | None
    """The `after` of the next page; None on the last page."""


@dataclass(frozen=True)
class NewsPage:
    """News of what others declared: for each declaration what is new, the latest first."""

    items: Sequence[NewsToOthers]
    latest: Sequence[int]
    """The position of the latest entry about each of these declarations."""
    more: int = 0
    """How many more declarations have news; if there are very many, how many at least."""


MOST_COUNTED = 100
"""How many declarations with news are counted."""
MOST_RECORDED, MOST_OVER = 60, 3
"""How many of a worker's own declarations their first page shows: in all, and of those over."""


@dataclass(frozen=True)
class Own:
    """A worker's own declarations: those that wait for somebody, the last ones that are over, and
    the news since the worker last looked."""

    going_on: Sequence[Declaration]
    over: Sequence[Declaration]
    news: Sequence[News]


def _check_known(wanted: register_list.Filter, directory: Directory) -> None:
    """Raises `InvalidError` for a person or a service that the directory does not know."""
    wrong = []
    if wanted.worker is not None and wanted.worker not in directory.people:
        wrong.append(FieldError("worker", f"Nobody here has the id {wanted.worker!r}."))
    if wanted.service is not None and wanted.service not in directory.services:
        wrong.append(FieldError("service", f"No service here has the id {wanted.service!r}."))
    if wrong:
        raise InvalidError(wrong)


class Reader:
    """Reads for one person at a time. For them, what they may not see does not exist."""

    def __init__(self, log: Log, directories: DirectoryCache, unguarded: Unguarded) -> None:
        self._log = log
        self._database = log.database
        self._directories = directories
        self._unguarded = unguarded
        self._thread = threading.local()

    @contextmanager
    def look(self) -> Iterator[None]:
        """Inside, this thread reads with one and the same directory, which is fetched once."""
        with self._database.read(), self.through(Look(self.known)):
            yield

    @contextmanager
    def within(self, by: str, services: frozenset[str]) -> Iterator[None]:
        """Inside, this person sees in this thread what is of these services, and nothing else; all
        that they may see, if there are none."""
        if not services:
            yield
            return
        with self.look():
            known = self.known
            limited = replace(known, directory=known.directory.limited(by, services))
            with self.through(Look(limited, self.drafted)):
                yield

    @contextmanager
    def through(self, view: View) -> Iterator[None]:
        """Inside, this thread uses the directory of this view."""
        before = getattr(self._thread, "view", None)
        self._thread.view = view
        try:
            yield
        finally:
            self._thread.view = before

    @property
    def known(self) -> Known:
        view: View | None = getattr(self._thread, "view", None)
        return self._directories.now() if view is None else view.known

    @property
    def drafted(self) -> Mapping[UUID, Declaration]:
        """The declarations that the turn of this thread is changing, as they will be stored."""
        view: View | None = getattr(self._thread, "view", None)
        return {} if view is None else view.drafted

    def received(self, worker: str, kind: str, but: UUID) -> BesidesAbout:
        """What else a worker received; one declaration is left out."""
        return WhatElse(self._log, self._unguarded, self.drafted, worker, kind, but)

    def lately(self, worker: str, service: str | None, since: datetime) -> Iterator[Directory]:
        """What the directory said of a worker and their services, since a moment."""
        return lately(self._log, worker, service, since)

    def directory(self, about: str | None = None) -> Directory:
        """The present directory. If somebody speaks of a service user, it knows their service."""
        directory = self.known.at(self._log.clock())
        if about is None:
            return directory
        with self._database.read() as connection:
            return directory.serving(service_users.served(connection, [about], self._log.keyring))

    def as_at(self, text: str) -> AsAt:
        """Read the moment that somebody asked for. Raises `InvalidError`."""
        return read_as_at(text, self._log)

    def directory_at(self, as_at: AsAt) -> Directory:
        then = directory_at(self._log, as_at.position, as_at.day)
        return replace(then, last_resort=self.known.directory.last_resort)

    def person(self, person: str) -> Person:
        return self.directory().people[person]

    def person_lately(self, person: str) -> Person:
        """A person from the directory in memory, which may be a little old; if they are not there,
        from the present directory."""
        return self._directories.known.directory.people.get(person) or self.person(person)

    def declaration(self, by: str, id_text: str, as_at: str | None = None) -> Declaration:
        wanted = declaration_id(id_text)
        declaration = self._unguarded.declaration(wanted)
        if declaration is None:
            raise NotFoundError(NO_SUCH_DECLARATION)
        directory = self.directory()
        check_may_see(directory.people[by], declaration, directory)
        if as_at is None:
            return declaration
        then = self._unguarded.declaration(wanted, self.position(as_at))
        if then is None:
            raise NotFoundError("This declaration had not been made by then.")
        return then

    def visible(self, by: str, declarations: Sequence[UUID]) -> dict[UUID, Declaration]:
        """Those of the given declarations that a person may see, by id."""
        directory = self.directory()
        known = self._unguarded.declarations(list(dict.fromkeys(declarations)))
        return {
            declaration: state
            for declaration, state in known.items()
            if state is not None and may_see(directory.people[by], state, directory)
        }

    def position(self, as_at: str) -> int:
        """The position that a position or an exact moment names. Raises `InvalidError`."""
        return position_of(as_at, self._log)

    def history(self, by: str, id_text: str) -> Sequence[Event]:
        return self.declaration(by, id_text).past

    def name(self, person: str) -> str:
        """A person's name; their id if the name is erased."""
        if person not in (names := self.known.names):
            names[person] = self._name(person)
        return names[person]

    def _name(self, person: str) -> str:
        words: PersonWords | None = None
        for event in self._log.stream(own_id("person", person)):
            if isinstance(event, PersonJoined | PersonRenamed):
                words = event.words
        return person if words is None else words.name

    def unopened_alerts(self, by: str, declarations: Collection[UUID]) -> Sequence[UUID]:
        with self._database.read() as known:
            return awaited.unopened(known, by, declarations)

    def alerts(self, by: str) -> list[inbox.Awaiting]:
        with self._database.read() as connection:
            return inbox.awaiting(connection, by, awaited.also(connection, by, self.visible))

    def waiting(self, by: str, after: inbox.Place | None, limit: int) -> inbox.Waiting:
        """One page of a person's open alerts, the most urgent first."""
        if self.person(by).within:
            alerts = self.alerts(by)
            seen = self.visible(by, [each.subject for each in alerts])
            theirs = [each for each in alerts if each.subject in seen]
            return inbox.page_of(theirs, after, limit, self._log.clock())
        with self._database.read() as connection:
            also = awaited.also(connection, by, self.visible)
            rows = inbox.awaiting_after(connection, by, after, limit + 1, also)
            total, overdue = inbox.counted(connection, by, self._log.clock(), also)
        items = rows[:limit]
        following = items[-1].place if len(rows) > limit else None
        return inbox.Waiting(items, following, total, overdue)

    def declarations(self, by: str, wanted: register_list.Filter, *, words: bool = True) -> Page:
        """One page of the declarations that match a filter and that a person may see.

        Without `words`, what people wrote is None. Raises `InvalidError` for a worker or a service
        that does not exist.
        """
        directory = self.directory()
        _check_known(wanted, directory)
        more = replace(wanted, limit=wanted.limit + 1)
        with self._database.read() as connection:
            rows = register_list.find(connection, more, self.sight(by))
            page = rows[: wanted.limit]
            listed = [declaration for declaration, _ in page]
            known = self._unguarded.declarations(listed, wanted.as_at, words=words)
        following = page[-1][1] if len(rows) > wanted.limit else None
        items = (known.get(each) for each in listed)
        return Page([each for each in items if each is not None], following)

    def sight(self, by: str) -> Sight:
        """What the lists need to know of a person who looks at them."""
        view: View | None = getattr(self._thread, "view", None)
        sights = view.sights if isinstance(view, Look) else {}
        if by not in sights:
            directory, index = self.directory(), partial(person_index, self._log.keyring)
            sights[by] = Sight(directory.people[by], directory, index)
        return sights[by]

    def workers_declarations(self, by: str, worker: str, after: int | None, limit: int) -> Page:
        """One page of a worker's declarations, those that this person may see. Raises
        `NotFoundError` for an unknown worker."""
        if worker not in self.directory().people:
            raise NotFoundError("There is no worker with that id.")
        return self.declarations(by, register_list.Filter(worker=worker, after=after, limit=limit))

    def own(self, by: str, called: Callable[[str], str] | None = None) -> Own:
        """What a worker's first page shows of their own declarations; `called` is what people are
        called there, if not by their whole names."""
        with self._database.read() as connection:
            record = seen_up_to.record_of(connection, by, MOST_RECORDED)
            open_ones = [each.declaration for each in record if each.status not in OVER]
            over = [each.declaration for each in record if each.status in OVER][:MOST_OVER]
            looked = {
                each.declaration: each.looked_up_to
                for each in sorted(record, key=attrgetter("last_position"), reverse=True)
                if each.last_position > each.looked_up_to
            }
            states = self._unguarded.declarations(list({*open_ones, *over, *looked}))
        known = {declaration: each for declaration, each in states.items() if each is not None}
        name = called or self.name
        liftings = Liftings()
        news = [
            news_of(known[each], looked[each], name, liftings) for each in looked if each in known
        ]
        return Own(
            going_on=[known[each] for each in open_ones if each in known],
            over=[known[each] for each in over if each in known],
            news=[each for each in news if each is not None],
        )

    def news(
        self, by: str, most: int, before: int | None = None, *, beside_alerts: bool = False
    ) -> NewsPage:
        """What others did with the declarations of others that this person may see and is to know
        of, since they last looked. `beside_alerts` leaves out what an alert tells already that they
        have not opened; it is among those that are `more`."""
        with self._database.read() as connection:
            new = NewsFor(connection, self.sight(by))
            found = new.newest_first(MOST_COUNTED, before)
            but = self._with_unopened(by, [each for each, _ in found]) if beside_alerts else ()
            shown = dict([each for each in found if each[0] not in but][:most])
            entries = new.entries_of(list(shown))
            known = self._unguarded.declarations(list(shown), words=False)
        about = [(known.get(each), entries[each]) for each in shown]
        liftings = Liftings()
        said = [steps_of(each, at, self.name, liftings) for each, at in about if each is not None]
        return NewsPage(
            items=[each for each in said if each.steps],
            latest=list(shown.values()),
            more=len(found) - len(shown),
        )

    def _with_unopened(self, by: str, declarations: Collection[UUID]) -> Collection[UUID]:
        """Those about which a person has alerts that they have not opened."""
        with self._database.read() as connection:
            return inbox.subjects_unopened(connection, by, declarations)

    def has_news(self, by: str, declaration: UUID) -> bool:
        """Whether others did something with a declaration of another since this person looked."""
        with self._database.read() as connection:
            return bool(NewsFor(connection, self.sight(by)).entries_of([declaration])[declaration])

    def has_unseen(self, declaration: UUID) -> bool:
        """Whether something happened to a declaration since its worker last looked at it."""
        with self._database.read() as connection:
            return seen_up_to.is_unseen(connection, declaration)

    def check_reachable(self) -> None:
        """Raises `UnavailableError` when the database does not answer."""
        try:
            self._log.last_position()
        except SQLAlchemyError:
            raise UnavailableError("The database does not answer.") from None

    def entries(self, by: str, after: int, limit: int) -> list[ShownEntry]:
        """The entries after a position. Raises `ForbiddenError` for all but auditors."""
        self._check_audits(by)
        select = self._log.recorder.select_notifications
        return self._shown(by, select(after, limit, inclusive_of_start=False))

    def entries_before(
        self, by: str, position: int, limit: int, but: Sequence[str] = ()
    ) -> list[ShownEntry]:
        """The entries before a position, the newest first, without those of some topics. Raises
        `ForbiddenError` for all but auditors."""
        self._check_audits(by)
        return self._shown(by, self._log.recorder.select_before(position, limit, but))

    def _check_audits(self, by: str) -> None:
        person, today = self.person(by), self.directory().today
        if not person.audits(today) or person.within:
            raise ForbiddenError("Only auditors read the register itself, and all of it.")

    def _shown(self, by: str, entries: Sequence[Entry]) -> list[ShownEntry]:
        hidden = self._hidden(by, [UUID(str(entry.originator_id)) for entry in entries])
        return [
            shown(
                entry,
                is_hidden=entry.originator_id in hidden,
                is_spoiled=isinstance(self._log.mapper.to_domain_event(entry), SpoiledEntry),
            )
            for entry in entries
        ]

    def _hidden(self, by: str, streams: Sequence[UUID]) -> set[UUID]:
        directory = self.directory()
        person = directory.people[by]
        with self._database.read() as connection:
            return hidden_streams(connection, streams, person, directory, self.visible)

    def service_user_index(self, reference: str) -> bytes:
        return self._log.keyring.blind_index(reference)

    def last_references(self, worker: str, most: int) -> list[str]:
        """The references of the service users whom a worker last declared about, newest first."""
        page = self.workers_declarations(worker, worker, None, 4 * most)
        references = (each.service_user for each in page.items if each.service_user)
        return list(dict.fromkeys(references))[:most]
