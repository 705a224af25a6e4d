"""What a worker noted beside a declaration: that they took it further. Only they see it, and the
auditors of what few may know; for everybody else it is not there."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from events.event import Event
from register.declarations.declaration import Declaration
from register.kinds import all_kinds
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.standing.seeing import may_see_further

Past = Sequence[Event]


def taken_further(
    read: Reader, unguarded: Unguarded, by: str, declaration: Declaration, up_to: int | None = None
) -> Past:
    """What a person sees of it, now or as at a position."""
    kind, directory = all_kinds().get(declaration.kind), read.directory()
    if kind is None or not kind.goes_further:
        return ()
    if not may_see_further(directory.people[by], declaration, directory):
        return ()
    return unguarded.further(declaration, up_to)


def whole_past(
    read: Reader, unguarded: Unguarded, by: str, declaration: Declaration, up_to: int | None = None
) -> Past:
    """All that happened to a declaration, as far as a person may know, in its order."""
    further = taken_further(read, unguarded, by, declaration, up_to)
    return sorted((*declaration.past, *further), key=attrgetter("position"))
