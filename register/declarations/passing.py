"""How it is said that somebody is told, and that something passed or went on to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from events.alerts import DeclarationEscalated
from events.declarations import DeclarationPassed
from events.names import Because

AS = {
    Because.NEXT_ABOVE: " (as the next above in the reporting line)",
    Because.DIRECTOR: " (as the director, because nobody above could be told)",
    Because.RESERVE: " (as the service's reserve, because nobody above could be told)",
    Because.ANOTHER_DIRECTOR: " (as a director, because nobody above could be told)",
    Because.LAST_RESORT: " (as the organisation's last resort, because nobody else could be told)",
}
"""Why somebody was told who is not the one that the directory names."""
ON_TO = {
    Because.NEXT_ABOVE: " (as the next above in the reporting line)",
    Because.DIRECTOR: " (as the director)",
    Because.RESERVE: " (as the service's reserve)",
    Because.ANOTHER_DIRECTOR: " (as a director)",
    Because.LAST_RESORT: " (of the organisation's last resort)",
}
"""In which place somebody comes to whom it went on."""


class Named(Protocol):
    @property
    def person(self) -> str: ...
    @property
    def because(self) -> Because | None: ...
    @property
    def for_person(self) -> str | None: ...


def who(told: Named, name: Callable[[str], str]) -> str:
    return _who(told, name, AS)


def _who(told: Named, name: Callable[[str], str], places: dict[Because, str]) -> str:
    covers = f" (covering for {name(told.for_person)})" if told.for_person else ""
    return name(told.person) + (covers or places.get(told.because or Because.NAMED, ""))


def passed(event: DeclarationPassed, name: Callable[[str], str]) -> str:
    return f"This passed to {who(event, name)}, who is asked to act from here on."


def escalated(event: DeclarationEscalated, name: Callable[[str], str]) -> str:
    if event.at_once:
        return f"{_who(event, name, ON_TO)} was asked at the same time, and may act as well."
    before = f"{name(event.from_person)} has not acted" if event.from_person else "Nobody has acted"
    return f"{before}, so {_who(event, name, ON_TO)} was asked as well, and may act from here on."
