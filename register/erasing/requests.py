"""What is held about somebody, for whoever asks: asked for, decided upon, put together, answered.

Only a data protection officer does any of it, and not about themselves. What an officer must not
know of is not there for them, and so in no bundle that they make.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import orjson
import sqlalchemy as sa
from pydantic import Field

from events.event import Event
from events.log.log import Log
from events.names import BundleForm, OfficersSort, RequestAbout, Withheld
from events.requests import (
    AnswerWords,
    BundleMade,
    BundleWords,
    DisclosureDecided,
    DisclosureWords,
    RequestAnswered,
    RequestReceived,
    RequestWords,
)
from register.answers import Answers, PastDay, PersonId, Reference, Text, labelled, read
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.declarations.ids import declaration_id, parse_id
from register.erasing.telling import tell_of_what_waits
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from register.notices.tables import carried, notices, outbox
from register.projections import for_officers
from register.reading.bundle.as_pdf import as_pdf
from register.reading.bundle.gathering import Chosen, Gathering, Held, is_withheld
from register.reading.bundle.of_declaration import Pictures, Whose
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.standing.officers import check_is_officer, may_deal_with
from register.turns.running import Turns
from register.turns.turn import Turn

A_MONTH = timedelta(days=30)
"""Within this it is answered, and so is a complaint."""
MOST = 200
NO_SUCH_REQUEST = "There is no request with that id."
ONE_OF_THEM = "Say whom it is about: one person or one service user."
NOT_WITHHELD = "There is nothing of this request with that id that is withheld."
OVER = "This request is answered already."


class RequestWanted(Answers):
    """Who asked for what is held about them."""

    person: PersonId | None = Field(default=None, title="Who asked, if they work here or did?")
    service_user: Reference | None = Field(default=None, title="Or which service user asked?")
    received_on: PastDay = Field(title="On which day did they ask?")
    note: Text | None = Field(default=None, title="How did they ask, and for what?")


Given = Annotated[
    Literal["restricted", "words"],
    labelled(restricted="All of it, though few may know of it", words="What others wrote in it"),
]


class DisclosureWanted(Answers):
    """Whether something is given that is withheld unless an officer decides otherwise."""

    declaration: str = Field(title="Which declaration?")
    withheld: Given = Field(title="What of it?")
    is_given: bool = Field(title="Is it given?")
    reason: Text = Field(title="Why?")


class BundleWanted(Answers):
    """In which form, and what is left out besides."""

    form: Annotated[
        Literal["json", "pdf"], labelled(json="JSON, for programs", pdf="PDF, to read")
    ] = Field(title="As what file?")
    hidden: Text | None = Field(
        default=None,
        title="What else is to be left out?",
        description="Such as the name of a relative. One on each line",
    )


class RequestAnswer(Answers):
    text: Text = Field(title="What were they given, and how?")


@dataclass(frozen=True)
class Request:
    id: UUID
    about: RequestAbout
    received_on: date
    due_on: date
    words: RequestWords | None
    restricted: frozenset[UUID] = frozenset()
    given_words: frozenset[UUID] = frozenset()
    made: tuple[datetime, ...] = ()
    answered_by: str | None = None
    answered_at: datetime | None = None
    reply: str | None = None

    @property
    def whose(self) -> Whose | None:
        """None once it is erased whom it is about."""
        words = self.words
        return None if words is None else Whose(words.person, words.service_user)


@dataclass(frozen=True)
class Shown:
    """A request with what there is, as far as this officer may know of it."""

    request: Request
    held: Held = field(default_factory=lambda: Held((), ()))

    @property
    def withheld(self) -> list[Declaration]:
        every = (*self.held.declarations, *self.held.acted_on)
        return [each for each in every if is_withheld(each)]


@dataclass(frozen=True)
class Bundle:
    content: bytes
    form: BundleForm
    declarations: Sequence[Declaration]


class Requests:
    def __init__(
        self, log: Log, turns: Turns, read: Reader, unguarded: Unguarded, pictures: Pictures
    ) -> None:
        self._log, self._turns, self._read = log, turns, read
        self._gathering = Gathering(log, unguarded, pictures, self._notices)

    def receive(self, by: str, body: object) -> Request:
        self._check(by)
        today = london_day(self._log.clock())
        wanted = read(RequestWanted, body, today=today)
        if (wanted.person is None) == (wanted.service_user is None):
            raise InvalidError.of("person", ONE_OF_THEM)
        if wanted.person is not None and wanted.person not in self._read.directory().people:
            raise InvalidError.of("person", "Nobody here has that id.")
        if wanted.person == by:
            raise ForbiddenError("Another officer deals with what you ask for yourself.")
        is_worker = wanted.person is not None
        event = RequestReceived(
            originator_id=uuid4(),
            about=RequestAbout.WORKER if is_worker else RequestAbout.SERVICE_USER,
            received_on=wanted.received_on,
            due_on=wanted.received_on + A_MONTH,
            recorded_by=by,
            words=RequestWords(wanted.person, wanted.service_user, wanted.note),
        )
        self._turns.run(_receive, event)
        return self._one(by, event.originator_id)

    def known_to(self, by: str, *, is_answered: bool = False) -> list[Request]:
        """Those that wait, by the day on which they are due; or those that are answered."""
        self._check(by)
        with self._log.database.read() as connection:
            streams = for_officers.listed(
                connection, OfficersSort.REQUEST, MOST, is_answered=is_answered
            )
        found = (_request(self._log.stream(each)) for each in streams)
        return [each for each in found if each is not None and _may_know(by, each)]

    def one(self, by: str, id_text: str) -> Shown:
        request = self._one(by, parse_id(id_text, "request"))
        whose = request.whose
        return Shown(request) if whose is None else Shown(request, self._held(by, whose))

    def decide(self, by: str, id_text: str, body: object) -> Request:
        """Say whether something withheld is given. Nobody decides of what they must not know of."""
        shown, wanted = self.one(by, id_text), read(DisclosureWanted, body)
        declaration, what = declaration_id(wanted.declaration), Withheld(wanted.withheld)
        every = (*shown.held.declarations, *shown.held.acted_on)
        able = shown.withheld if what is Withheld.RESTRICTED else every
        if declaration not in {each.id for each in able}:
            raise NotFoundError(NOT_WITHHELD)
        decided = DisclosureDecided(
            originator_id=shown.request.id,
            withheld=what,
            is_given=wanted.is_given,
            decided_by=by,
            words=DisclosureWords(declaration, wanted.reason),
        )
        self._turns.run(_decide, decided)
        return self._one(by, shown.request.id)

    def make(self, by: str, id_text: str, body: object) -> Bundle:
        """Put it all together. That it was made, of what, and what was left out is recorded."""
        shown, wanted = self.one(by, id_text), read(BundleWanted, body)
        request, whose = shown.request, shown.request.whose
        if whose is None:
            raise ConflictError("What this was about is erased.")
        hidden = (wanted.hidden or "").splitlines()
        chosen = Chosen(request.restricted, request.given_words, hidden)
        bundle, ids, masked = self._gathering.gathered(whose, shown.held, chosen)
        left_out = [{"place": each.place, "because": each.because} for each in masked]
        today = str(london_day(self._log.clock()))
        whole = {**bundle, "left_out": left_out, "made_on": today}
        form = BundleForm(wanted.form)
        content = orjson.dumps(whole) if form is BundleForm.JSON else as_pdf(whole)
        words = BundleWords(tuple(ids), tuple(masked), hashlib.sha256(content).hexdigest())
        made = BundleMade(originator_id=request.id, form=form, made_by=by, words=words)
        self._turns.run(_append, [made])
        known = {each.id: each for each in (*shown.held.declarations, *shown.held.acted_on)}
        return Bundle(content, form, [known[each] for each in ids])

    def answer(self, by: str, id_text: str, body: object) -> Request:
        request, said = self._one(by, parse_id(id_text, "request")), read(RequestAnswer, body)
        self._turns.run(_answer, request.id, by, said.text)
        return self._one(by, request.id)

    def _check(self, by: str) -> None:
        directory = self._read.directory()
        check_is_officer(directory.people[by], directory)

    def _one(self, by: str, stream: UUID) -> Request:
        self._check(by)
        found = _request(self._log.stream(stream))
        if found is None or not _may_know(by, found):
            raise NotFoundError(NO_SUCH_REQUEST)
        return found

    def _held(self, by: str, whose: Whose) -> Held:
        """What there is, without what this officer must not know of."""
        held, directory = self._gathering.held(whose), self._read.directory()
        person = directory.people[by]

        def known(declarations: Iterable[Declaration]) -> list[Declaration]:
            return [each for each in declarations if may_deal_with(person, each.matter, directory)]

        return Held(known(held.declarations), known(held.acted_on))

    def _notices(self, person: str) -> list[dict[str, Any]]:
        query = (
            sa.select(notices, outbox.c.channel, outbox.c.state, outbox.c.sent_at)
            .outerjoin(carried, carried.c.notice == notices.c.id)
            .outerjoin(outbox, outbox.c.id == carried.c.message)
            .where(notices.c.person == person)
            .order_by(notices.c.made_at)
        )
        with self._log.database.read() as connection:
            rows = connection.execute(query).all()
        return [
            {
                "at": each.made_at.isoformat(),
                "because": each.cause,
                "alert": None if each.alert is None else str(each.alert),
                "by": each.channel,
                "state": each.state,
                "sent_at": None if each.sent_at is None else each.sent_at.isoformat(),
            }
            for each in rows
        ]


def _append(turn: Turn, events: Sequence[Event]) -> None:
    turn.append(events)


def _receive(turn: Turn, event: RequestReceived) -> None:
    turn.append([event])
    tell_of_what_waits(turn, [event.originator_id])


def _decide(turn: Turn, decided: DisclosureDecided) -> None:
    known = _request(turn.log.stream(decided.originator_id))
    if known is None or known.answered_at is not None:  # asked in the turn: it may be just now
        raise ConflictError(OVER)
    turn.append([decided])


def _answer(turn: Turn, stream: UUID, by: str, text: str) -> None:
    known = _request(turn.log.stream(stream))
    if known is not None and known.answered_at is None:  # asked in the turn: it may be just now
        answered = RequestAnswered(originator_id=stream, answered_by=by, words=AnswerWords(text))
        turn.append([answered])
    elif known is None or (known.answered_by, known.reply) != (by, text):
        raise ConflictError(OVER)
    else:
        turn.log.database.vouch(turn.connection)


def _may_know(by: str, request: Request) -> bool:
    """Nobody deals with what they asked for themselves."""
    return request.words is None or request.words.person != by


def _decided(request: Request, event: DisclosureDecided) -> dict[str, Any]:
    if event.words is None:
        return {}
    name = "restricted" if event.withheld is Withheld.RESTRICTED else "given_words"
    known: frozenset[UUID] = getattr(request, name)
    this = {event.words.declaration}
    return {name: known | this if event.is_given else known - this}


def _request(events: Sequence[Event]) -> Request | None:
    found: Request | None = None
    for event in events:
        if isinstance(event, RequestReceived):
            days = event.received_on, event.due_on
            found = Request(event.originator_id, event.about, *days, event.words)
        elif found is not None:
            found = replace(found, **_changes(found, event))
    return found


def _changes(request: Request, event: Event) -> dict[str, Any]:
    match event:
        case DisclosureDecided():
            return _decided(request, event)
        case BundleMade():
            return {"made": (*request.made, event.moment)}
        case RequestAnswered():
            text = event.words.text if event.words else None
            return {"answered_by": event.answered_by, "answered_at": event.moment, "reply": text}
    return {}
