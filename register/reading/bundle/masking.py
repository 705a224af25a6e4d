"""Leaves out of a bundle what is others', and keeps why at each place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from events.requests import Masked

NAMES_ANOTHER = "it names somebody else"
ANOTHER_WROTE = "somebody else wrote it"
ANOTHER_PERSON = "it is another person"
MAY_SHOW_OTHERS = "it was taken by somebody else, and may show others"
OFFICER_CHOSE = "the officer left it out"
INSTEAD = "[left out: {}]"
SHORTEST = 3
"""Parts of names that are shorter stand in too many other words."""


@dataclass
class Masks:
    """`names`: what others are called, also in part. `chosen`: what the officer wants left out."""

    names: Iterable[str] = ()
    chosen: Iterable[str] = ()
    made: list[Masked] = field(default_factory=list)

    def __post_init__(self) -> None:
        parts = {part for name in self.names for part in (name, *re.split(r"\s+", name))}
        self._patterns = [
            (_any_of(self.chosen), OFFICER_CHOSE),
            (_any_of(each for each in parts if len(each) >= SHORTEST), NAMES_ANOTHER),
        ]

    def whole(self, place: str, because: str) -> str:
        """What stands in place of something that is left out as a whole."""
        self.made.append(Masked(place, because))
        return INSTEAD.format(because)

    def within(self, place: str, text: str) -> str:
        """A text without what is others' in it."""
        for pattern, because in self._patterns:
            if pattern is not None and pattern.search(text):
                text = pattern.sub(INSTEAD.format(because), text)
                self.made.append(Masked(place, because))
        return text


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted({each.strip() for each in words if each.strip()}, key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
