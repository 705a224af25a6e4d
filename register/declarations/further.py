"""How it is said that a worker took something further, outside the line."""

from __future__ import annotations

from collections.abc import Callable

from events.further import DeclarationTakenFurther
from events.names import TakenTo
from register.deadlines import in_words, london_day

BY = {
    TakenTo.WHISTLEBLOWING: "by the whistleblowing policy",
    TakenTo.REGULATOR: "to the regulator of the service",
    TakenTo.PROFESSIONAL_BODY: "to the professional body",
}


def taken_further(event: DeclarationTakenFurther, name: Callable[[str], str]) -> str:
    how = f" {BY[event.words.to]}" if event.words else ""
    reference = event.words.reference if event.words else None
    under = f", reference {reference}" if reference else ""
    on = in_words(london_day(event.taken_at))
    return f"{name(event.taken_by)} took this further{how} on {on}{under}."
