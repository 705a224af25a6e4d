"""Which entries somebody who reads the register itself may not know: what they are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import sqlalchemy as sa

from events.further import further_stream
from register.declarations.declaration import Declaration
from register.directory.directory import Directory, Person
from register.projections import erasures
from register.projections.hidden import hidden
from register.standing.seeing import may_see_further

Visible = Callable[[str, Sequence[UUID]], dict[UUID, Declaration]]
"""Gives those of some declarations that a person may see."""


def hidden_streams(
    connection: sa.Connection,
    streams: Sequence[UUID],
    person: Person,
    directory: Directory,
    visible: Visible,
) -> set[UUID]:
    """Those of the streams that belong to a declaration that this person may not know of, or of
    which they may not know that it was taken further; or that erase something of such a one."""
    about = hidden(connection, streams, person.auditing.services)
    erasing = erasures.about(connection, streams)
    erased = [each for those in erasing.values() for each in those]
    few = hidden(connection, erased, person.auditing.services) if erased else {}
    seen = visible(person.id, [*about.values(), *few])

    def is_hidden(stream: UUID, declaration: UUID) -> bool:
        known = seen.get(declaration)
        if known is None:
            return True
        is_further = stream == further_stream(declaration)
        return is_further and not may_see_further(person, known, directory)

    unseen = few.keys() - seen.keys()
    return {stream for stream, declaration in about.items() if is_hidden(stream, declaration)} | {
        stream for stream, those in erasing.items() if not unseen.isdisjoint(those)
    }
