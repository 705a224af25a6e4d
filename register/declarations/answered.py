"""What was answered to the last question about a declaration, until somebody acts on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from events.declarations import (
    DeclarationAcknowledged,
    DeclarationDecided,
    DeclarationReopened,
    DeclarationReviewed,
    InformationAdded,
    InformationRequested,
)
from events.event import Event


@dataclass(frozen=True)
class LastAnswer:
    by: str
    at: datetime
    text: str | None
    """None once the words are erased."""


def last_answer(past: Iterable[Event]) -> LastAnswer | None:
    """The answer to the last question; None while it is missing, or once somebody has acted."""
    is_asked, answer = False, None
    for event in past:
        match event:
            case InformationRequested():
                is_asked, answer = True, None
            case InformationAdded() if is_asked:
                text = event.words.text if event.words else None
                is_asked, answer = False, LastAnswer(event.added_by, event.added_at, text)
            case (
                DeclarationAcknowledged()
                | DeclarationDecided()
                | DeclarationReviewed()
                | DeclarationReopened()
            ):
                is_asked, answer = False, None
    return answer
