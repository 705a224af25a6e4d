"""An act: one thing that people do with a declaration, and the order in which it is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from events.event import Event
from register.acts.situation import Situation
from register.answers import Answers, read
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.errors import ConflictError, FieldError, InvalidError, RegisterError
from register.standing.acting import check_holds_role, check_is_worker, check_takes
from register.standing.seeing import check_may_see

Body = TypeVar("Body", bound=Answers)


def _knows_of_it(situation: Situation) -> None:
    check_may_see(situation.by, situation.declaration, situation.directory)


def _any(_declaration: Declaration) -> bool:
    return True


def _never(_declaration: Declaration) -> None:
    return None


def _today(situation: Situation) -> date:
    return london_day(situation.now)


def _nothing_wrong(_situation: Situation, _body: Body) -> list[FieldError]:
    return []


def _nothing_more(_situation: Situation, _body: Body) -> list[Event]:
    return []


def _the_first(_declaration: Declaration) -> int:
    return 1


@dataclass(frozen=True, kw_only=True)
class Act(Generic[Body]):
    """One thing that people do with a declaration.

    It is refused in this order: to whoever may not know of the declaration, to auditors, if such a
    declaration never takes it, to whoever it does not belong to, for the shape of its body, if it
    can no longer be done, and for what the body says. The same said again by the same person
    brings nothing about, and is not refused.
    """

    call: str
    """What the declaration would take, as a refusal says it: "a decision"."""
    whose: Callable[[Situation], object]
    """Raises `ForbiddenError` for everybody whose act it is not."""
    body: Callable[[Declaration], type[Body]]
    """The model that reads the body."""
    says: Callable[[Situation, Body], list[Event]]
    """What is said by it, as events."""
    takes: Callable[[Declaration], bool] = _any
    """Whether such a declaration ever takes it."""
    over: Callable[[Declaration], str | None] = _never
    """Why it can no longer be done, in words; None while it can."""
    wrong: Callable[[Situation, Body], Sequence[FieldError]] = _nothing_wrong
    """What is wrong with what the body says."""
    follows: Callable[[Situation, Body], list[Event]] = _nothing_more
    """What the rule itself adds to what was said."""
    knows: Callable[[Situation], None] = _knows_of_it
    """Raises `NotFoundError` for everybody who may not know of it."""
    today: Callable[[Situation], date] = _today
    """The last day that the body may name as one that has come."""
    again_since: Callable[[Declaration], int] = _the_first
    """The version from which on it counts that the same was said before."""

    def check_whose(self, situation: Situation) -> None:
        """Refuses everybody who may never do this with such a declaration."""
        self.knows(situation)
        check_takes(situation, self.call, takes=self.takes(situation.declaration))
        self.whose(situation)

    def check(self, situation: Situation) -> None:
        """Refuses whatever can be refused before there is a body."""
        self.check_whose(situation)
        self._check_is_not_over(situation.declaration)

    def may(self, situation: Situation) -> bool:
        """Whether it would be taken now, given a body that is right."""
        try:
            self.check(situation)
        except RegisterError:
            return False
        return True

    def __call__(self, situation: Situation, body: object) -> list[Event]:
        """What follows if it is done. Raises a refusal."""
        self.check_whose(situation)
        declaration = situation.declaration
        answers = read(self.body(declaration), body, today=self.today(situation))
        said = self.says(situation, answers)
        if declaration.holds(*said, since=self.again_since(declaration)):
            return []
        self._check_is_not_over(declaration)
        wrong = self.wrong(situation, answers)
        if wrong:
            raise InvalidError(wrong)
        return [*said, *self.follows(situation, answers)]

    def _check_is_not_over(self, declaration: Declaration) -> None:
        words = self.over(declaration)
        if words is not None:
            raise ConflictError(words)


def the_worker(doing: str) -> Callable[[Situation], None]:
    """An act of the worker who declared; `doing` says what, for the refusal."""

    def whose(situation: Situation) -> None:
        check_is_worker(situation, doing)

    return whose


def whoever_must_act(doing: str) -> Callable[[Situation], object]:
    """An act of the person whose role must act; `doing` says what, for the refusal."""

    def whose(situation: Situation) -> object:
        return check_holds_role(situation, doing)

    return whose
