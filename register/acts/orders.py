"""Orders: what somebody wants done with a declaration, in the form that the writer takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from events.declarations import DeclarationCorrected
from events.event import Event
from register.acts import declaring
from register.acts.declaring import Telling
from register.acts.situation import Situation, situation_of
from register.declarations.declaration import Declaration
from register.declarations.ids import NO_SUCH_DECLARATION
from register.declarations.names import DECLARATION
from register.directory.directory import Directory
from register.errors import ForbiddenError, NotFoundError
from register.policy import Policies
from register.ruling.adding_up import BesidesAbout
from register.ruling.publishing import publish
from register.ruling.ruling import policy_at
from register.ruling.subjects import LatelyOf
from register.standing.acting import check_is_not_erased
from register.standing.excluded import ExcludedFor
from register.standing.seeing import check_may_see

Verb = Callable[[Situation, object], Sequence[Event]]
Received = Callable[[str, str, UUID], BesidesAbout]
"""Looks up what else a worker received, of one kind; one declaration is left out."""


@dataclass(frozen=True)
class ToDeclare:
    """An order to declare something, under an id that the worker's device chose."""

    sort: ClassVar[str] = DECLARATION

    stream: UUID
    by: str
    telling: Telling
    policies: Policies
    received: Received
    lately: LatelyOf
    within: frozenset[str] = frozenset()
    """The services to which whoever sends it is limited; none if there is no limit."""

    @property
    def about(self) -> str | None:
        return declaring.about(self.telling)

    def events(
        self, before: Declaration | None, directory: Directory, now: datetime
    ) -> Sequence[Event]:
        receipt = declaring.receive(
            self.by,
            self.stream,
            self.telling,
            self.policies,
            directory,
            now,
            before=before,
            besides=self.received(
                self.telling.on_behalf_of or self.by, self.telling.kind, self.stream
            ),
            lately=self.lately,
        )
        if self.within and receipt.service not in self.within:
            raise ForbiddenError("This is of a service that this token is not for.")
        events = declaring.declare(before, self.telling, receipt)
        return [*publish(self.policies, receipt.policy, directory), *events] if events else []


@dataclass(frozen=True)
class ToAct:
    """An order to do something with a declaration, or with a part of it; `verb` is the rule that
    applies."""

    sort: ClassVar[str] = DECLARATION

    stream: UUID
    by: str
    verb: Verb
    body: object
    policies: Policies
    received: Received
    excluded: ExcludedFor
    part: str | None = None
    further: Sequence[Event] = ()

    @property
    def about(self) -> str | None:
        return declaring.reference_in(self.body)

    def events(
        self, before: Declaration | None, directory: Directory, now: datetime
    ) -> Sequence[Event]:
        if before is None:
            raise NotFoundError(NO_SUCH_DECLARATION)
        besides = self.received(before.worker, before.kind, self.stream)
        situation = situation_of(
            self.by, before, self.policies, directory, now, self.part, besides, self.excluded
        )
        if before.erased_at is not None:
            check_may_see(situation.by, before, directory)
            check_is_not_erased(before)
        events = self.verb(replace(situation, further=self.further), self.body)
        return [*self._published(events, directory), *events]

    def _published(self, events: Sequence[Event], directory: Directory) -> list[Event]:
        """The policies that hold from now on, where a correction leads to another service."""
        return [
            published
            for event in events
            if isinstance(event, DeclarationCorrected)
            for policy in [policy_at(self.policies, event.place, "", directory)]
            for published in publish(self.policies, policy, directory)
        ]
