"""What somebody means who looks for something with one field: a name, a case reference, or the
short reference of a declaration. What it may be, it is looked for as."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from register.answers import REFERENCE
from register.projections.register_list import AnyOf
from register.register import Register
from web.forms import written

LONGEST = 100
SHORT_REFERENCE = re.compile(r"[0-9A-Fa-f]{4,6}")
"""The first signs of one are enough."""


@dataclass(frozen=True)
class Meaning:
    people: frozenset[str]
    """The ids of those whose name it may be, or a part of it."""
    references: tuple[str, ...]
    """The case references that it may be, as they may be listed."""
    begins: str | None
    """The signs with which the id of a declaration begins."""

    def any_of(self, register: Register) -> AnyOf:
        indexes = map(register.read.service_user_index, self.references)
        return AnyOf(tuple(sorted(self.people)), tuple(indexes), self.begins)

    def is_about(self, person: str, reference: str | None) -> bool:
        """Whether it means this person or this service user."""
        is_named = reference is not None and any(
            written.is_same(reference, each) for each in self.references
        )
        return person in self.people or is_named


def meaning_of(text: str, names: Mapping[str, str], numbered: Sequence[str] = ()) -> Meaning:
    """What a text may mean; `names` are the people among whom to look, by id, and `numbered` the
    case references with this number."""
    words = _plain(text).split()
    called = {
        person
        for person, name in names.items()
        if words and (person == text or all(word in _plain(name) for word in words))
    }
    spelt = tuple(
        each for each in (*numbered, *written.spellings(text)) if REFERENCE.fullmatch(each)
    )
    short = SHORT_REFERENCE.fullmatch(text)
    return Meaning(frozenset(called), spelt, text.lower() if short else None)


def _plain(text: str) -> str:
    """Without capitals and accents: whoever looks for Zoe finds Zoë."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
