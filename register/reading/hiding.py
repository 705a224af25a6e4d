"""Which entries somebody who reads the register itself may not know: what they are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import sqlalchemy as sa

from events.further import further_stream
from register.declarations.declaration import Declaration
from register.directory.directory import Directory, Person
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
    which they may not know that it was taken further."""
    about = hidden(connection, streams, person.auditing.services)
    seen = visible(person.id, list(about.values()))

    def is_hidden(stream: UUID, declaration: UUID) -> bool:
        known = seen.get(declaration)
        if known is None:
            return True
        is_further = stream == further_stream(declaration)
        return is_further and not may_see_further(person, known, directory)

    return {stream for stream, declaration in about.items() if is_hidden(stream, declaration)}
