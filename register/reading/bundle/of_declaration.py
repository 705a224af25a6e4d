"""What a bundle gives of one declaration."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from events.declarations import DeclarationCorrected, DeclarationMade
from events.event import Event, SpoiledEntry
from register.declarations.declaration import Declaration, Photograph
from register.declarations.history import actor_of
from register.kinds import all_kinds
from register.reading.bundle.masking import (
    ANOTHER_PERSON,
    ANOTHER_WROTE,
    MAY_SHOW_OTHERS,
    Masks,
)

Pictures = Callable[[Declaration, Photograph], bytes | None]
NAMING = ("service_user", "subject", "named_as", "new_key_worker")
"""The answers that say who somebody is."""


@dataclass(frozen=True)
class Whose:
    """For whom it is put together: a worker, or a service user by their reference."""

    person: str | None = None
    service_user: str | None = None

    def called(self, person: str | None) -> str:
        if person is None:
            return "the register"
        return "you" if person == self.person else "somebody else"

    def is_them(self, name: str, value: object) -> bool:
        if name == "service_user" and self.service_user is not None:
            return str(value).casefold() == self.service_user.casefold()
        return self.person is not None and value == self.person


def declared(
    declaration: Declaration, whose: Whose, masks: Masks, pictures: Pictures, *, gives_words: bool
) -> dict[str, Any]:
    """A declaration with all its entries; `gives_words`: also what others wrote in it."""
    kind, place = all_kinds().get(declaration.kind), f"declarations.{declaration.id}"
    is_own = declaration.worker == whose.person
    return {
        "id": str(declaration.id),
        "kind": kind.title_for_others if kind else declaration.kind,
        "declared_by": whose.called(declaration.worker),
        "happened_on": str(declaration.happened_on),
        "received_at": declaration.received_at.isoformat(),
        "status": declaration.status.value,
        "entries": list(entries(declaration, whose, masks, gives_words=gives_words)),
        "photographs": [
            _picture(declaration, each, masks, pictures, place, is_given=is_own or gives_words)
            for each in declaration.photographs
        ],
    }


def entries(
    declaration: Declaration,
    whose: Whose,
    masks: Masks,
    *,
    gives_words: bool = False,
    only_by: str | None = None,
) -> Iterator[dict[str, Any]]:
    for event in declaration.past:
        by = None if isinstance(event, SpoiledEntry) else actor_of(event)
        if only_by is None or by == only_by:
            is_given = gives_words or (by is not None and by == whose.person)
            yield _entry(declaration, event, by, whose, masks, is_given=is_given)


def _entry(
    declaration: Declaration,
    event: Event,
    by: str | None,
    whose: Whose,
    masks: Masks,
    *,
    is_given: bool,
) -> dict[str, Any]:
    place = f"declarations.{declaration.id}.{event.originator_version}"
    said = getattr(event, "words", None)
    words = {} if said is None else msgspec.to_builtins(said)
    open_answers = set(_chosen_answers(declaration.kind)) if _has_facts(event) else set()
    outcome = getattr(event, "outcome", None)
    return {
        "at": event.moment.isoformat(),
        "what": event.TOPIC.replace("-", " "),
        "by": whose.called(by),
        **({} if outcome is None else {"outcome": str(outcome)}),
        "words": _masked(words, whose, masks, place, is_given=is_given, open_answers=open_answers),
    }


def _has_facts(event: Event) -> bool:
    return isinstance(event, DeclarationMade | DeclarationCorrected)


def _masked(
    words: Mapping[str, Any],
    whose: Whose,
    masks: Masks,
    place: str,
    *,
    is_given: bool,
    open_answers: set[str],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in words.items():
        here = f"{place}.{name}"
        if isinstance(value, Mapping):
            found[name] = _masked(
                value, whose, masks, here, is_given=is_given, open_answers=open_answers
            )
        elif name in NAMING and value is not None:
            is_them = whose.is_them(name, value)
            found[name] = value if is_them else masks.whole(here, ANOTHER_PERSON)
        else:
            is_chosen = name in open_answers
            found[name] = _value(value, masks, here, is_given=is_given, is_chosen=is_chosen)
    return found


def _value(value: Any, masks: Masks, place: str, *, is_given: bool, is_chosen: bool) -> Any:
    """Numbers, truths and choices say nothing in anybody's own words."""
    if value is None or isinstance(value, bool | int | float) or is_chosen:
        return value
    if not is_given:
        return masks.whole(place, ANOTHER_WROTE)
    if isinstance(value, list | tuple):
        return [_value(each, masks, place, is_given=True, is_chosen=False) for each in value]
    return masks.within(place, str(value))


def _chosen_answers(kind: str) -> Iterator[str]:
    """The answers of a kind that are chosen, or dates or sums, and so are in nobody's words."""
    known = all_kinds().get(kind)
    asked = known.details.model_json_schema()["properties"] if known else {}
    for name, about in asked.items():
        forms = [about, *about.get("anyOf", ()), about.get("items", {})]
        if any(
            "enum" in each or each.get("format") == "date" or each.get("x-widget") == "money"
            for each in forms
        ):
            yield name


def _picture(
    declaration: Declaration,
    photograph: Photograph,
    masks: Masks,
    pictures: Pictures,
    place: str,
    *,
    is_given: bool,
) -> dict[str, Any]:
    here = f"{place}.photographs.{photograph.id}"
    shown = {"id": str(photograph.id), "added_at": photograph.added_at.isoformat()}
    if photograph.erased_at is not None:
        return {**shown, "erased_at": photograph.erased_at.isoformat()}
    if not is_given:
        return {**shown, "picture": masks.whole(here, MAY_SHOW_OTHERS)}
    taken = pictures(declaration, photograph)
    return {**shown, "picture": None if taken is None else base64.b64encode(taken).decode()}
