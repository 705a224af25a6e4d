"""Who ever stood above or beside the workers. What they were told then they can read for good, so
that they are let in as carefully as whoever stands there now."""

from __future__ import annotations

from collections.abc import Iterator

from events.directory import (
    CoverNamed,
    PersonJoined,
    PersonMoved,
    ServiceChanged,
    ServiceOpened,
)
from events.event import Event
from events.names import Role


def after(stood: frozenset[str], event: Event) -> frozenset[str]:
    new = {each for each in _placed_by(event) if each} - stood
    return stood | new if new else stood


def _placed_by(event: Event) -> Iterator[str | None]:
    """The people whom an event places there."""
    match event:
        case PersonJoined() | PersonMoved():
            yield event.line_manager
            if set(event.roles) - {Role.WORKER}:
                yield event.person
        case ServiceOpened() | ServiceChanged():
            yield from (event.director, event.reserve)
        case CoverNamed():
            yield event.covered_by
