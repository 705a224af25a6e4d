"""Complaints of how what is held is dealt with: each has 30 days in which it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from pydantic import Field

from events.event import Event
from events.log.log import Log
from events.names import OfficersSort
from events.requests import AnswerWords, ComplaintAnswered, ComplaintReceived, ComplaintWords
from register.answers import Answers, Line, PastDay, Text, read
from register.deadlines import london_day
from register.declarations.ids import parse_id
from register.erasing.requests import A_MONTH, MOST
from register.erasing.telling import tell_of_what_waits
from register.errors import ConflictError, NotFoundError
from register.projections import for_officers
from register.reading.reader import Reader
from register.standing.officers import check_is_officer
from register.turns.running import Turns
from register.turns.turn import Turn

NO_SUCH_COMPLAINT = "There is no complaint with that id."


class ComplaintWanted(Answers):
    by_whom: Line = Field(title="Who complains?")
    received_on: PastDay = Field(title="On which day?")
    text: Text = Field(title="Of what?")


class ComplaintAnswer(Answers):
    text: Text = Field(title="What were they answered?")


@dataclass(frozen=True)
class Complaint:
    id: UUID
    received_on: date
    due_on: date
    words: ComplaintWords | None
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str | None = None


class Complaints:
    def __init__(self, log: Log, turns: Turns, read: Reader) -> None:
        self._log, self._turns, self._read = log, turns, read

    def receive(self, by: str, body: object) -> Complaint:
        self._check(by)
        wanted = read(ComplaintWanted, body, today=london_day(self._log.clock()))
        event = ComplaintReceived(
            originator_id=uuid4(),
            received_on=wanted.received_on,
            due_on=wanted.received_on + A_MONTH,
            recorded_by=by,
            words=ComplaintWords(wanted.by_whom, wanted.text),
        )
        self._turns.run(_receive, event)
        return self.one(by, str(event.originator_id))

    def known_to(self, by: str, *, is_answered: bool = False) -> list[Complaint]:
        """Those that wait, by the day on which they are due; or those that are answered."""
        self._check(by)
        with self._log.database.read() as connection:
            streams = for_officers.listed(
                connection, OfficersSort.COMPLAINT, MOST, is_answered=is_answered
            )
        found = (_complaint(self._log.stream(each)) for each in streams)
        return [each for each in found if each is not None]

    def one(self, by: str, id_text: str) -> Complaint:
        self._check(by)
        found = _complaint(self._log.stream(parse_id(id_text, "complaint")))
        if found is None:
            raise NotFoundError(NO_SUCH_COMPLAINT)
        return found

    def answer(self, by: str, id_text: str, body: object) -> Complaint:
        known, said = self.one(by, id_text), read(ComplaintAnswer, body)
        self._turns.run(_answer, known.id, by, said.text)
        return self.one(by, id_text)

    def _check(self, by: str) -> None:
        directory = self._read.directory()
        check_is_officer(directory.people[by], directory)


def _receive(turn: Turn, event: ComplaintReceived) -> None:
    turn.append([event])
    tell_of_what_waits(turn, [event.originator_id])


def _answer(turn: Turn, stream: UUID, by: str, text: str) -> None:
    known = _complaint(turn.log.stream(stream))
    if known is not None and known.answered_at is None:  # asked in the turn: it may be just now
        words = AnswerWords(text)
        turn.append([ComplaintAnswered(originator_id=stream, answered_by=by, words=words)])
    elif known is None or (known.answered_by, known.answer) != (by, text):
        raise ConflictError("This complaint is answered already.")
    else:
        turn.log.database.vouch(turn.connection)


def _complaint(events: Sequence[Event]) -> Complaint | None:
    found: Complaint | None = None
    for event in events:
        match event:
            case ComplaintReceived():
                days = event.received_on, event.due_on
                found = Complaint(event.originator_id, *days, event.words)
            case ComplaintAnswered() if found is not None:
                text = event.words.text if event.words else None
                found = replace(
                    found,
                    answered_by=event.answered_by,
                    answered_at=event.moment,
                    answer=text,
                )
    return found
