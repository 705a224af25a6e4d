"""Adds up what a worker received about one service user: small things may come to much."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from register.deadlines import a_year_after


@dataclass(frozen=True)
class Received:
    """Something that a worker received, its day and its worth in pounds."""

    on: date
    worth: Decimal


Besides = Callable[[], Collection[Received]]
"""What else a worker received about the same service user. It is asked only where a rule depends
on it, as it has to be looked up."""
BesidesAbout = Callable[[str | None], Collection[Received]]
"""The same for any service user."""


def nothing_besides() -> Collection[Received]:
    return ()


def nothing_about(_service_user: str | None) -> Collection[Received]:
    return ()


def most_besides(others: Collection[Received], day: date) -> Decimal:
    """What the others come to in those twelve months, of all that hold the day, in which it is
    most."""
    beginnings = {day, *(each.on for each in others if each.on <= day < a_year_after(each.on))}
    return max(sum_between(others, each, a_year_after(each)) for each in beginnings)


def sum_between(others: Collection[Received], first: date, end: date) -> Decimal:
    """The pounds of what was received from the first day on, and before the end."""
    return sum((each.worth for each in others if first <= each.on < end), Decimal(0))
