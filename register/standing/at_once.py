"""Who is asked at the same time as whoever acts, where somebody is at risk now: the director of the
service and its reserve. They may act as well."""

from __future__ import annotations

from collections.abc import Iterator

from events.names import Role
from register.declarations.declaration import Declaration, Escalation
from register.declarations.keys import key_of_review, keys_to_act
from register.directory.directory import Directory
from register.kinds import mark_of
from register.standing.holding import Holder, holder_of, holders


def asked_at_once(declaration: Declaration, key: str, directory: Directory) -> list[Holder]:
    """Those who are still to be asked in that way to do what has this key: to settle it, or to look
    at it again. Nobody who is barred."""
    if not is_urgent(declaration, key):
        return []
    asked = _asked(declaration, key, directory)
    service = directory.services[declaration.service]
    wanted, found = {service.director, service.reserve or ""}, []
    for each in holders(directory, Role.SERVICE_DIRECTOR, declaration.matter):
        if not wanted.isdisjoint(each.people) and asked.isdisjoint(each.people):
            found.append(each)
            asked.update(each.people)
    return found


def escalations_at_once(declaration: Declaration, directory: Directory) -> tuple[Escalation, ...]:
    """How they will stand in the declaration once they are asked."""
    return tuple(
        Escalation(key, each.person, each.for_person)
        for key in keys_to_act(declaration)
        for each in asked_at_once(declaration, key, directory)
    )


def _asked(declaration: Declaration, key: str, directory: Directory) -> set[str]:
    """Whoever was asked already: those to whom it went on, and whoever holds the role."""
    asked = {
        person
        for each in declaration.escalations
        if each.duty == key
        for person in (each.person, each.for_person)
        if person is not None
    }
    role = _role(declaration, key)
    first = holder_of(directory, role, declaration.matter) if role else None
    return asked | set(first.people if first else ())


def _role(declaration: Declaration, key: str) -> Role | None:
    review = declaration.review
    is_review = review is not None and key == key_of_review(review)
    return review.role if review is not None and is_review else declaration.ruling.acts


def is_urgent(declaration: Declaration, key: str) -> bool:
    """Whether somebody is at risk now, as says what is to be settled or looked at again."""
    if key not in keys_to_act(declaration):
        return False
    return any(mark_of(declaration.kind, each).is_urgent for each in _flags(declaration, key))


def _flags(declaration: Declaration, key: str) -> Iterator[str]:
    """The flags of what is to be settled, or of what the worker says now."""
    review = declaration.review
    if review is not None and key == key_of_review(review) and review.account is not None:
        yield from review.account.ruling.flags
    else:
        yield from declaration.ruling.flags
