"""The keys of what a declaration asks of people. A key stays as long as what is asked does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from events.names import Status, Why
from register.declarations.declaration import Action, OpenQuestion, Review
from register.declarations.on_behalf import Entered


class Open(Protocol):
    """What decides what is to be done: a declaration."""

    @property
    def status(self) -> Status: ...
    @property
    def route_version(self) -> int: ...
    @property
    def review(self) -> Review | None: ...
    @property
    def question(self) -> OpenQuestion | None: ...
    @property
    def open_actions(self) -> Sequence[Action]: ...
    @property
    def on_behalf(self) -> Entered | None: ...


WHY = {
    Status.AWAITING_ACKNOWLEDGEMENT: Why.ACKNOWLEDGE,
    Status.AWAITING_DECISION: Why.DECIDE,
    Status.AWAITING_ANSWER: Why.ANSWER,
}


def key_of_settling(declaration: Open) -> str | None:
    """None where nobody has to settle it now."""
    why = WHY.get(declaration.status)
    return None if why is None else f"{why} {declaration.route_version}"


def key_of_review(review: Review) -> str:
    return f"review {review.version}"


def key_of_question(question: OpenQuestion) -> str:
    return f"inform {question.version}"


CONFIRMING = str(Why.CONFIRM)
"""The key of the duty to say whether what was entered is what was told."""


def key_of(action: Action) -> str:
    """The key of the duty to do an action."""
    return f"do {action.id}"


def keys_to_act(declaration: Open) -> Iterator[str]:
    """The keys of what the role that acts has to do: to settle it, or to look at it again."""
    if (settling := key_of_settling(declaration)) is not None:
        yield settling
    if declaration.review is not None:
        yield key_of_review(declaration.review)


def open_keys(declaration: Open) -> Iterator[str]:
    """The keys of all that is to be done now."""
    yield from keys_to_act(declaration)
    if declaration.question is not None:
        yield key_of_question(declaration.question)
    if declaration.on_behalf is not None and declaration.on_behalf.waits:
        yield CONFIRMING
    yield from map(key_of, declaration.open_actions)
