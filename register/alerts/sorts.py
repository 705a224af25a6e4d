"""The sorts of streams that ask something of people, each as one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from events.declarations import DeclarationMade
from events.event import Event
from register.alerts.duties import at_once, duties, escalated, next_in_order, passed
from register.alerts.sort import Sort
from register.declarations.folding import evolve
from register.declarations.names import DECLARATION

Sorts = Mapping[str, Sort[Any]]

DECLARATIONS = Sort(
    DECLARATION, DeclarationMade, evolve, duties, passed, next_in_order, escalated, at_once
)

SORTS: Sorts = {each.name: each for each in (DECLARATIONS,)}


def sort_of(first: Event, sorts: Sorts) -> Sort[Any] | None:
    """The sort of a stream that begins with this event; None for a stream that asks nothing of
    anybody, such as a service user's."""
    return next((each for each in sorts.values() if type(first) is each.begins), None)
