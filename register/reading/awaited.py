"""What waits for a person: their own alerts, and those that went on to them of which they may still
know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from register.declarations.declaration import Declaration
from register.projections import inbox

Visible = Callable[[str, Sequence[UUID]], dict[UUID, Declaration]]
"""Gives those of some declarations that a person may see."""


def also(connection: sa.Connection, by: str, visible: Visible) -> list[UUID]:
    """The open alerts that went on to a person who may still know of what they are about."""
    asked = inbox.asked(connection, by)
    seen = visible(by, [each.subject for each in asked]) if asked else {}
    return [each.alert for each in asked if each.subject in seen]


def unopened(connection: sa.Connection, by: str, declarations: Collection[UUID]) -> list[UUID]:
    own = inbox.unopened(connection, by, declarations)
    return [*own, *inbox.unopened_as_asked(connection, by, declarations)]
