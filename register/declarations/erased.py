"""What the history says of what was erased."""

from __future__ import annotations

from collections.abc import Callable

from events.erasing import DeclarationErased
from events.photographs import PhotographErased
from register.deadlines import in_words, london_day


def photograph_erased(event: PhotographErased, _name: Callable[[str], str]) -> str:
    return f"A photograph was erased on {in_words(london_day(event.erased_at))}."


def all_erased(event: DeclarationErased, _name: Callable[[str], str]) -> str:
    day = in_words(london_day(event.erased_at))
    return f"All that was written in this declaration was erased on {day}."
