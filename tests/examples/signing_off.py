"""The sign-off of a policy at a service: a stream that is no declaration, for the tests of turns.
The person who asked for it does not sign it; the service's director does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.declarations import Source
from events.event import Event, says_the_same
from events.names import Because, Role, Why
from register.alerts.sort import Duty, Sort
from register.declarations.matter import Matter
from register.directory.directory import Directory
from register.errors import ConflictError, ForbiddenError, NotFoundError
from register.standing.holding import holder_of, who_holds

SIGN_OFF = "sign-off"
SOURCE = Source(policy="supervision", version=None, clause="4.1", asks=True)


class SignOffAsked(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "test-sign-off-asked"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("due_at",)

    asked_by: str
    service: str
    due_at: datetime


class SignOffMoved(Event, frozen=True, kw_only=True):
    """Another service is to sign it off."""

    TOPIC: ClassVar[str] = "test-sign-off-moved"

    service: str


class SignedOff(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "test-signed-off"

    signed_by: str


class SignOffPassed(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "test-sign-off-passed"

    person: str
    because: Because | None
    passed_at: datetime


class SignOff(Struct, frozen=True, kw_only=True):
    id: UUID
    version: int
    asked: SignOffAsked
    service: str
    signed_by: str | None = None
    passed_to: tuple[str, ...] = ()

    @property
    def matter(self) -> Matter:
        return Matter(self.asked.asked_by, self.service, Role.SERVICE_DIRECTOR)


def evolve(before: SignOff | None, event: Event) -> SignOff:
    if before is None:
        assert isinstance(event, SignOffAsked)
        before = SignOff(id=event.originator_id, version=0, asked=event, service=event.service)
    after = replace(before, version=event.originator_version)
    match event:
        case SignOffMoved(service=service):
            return replace(after, service=service)
        case SignedOff(signed_by=person):
            return replace(after, signed_by=person)
        case SignOffPassed(person=person):
            return replace(after, passed_to=(*after.passed_to, person))
    return after


def duties(state: SignOff, directory: Directory) -> dict[str, Duty]:
    if state.signed_by is not None:
        return {}
    holder = holder_of(directory, Role.SERVICE_DIRECTOR, state.matter)
    duty = Duty(
        key="sign",
        kind="policy-sign-off",
        why=Why.DECIDE,
        role=Role.SERVICE_DIRECTOR,
        person=holder and holder.person,
        because=holder and holder.because,
        due_at=state.asked.due_at,
        source=SOURCE,
    )
    return {duty.key: duty}


def passed(state: SignOff, duty: Duty, person: str, now: datetime) -> list[Event]:
    return [
        SignOffPassed(originator_id=state.id, person=person, because=duty.because, passed_at=now)
    ]


SIGN_OFFS = Sort(SIGN_OFF, SignOffAsked, evolve, duties, passed)


@dataclass(frozen=True)
class ToAskForIt:
    """An order to have a policy signed off."""

    sort: ClassVar[str] = SIGN_OFF
    about: ClassVar[None] = None

    stream: UUID
    by: str
    service: str = "elm-house"

    def events(
        self, before: SignOff | None, directory: Directory, now: datetime
    ) -> Sequence[Event]:
        asked = SignOffAsked(
            originator_id=self.stream,
            asked_by=self.by,
            service=self.service,
            due_at=now + timedelta(days=5),
        )
        if before is None:
            return [asked]
        if says_the_same(before.asked, asked):
            return []
        raise ConflictError("This id holds another sign-off already.")


@dataclass(frozen=True)
class ToSign:
    """An order of the director to sign it off."""

    sort: ClassVar[str] = SIGN_OFF
    about: ClassVar[None] = None

    stream: UUID
    by: str

    def events(
        self, before: SignOff | None, directory: Directory, now: datetime
    ) -> Sequence[Event]:
        if before is None:
            raise NotFoundError("There is nothing to be signed off with that id.")
        if before.signed_by == self.by:
            return []
        director = who_holds(directory, Role.SERVICE_DIRECTOR, before.matter)
        if self.by != director:
            raise ForbiddenError("Only the service director signs it off.")
        return [SignedOff(originator_id=before.id, signed_by=self.by)]


@dataclass(frozen=True)
class ToMove:
    """An order that another service is to sign it off."""

    sort: ClassVar[str] = SIGN_OFF
    about: ClassVar[None] = None

    stream: UUID
    service: str

    def events(
        self, before: SignOff | None, directory: Directory, now: datetime
    ) -> Sequence[Event]:
        return [SignOffMoved(originator_id=self.stream, service=self.service)]
