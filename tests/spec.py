"""Given what was said, when somebody does something, then this is said: the form of rule tests.

given(declared("gift", by="amina"))
    .when(decide, by="carol", body={"outcome": "keep", "reason": "A farewell"})
    .then(said(DeclarationDecided, decided_by="carol", outcome="keep"))
    .then_state(status="closed")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from events.event import Event
from register.acts.completing import complete
from register.acts.declaring import check_may_send, declare, read_telling, receive
from register.acts.entering import named_in
from register.acts.situation import situation_of
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.declarations.folding import evolve
from register.directory.directory import Directory
from register.errors import InvalidError, RegisterError
from register.policy import Policies
from tests.cast import CAST, NOW, POLICIES, told

ID = UUID("5f0c3a52-0f3e-4e55-9d0e-1a6c6f7a2b10")

Verb = Callable[..., Sequence[Event]]


@dataclass(frozen=True)
class World:
    """What a rule looks at beside the declaration."""

    directory: Directory = CAST
    policies: Policies = POLICIES


@dataclass(frozen=True)
class Step:
    """Somebody does something."""

    verb: Verb
    by: str
    body: object
    at: datetime = NOW
    more: dict[str, Any] = field(default_factory=dict)
    """What else there is to say: which action is completed."""
    is_erased: bool = False

    def events(self, before: Declaration | None, world: World) -> Sequence[Event]:
        events = (
            self._declared(before, world) if self.verb is declare else self._acted(before, world)
        )
        return (
            [msgspec.structs.replace(e, words=None) for e in events] if self.is_erased else events
        )

    def _declared(self, before: Declaration | None, world: World) -> Sequence[Event]:
        directory = world.directory.on(london_day(self.at))
        check_may_send(self.by, named_in(self.body), directory)
        telling = read_telling(self.body, self.at)
        receipt = receive(self.by, ID, telling, world.policies, directory, self.at, before=before)
        return declare(before, telling, receipt)

    def _acted(self, before: Declaration | None, world: World) -> Sequence[Event]:
        assert before is not None, "a declaration comes first"
        directory = world.directory.on(london_day(self.at))
        part = _action(before, **self.more) if self.verb is complete else None
        situation = situation_of(self.by, before, world.policies, directory, self.at, part)
        return self.verb(situation, self.body)


def _action(declaration: Declaration, action: int | str = 0) -> str:
    """An action's id, by its place among the actions or as it is."""
    return action if isinstance(action, str) else declaration.actions[action].id


def did(verb: Verb, by: str, body: object, *, at: datetime = NOW, **more: Any) -> Step:
    return Step(verb, by, body, at, more)


def declared(kind: str, by: str, *, at: datetime = NOW, **said: Any) -> Step:
    return did(declare, by, told(kind, by, at=at, **said), at=at)


def entered(
    kind: str,
    by: str,
    worker: str,
    *,
    at: datetime = NOW,
    told_by: str = "telephone",
    told_on: date | str | None = None,
    **said: Any,
) -> Step:
    """Somebody enters what a worker told them."""
    body = told(kind, worker, at=at, **said)
    how = {"told_by": told_by, "told_on": str(told_on or at.date())}
    return did(declare, by, {**body, "on_behalf_of": worker, **how}, at=at)


def erased(step: Step) -> Step:
    """A step whose words nobody can read any more."""
    return replace(step, is_erased=True)


@dataclass(frozen=True)
class Story:
    """What has been said so far, and what has come of it."""

    declaration: Declaration | None
    world: World

    @property
    def state(self) -> Declaration:
        assert self.declaration is not None, "nothing was declared"
        return self.declaration

    def when(
        self,
        verb: Verb,
        *,
        by: str,
        body: object,
        at: datetime = NOW,
        directory: Directory | None = None,
        **more: Any,
    ) -> When:
        world = self.world if directory is None else replace(self.world, directory=directory)
        return When(self.declaration, world, Step(verb, by, body, at, more))

    def then_state(self, **expected: Any) -> Story:
        _check_state(self.state, expected)
        return self


@dataclass(frozen=True)
class When:
    before: Declaration | None
    world: World
    step: Step

    @property
    def events(self) -> Sequence[Event]:
        return self.step.events(self.before, self.world)

    @property
    def state(self) -> Declaration:
        after = _after(self.before, self.step, self.world)
        assert after is not None, "nothing was declared"
        return after

    def then(self, *expected: Said) -> When:
        """These events, and no others, were said."""
        events = self.events
        assert [said(type(e)).event for e in events] == [each.event for each in expected]
        for event, each in zip(events, expected, strict=True):
            each.check(event)
        return self

    def then_nothing_is_said(self) -> When:
        assert list(self.events) == []
        return self

    def then_state(self, **expected: Any) -> When:
        _check_state(self.state, expected)
        return self

    def then_refused(
        self, error: type[RegisterError], *, field: str | None = None, words: str = ""
    ) -> RegisterError:
        """`field`: the only one that is wrong. `words`: some that the refusal says."""
        with pytest.raises(error) as refusal:
            list(self.events)
        if field is not None:
            assert isinstance(refusal.value, InvalidError)
            assert [wrong.field for wrong in refusal.value.errors] == [field]
        assert words in str(refusal.value)
        return refusal.value


def given(*steps: Step, directory: Directory = CAST, policies: Policies = POLICIES) -> Story:
    world = World(directory, policies)
    declaration: Declaration | None = None
    for step in steps:
        declaration = _after(declaration, step, world)
    return Story(declaration, world)


def _after(before: Declaration | None, step: Step, world: World) -> Declaration | None:
    return follow_on(before, step.events(before, world), step.at)


def follow_on(
    before: Declaration | None, events: Sequence[Event], at: datetime = NOW
) -> Declaration | None:
    """The declaration after these events, each in its place as the log would give it."""
    after = before
    for event in events:
        version = 1 if after is None else after.version + 1
        placed = msgspec.structs.replace(
            event,
            originator_version=version,
            position=POSITIONS_APART * version,
            recorded_at=at + version * timedelta(microseconds=1),
        )
        after = evolve(after, placed)
    return after


POSITIONS_APART = 10
"""So that a place in the stream is never mistaken for a place in the register."""


@dataclass(frozen=True)
class Said:
    """An event, as far as a test cares."""

    event: type[Event]
    fields: dict[str, Any]

    def check(self, event: Event) -> None:
        assert {name: getattr(event, name) for name in self.fields} == self.fields


def said(event: type[Event], **fields: Any) -> Said:
    return Said(event, fields)


def _check_state(declaration: Declaration, expected: dict[str, Any]) -> None:
    assert {name: _seen(declaration, name) for name in expected} == expected


def _seen(declaration: Declaration, name: str) -> Any:
    """As the API shows a declaration: tells as `role:person`, the policy, version and clause, and
    whether it asks, as `cited`; then its own and its ruling's."""
    if name == "tells":
        return [f"{each.role}:{each.person}" for each in declaration.ruling.tells]
    if name == "cited":
        source = declaration.ruling.source
        return (source.policy, source.version, source.clause, source.asks)
    if hasattr(declaration, name):
        return getattr(declaration, name)
    return getattr(declaration.ruling, name)
