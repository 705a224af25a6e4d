"""An act: one thing that people do with a declaration, and the order in which it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import msgspec
from pydantic import Field

from events.declarations import ActionAgreed, DeclarationDecided
from events.event import Deed, Event, says_among
from events.names import Role, Status, Why
from register.acts.situation import Situation
from register.answers import Answers, WholeNumber, read
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.declarations.history import actor_of
from register.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidError,
    RegisterError,
)
from register.standing.acting import (
    Standing,
    check_can_be_read,
    check_holds_role,
    check_is_worker,
    check_takes,
    in_whose_place,
)
from register.standing.held import ACTING, Of
from register.standing.seeing import check_may_see

LOOK_FIRST = "The worker has said something since, which waits to be looked at first."
NEWER = "The worker has said something since you looked; please look at what it says now."

Body = TypeVar("Body", bound=Answers)
Words = str | Callable[[Situation], str]
"""Words that are always the same, or that depend on the situation."""
Whose = Callable[[Situation], object]
"""Whose an act is: raises `ForbiddenError` for everybody else."""


def _knows_of_it(situation: Situation) -> None:
    check_may_see(situation.by, situation.declaration, situation.directory)


def _any(_declaration: Declaration) -> bool:
    return True


def _never(_situation: Situation) -> bool:
    return False


def _today(situation: Situation) -> date:
    return london_day(situation.now)


def _nothing_wrong(_situation: Situation, _body: Body) -> list[FieldError]:
    return []


def _nothing_more(_situation: Situation, _said: Sequence[Event]) -> list[Event]:
    return []


def _past_of_it(situation: Situation) -> Sequence[Event]:
    return situation.declaration.past


def _the_only_one(act: Act[Body], _situation: Situation) -> type[Body]:
    (model,) = act.bodies
    return model


@dataclass(frozen=True)
class Parts:
    """The parts of a declaration to which an act is done, one at a time."""

    called: str
    """What the address calls one of them, as in `{action}`."""
    of: Callable[[Declaration], Sequence[str]]
    """The ids of all of them, also of those for which it is over."""


@dataclass(frozen=True, kw_only=True)
class Act(Generic[Body]):
    """One thing that people do with a declaration.

    It is refused in this order: to whoever may not know of the declaration, to auditors, if such a
    declaration never takes it, to whoever it does not belong to, for the shape of its body, if it
    can no longer be done, and for what the body says. The same said again by the same person
    brings nothing about, and is not refused.
    """

    name: str
    """The last part of its address, as in `decision`."""
    at: str | None = None
    """Its address, if that is not its name after the address of the declaration. The page has this
    address, and the API's call the same after `/api`. `{id}` is the declaration's id."""
    parts: Parts | None = None
    """What it is done to, if not to the declaration as a whole."""
    operation: str
    """The name of its call in the API's description."""
    summary: str
    """What the API's description says that it does."""
    label: Words
    """What it is called on the page of a declaration, where it leads to its own."""
    title: str
    button: str
    words: Words | None = None
    """What stands above the questions on its page."""
    done: str
    """What the person is told who has done it; `{worker}` is the name of the worker."""
    participle: str | None = None
    """As in "acknowledged by the line manager", if a policy may order it."""
    answers: Why | None = None
    """The alert that asks for it, if one does."""
    awaited: str | None = None
    """What the list of alerts calls it, if an alert asks for it."""
    place: int = 50
    """Where it stands among the others on the page of a declaration: the smaller, the earlier."""
    is_move: Callable[[Declaration], bool] = _any
    """Whether the declaration waits for it, when it may be done."""
    call: str
    """What the declaration would take, as a refusal says it: "a decision"."""
    whose: Whose
    roles: frozenset[Role] = ACTING
    """Those to whom `whose` can say yes."""
    of: Of = Of.HELD
    bodies: tuple[type[Body], ...]
    """The models that may read its body."""
    body: Callable[[Act[Body], Situation], type[Body]] = _the_only_one
    """Which of them reads the body in a situation."""
    event: type[Event]
    """The event that says that it was done."""
    says: Callable[[Situation, Body], list[Event]]
    """What is said by it, as events."""
    takes: Callable[[Declaration], bool] = _any
    """Whether such a declaration ever takes it."""
    leads: Mapping[Status, Sequence[Status]]
    """The states in which it may be done, each with the states that it may lead to."""
    over: Words
    """Why it cannot be done in any other state, in words."""
    is_over: Callable[[Situation], bool] = _never
    """Whether it cannot be done any more although the state would allow it."""
    wrong: Callable[[Situation, Body], Sequence[FieldError]] = _nothing_wrong
    """What is wrong with what the body says."""
    follows: Callable[[Situation, Sequence[Event]], list[Event]] = _nothing_more
    """What the rule itself adds to what was said."""
    knows: Callable[[Situation], None] = _knows_of_it
    """Raises `NotFoundError` for everybody who may not know of it."""
    today: Callable[[Situation], date] = _today
    """The last day that the body may name as one that has come."""
    past: Callable[[Situation], Sequence[Event]] = _past_of_it
    """The events among which it stands once it is done."""
    said_before: Callable[[Declaration], Sequence[Event]] | None = None
    """Those of them among which it counts that the same was said before: what it brought about by
    then still holds. None: all of them."""
    is_again_once_over: bool = True
    """Whether the same may be said anew until the act is over."""

    @property
    def path(self) -> str:
        return self.at or f"/declarations/{{id}}/{self.name}"

    def address(self, declaration: UUID, part: str | None) -> str:
        parts = {self.parts.called: part} if self.parts else {}
        return self.path.format(id=declaration, **parts)

    def part_in(self, path: Mapping[str, str]) -> str | None:
        """The part that the parameters of an address name."""
        return path[self.parts.called] if self.parts else None

    def one_by_one(self, situation: Situation) -> Iterator[Situation]:
        """The situation for each part of the declaration."""
        parts = self.parts.of(situation.declaration) if self.parts else (None,)
        return (replace(situation, part=part) for part in parts)

    def label_for(self, situation: Situation) -> str:
        return _in_words(self.label, situation)

    def words_for(self, situation: Situation) -> str | None:
        return None if self.words is None else _in_words(self.words, situation)

    def was_last_done(self, by: str, past: Sequence[Event]) -> bool:
        """Whether this is the last thing that a person did with a declaration."""
        own = [each for each in past if actor_of(each) == by and not _comes_along(each)]
        return bool(own) and self.is_said_by(own[-1])

    def is_said_by(self, event: Event) -> bool:
        """Whether an event says that this was done."""
        asked = event.asked if isinstance(event, DeclarationDecided) else self.answers
        return isinstance(event, self.event) and asked == self.answers

    def check_whose(self, situation: Situation) -> None:
        """Refuses everybody who may never do this with such a declaration."""
        self.knows(situation)
        check_takes(situation, self.call, takes=self.takes(situation.declaration))
        check_can_be_read(situation.declaration)
        self.whose(situation)

    def check(self, situation: Situation) -> None:
        """Refuses whatever can be refused before there is a body."""
        self.check_whose(situation)
        self._check_is_not_over(situation)

    def may(self, situation: Situation) -> bool:
        """Whether it would be taken now, given a body that is right."""
        try:
            self.check(situation)
        except RegisterError:
            return False
        return True

    def __call__(self, situation: Situation, body: object) -> list[Event]:
        """What follows if it is done; nothing if the same person said the same before, and what it
        brought about still holds. Raises a refusal."""
        self.knows(situation)
        if self._is_said_again(situation, body):
            return []
        self.check_whose(situation)
        declaration = situation.declaration
        answers = read(self.body(self, situation), body, today=self.today(situation))
        self._check_is_not_over(situation)
        said = self.says(situation, answers)
        check_has_seen(declaration, answers)
        wrong = self.wrong(situation, answers)
        if wrong:
            raise InvalidError(wrong)
        return self._in_whose_place(situation, [*said, *self.follows(situation, said)])

    def _in_whose_place(self, situation: Situation, said: list[Event]) -> list[Event]:
        """What is said, with the person for whom whoever acts covers, if they do."""
        away = in_whose_place(situation, lambda other: self._is_whose(other, situation))
        if away is None:
            return said
        return [
            msgspec.structs.replace(each, for_person=away) if isinstance(each, Deed) else each
            for each in said
        ]

    def _is_whose(self, other: Standing, situation: Situation) -> bool:
        """Whether it belongs to somebody in another situation."""
        try:
            self.whose(replace(situation, by=other.by, directory=other.directory))
        except ForbiddenError:
            return False
        return True

    def _is_said_again(self, situation: Situation, body: object) -> bool:
        """Whether this person said the same before. What they were shown already is not meant."""
        by, past = situation.by.id, self.past(situation)
        if not any(self.is_said_by(each) and actor_of(each) == by for each in past):
            return False
        if self.is_again_once_over and not self._can_no_longer_be_done(situation):
            return False
        try:
            answers = read(self.body(self, situation), body, today=self.today(situation))
            said = self.says(situation, answers)
        except RegisterError:
            return False
        shown = answers.seen if isinstance(answers, Seen) and answers.seen is not None else 0
        before = self.said_before(situation.declaration) if self.said_before else past
        return says_among([each for each in before if each.position > shown], said)

    def _check_is_not_over(self, situation: Situation) -> None:
        if situation.declaration.review is not None and self._waits_for_review(situation):
            raise ConflictError(LOOK_FIRST)
        if self._can_no_longer_be_done(situation):
            raise ConflictError(_in_words(self.over, situation))

    def _waits_for_review(self, situation: Situation) -> bool:
        """Whether it can be done again once somebody has looked at what waits."""
        return Status.AWAITING_REVIEW not in self.leads and self.takes(situation.declaration)

    def _can_no_longer_be_done(self, situation: Situation) -> bool:
        return situation.declaration.status not in self.leads or self.is_over(situation)


def _in_words(words: Words, situation: Situation) -> str:
    return words if isinstance(words, str) else words(situation)


def _comes_along(event: Event) -> bool:
    """Whether an event is stored after that of the act that brings it, as one thing done."""
    return isinstance(event, ActionAgreed)


class Seen(Answers):
    """Part of what whoever acts says: how far they have looked."""

    seen: Annotated[WholeNumber, Field(json_schema_extra={"x-widget": "hidden"})] | None = Field(
        default=None, title="The position that was shown"
    )


def check_has_seen(declaration: Declaration, answers: Answers) -> None:
    """Raises `ConflictError` if the worker said something newer than whoever acts was shown."""
    seen = answers.seen if isinstance(answers, Seen) else None
    waits = declaration.review.version if declaration.review else 0
    last = declaration.position_of(max(declaration.newest.version, waits))
    if seen is not None and last > seen:
        raise ConflictError(NEWER)


def the_worker(doing: str) -> Whose:
    """An act of the worker who declared; `doing` says what, for the refusal."""
    return lambda situation: check_is_worker(situation, doing)


def whoever_must_act(doing: str) -> Whose:
    """An act of the person whose role must act; `doing` says what, for the refusal."""
    return lambda situation: check_holds_role(situation, doing)
