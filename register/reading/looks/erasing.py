"""Erases looks for good: the key of each is destroyed, and what it could be found by is removed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from events.log.sealing import Keyring, Sealed, WrappedKey
from register.reading.looks.look import bound
from register.reading.looks.tables import looked_at, looks


def erase(connection: sa.Connection, keyring: Keyring, numbers: Sequence[int]) -> None:
    """Their places, moments and sealed bytes stay, so the roots of the others still hold. Only the
    owner of the database may do it."""
    wanted = sa.select(looks).where(looks.c.number.in_(numbers), looks.c.box.is_not(None))
    for row in connection.execute(wanted).all():
        sealed, key = Sealed(row.key, row.box), WrappedKey(row.key, row.master, row.wrapped)
        mark = keyring.destroyed(sealed, key, bound(row.at))
        connection.execute(
            sa.update(looks)
            .where(looks.c.number == row.number)
            .values(wrapped=mark.wrapped, same=None, by=None)
        )
    connection.execute(sa.delete(looked_at).where(looked_at.c.look.in_(numbers)))
